package dev.prodigy.storage.verify;

import dev.prodigy.model.JobId;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.storage.RunLocks;
import dev.prodigy.storage.Segment;
import dev.prodigy.storage.SegmentCheck;
import dev.prodigy.storage.StorageException;
import dev.prodigy.storage.file.Directories;
import dev.prodigy.storage.file.SegmentRepair;
import dev.prodigy.storage.verify.Finding.Kind;
import dev.prodigy.storage.verify.Findings.Fix;
import dev.prodigy.storage.verify.Findings.Outcome;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Every line of every segment: is it an event, is it as its writer made it, and is none missing
/// between them. Segments are read by two threads and told of in order.
final class EventVerification {
  /// Of one segment; a segment full of garbage is told of once and not a million times.
  private static final int MOST_TOLD = 1000;

  private static final int THREADS = 2;
  private static final int AHEAD = 4;
  private static final String MAINTENANCE = "maintenance";

  private final Findings findings;
  private final RunLocks locks;
  private final InstantSource clock;
  private long lines;
  private long bytes;
  private long files;

  EventVerification(Findings findings, RunLocks locks, InstantSource clock) {
    this.findings = findings;
    this.locks = locks;
    this.clock = clock;
  }

  long lines() {
    return lines;
  }

  long bytes() {
    return bytes;
  }

  long files() {
    return files;
  }

  private record Read(
      Segment segment, SegmentCheck.Result result, List<SegmentCheck.Fault> faults, long more) {}

  /// @param directory `events/<repo>`
  void verify(Path directory) {
    var segments = new ArrayList<Segment>();
    for (Path own : Directories.directories(directory)) {
      segments.addAll(Segment.list(own));
    }
    if (!segments.isEmpty()) {
      read(segments);
    }
  }

  /// What was moved away by retention. A damaged archive is set aside as a whole; what is whole in
  /// it can still be read there.
  ///
  /// @param directory `archive/events/<repo>`
  void verifyArchives(Path directory, Quarantine quarantine) {
    var check = new SegmentCheck();
    for (Path own : Directories.directories(directory)) {
      for (Path archive : Directories.files(own, ".gz")) {
        files++;
        bytes += archive.toFile().length();
        String problem = problem(check, archive);
        if (problem != null) {
          findings.damage(Kind.EVENT, archive, -1, problem, () -> quarantine.move(archive));
        }
      }
    }
  }

  private @Nullable String problem(SegmentCheck check, Path archive) {
    var faults = new ArrayList<SegmentCheck.Fault>(1);
    try {
      SegmentCheck.Result result =
          check.check(
              Segment.ofFile(archive),
              fault -> {
                if (faults.isEmpty()) {
                  faults.add(fault);
                }
              });
      lines += result.lines();
      if (!faults.isEmpty()) {
        return "archive: " + faults.getFirst().why();
      }
      return result.newlineMissing() ? "archive: it is cut short" : null;
    } catch (StorageException e) {
      return "archive: " + e.message();
    }
  }

  private void read(List<Segment> segments) {
    var workers = ThreadLocal.withInitial(SegmentCheck::new);
    var ahead = new ArrayDeque<Future<Read>>();
    ExecutorService threads =
        Executors.newFixedThreadPool(
            Math.max(1, Math.min(THREADS, segments.size())),
            Thread.ofPlatform().name("verify-", 1).daemon().factory());
    try {
      int next = 0;
      while (next < segments.size() || !ahead.isEmpty()) {
        while (next < segments.size() && ahead.size() < AHEAD) {
          Segment segment = segments.get(next++);
          ahead.add(threads.submit(() -> read(workers.get(), segment)));
        }
        tell(result(ahead.remove()));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static Read read(SegmentCheck check, Segment segment) {
    var faults = new ArrayList<SegmentCheck.Fault>();
    long[] more = {0};
    SegmentCheck.Result result =
        check.check(
            segment,
            fault -> {
              if (faults.size() < MOST_TOLD) {
                faults.add(fault);
              } else {
                more[0]++;
              }
            });
    return new Read(segment, result, faults, more[0]);
  }

  private static Read result(Future<Read> future) {
    try {
      return future.get();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while reading events");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StorageException known) {
        throw known;
      }
      throw new IllegalStateException("reading events failed", e.getCause());
    }
  }

  private void tell(Read read) {
    Segment segment = read.segment();
    files++;
    lines += read.result().lines();
    bytes += segment.size();
    tellGaps(read); // before a repair notes those it makes
    boolean stillWritten = isOpen(read) && !isClosed(segment);
    var fix = new Repair(segment);
    for (SegmentCheck.Fault fault : read.faults()) {
      if (!(fault.open() && stillWritten)) {
        String why =
            fault.open()
                ? "a writer died in the middle of a line: " + fault.why()
                : fault.why() + " (" + (fault.to() - fault.from()) + " bytes)";
        findings.damage(Kind.EVENT, segment.path(), fault.from(), why, fix);
      }
    }
    if (read.more() > 0) {
      findings.damage(
          Kind.EVENT, segment.path(), -1, read.more() + " more such lines in this file", fix);
    }
    if (read.result().newlineMissing() && !stillWritten) {
      findings.damage(
          Kind.EVENT, segment.path(), segment.size(), "the last line end is missing", fix);
    }
  }

  private static boolean isOpen(Read read) {
    return read.result().newlineMissing()
        || read.faults().stream().anyMatch(SegmentCheck.Fault::open);
  }

  private void tellGaps(Read read) {
    if (read.result().gaps().isEmpty()) {
      return;
    }
    Path path = read.segment().path();
    Set<String> known = SegmentRepair.knownGaps(path);
    for (SegmentCheck.Gap gap : read.result().gaps()) {
      String noted = SegmentRepair.noted(gap);
      if (!known.contains(noted)) {
        findings.damage(
            Kind.SEQUENCE,
            path,
            gap.offset(),
            "events %d to %d of writer %s are missing before this line"
                .formatted(gap.first(), gap.last(), gap.writer()),
            () -> {
              SegmentRepair.noteGaps(path, Set.of(noted));
              return Outcome.done("noted; what is missing cannot be brought back");
            });
      }
    }
  }

  /// One that has grown since it was listed only seems to end in the middle of a line.
  private boolean isClosed(Segment segment) {
    if (segment.path().toFile().length() != segment.size()) {
      return false;
    }
    Optional<JobId> job = job(segment);
    return job.flatMap(id -> locks.liveHolder(id.value())).isEmpty()
        && SegmentRepair.isClosed(segment, clock);
  }

  /// Whose lock protects a segment: none for housekeeping.
  private static Optional<JobId> job(Segment segment) {
    try {
      return segment.directory().equals(MAINTENANCE)
          ? Optional.empty()
          : Optional.of(new JobId(segment.directory()));
    } catch (ProdigyException _) { // no job of ours has such a name, so none is running
      return Optional.empty();
    }
  }

  /// Repairs a segment once, however many faults it has.
  private final class Repair implements Fix {
    private final Segment segment;
    private @Nullable Outcome outcome;

    Repair(Segment segment) {
      this.segment = segment;
    }

    @Override
    public Outcome apply() {
      Outcome done = outcome;
      if (done == null) {
        Fix fix = this::repaired;
        done = Findings.tried(job(segment).map(id -> fix.holding(locks, id.value())).orElse(fix));
        outcome = done;
      }
      return done;
    }

    private Outcome repaired() {
      if (!SegmentRepair.isClosed(segment, clock)) {
        return Outcome.left("left: its writer may still be alive");
      }
      long cut = SegmentRepair.repair(segment);
      noteNewGaps();
      return Outcome.done(
          cut == 0
              ? "line end added"
              : "cut out, kept in " + SegmentRepair.sideFile(segment.path()));
    }

    /// What was cut out had numbers; they are known to be missing now.
    private void noteNewGaps() {
      Segment now = Segment.ofFile(segment.path());
      SegmentCheck.Result after = new SegmentCheck().check(now, _ -> {});
      Set<String> gaps =
          after.gaps().stream().map(SegmentRepair::noted).collect(Collectors.toSet());
      if (!gaps.isEmpty()) {
        SegmentRepair.noteGaps(segment.path(), gaps);
      }
    }
  }
}
