package dev.prodigy.storage.file;

import dev.prodigy.model.JobId;
import dev.prodigy.storage.EventFiles;
import dev.prodigy.storage.Parts;
import dev.prodigy.storage.RetentionPlan;
import dev.prodigy.storage.RetentionPlan.Cut;
import dev.prodigy.storage.RetentionPolicy;
import dev.prodigy.storage.RunLock;
import dev.prodigy.storage.RunLocks;
import dev.prodigy.storage.Segment;
import dev.prodigy.storage.SegmentLines;
import dev.prodigy.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Removes old events from logs, and archives them if asked to.
///
/// Removing what a segment loses is a list of steps, in an order that loses nothing whenever we
/// die:
///
/// 1. what goes is copied into the archive, flushed, read again and compared;
/// 2. what stays is written beside the segment and flushed;
/// 3. the rest takes the segment's place, or the segment is deleted if nothing stays;
/// 4. the rest gets a name that tells how much is gone, for readers that kept a position.
///
/// Between 1 and 3 both the segment and the archive hold the events; readers then pass over the
/// archive. Only segments no one appends to are touched: the job's lock is held meanwhile.
public final class EventRetention {
  private final EventFiles files;
  private final RunLocks locks;
  private final InstantSource clock;

  /// @param files of the repository
  /// @param locks of the store
  public EventRetention(EventFiles files, RunLocks locks, InstantSource clock) {
    this.files = files;
    this.locks = locks;
    this.clock = clock;
  }

  /// What was done.
  ///
  /// @param bytes no longer in the log
  /// @param archives files that were made
  public record Removed(long events, long bytes, List<Path> archives) {
    public static final Removed NOTHING = new Removed(0, 0, List.of());

    /// What the disk has more of now.
    public long reclaimed() {
      long archived = archives.stream().mapToLong(path -> path.toFile().length()).sum();
      return Math.max(bytes - archived, 0);
    }

    public Removed plus(Removed other) {
      var all = new ArrayList<>(archives);
      all.addAll(other.archives);
      return new Removed(events + other.events, bytes + other.bytes, all);
    }
  }

  /// What the policy would take from a job. Changes nothing.
  public RetentionPlan plan(JobId job, RetentionPolicy policy) {
    return plan(files.live(job), policy);
  }

  private RetentionPlan plan(List<Segment> segments, RetentionPolicy policy) {
    return RetentionPlan.of(
        segments, segment -> SegmentWriters.isClosed(segment, clock), policy, clock.instant());
  }

  /// Applies the policy to a job.
  ///
  /// @param archive null: what goes is gone
  /// @throws StorageException `E2004` if a live process has the job; naming the file if one cannot
  ///   be read, written or verified
  public Removed apply(JobId job, RetentionPolicy policy, @Nullable EventArchive archive) {
    try (RunLock _ = locks.acquire(List.of(job.value()), false)) {
      if (archive != null) {
        finishNaming(files.live(job), archive.directory());
      }
      RetentionPlan plan = plan(files.live(job), policy);
      if (plan.isEmpty()) {
        return Removed.NOTHING;
      }
      // First, since it describes what is there now; it is made again when it is needed.
      EventIndex.delete(PrivateFiles.parent(plan.cuts().getFirst().segment().path()));
      Removed removed = Removed.NOTHING;
      for (Cut cut : plan.cuts()) {
        removed = removed.plus(carryOut(cut, archive, true));
      }
      return removed;
    }
  }

  /// Step 4 for those that died before it.
  private static void finishNaming(List<Segment> live, Path archive) {
    List<Segment> archived = Segment.listArchive(archive);
    for (Segment segment : live) {
      long gone = 0;
      for (Segment part : archived) {
        if (segment.begins(part) && !Parts.holds(segment, part)) {
          gone = Math.max(gone, part.base() - segment.base() + part.size());
        }
      }
      if (gone > 0) {
        rename(segment.path(), segment.restName(gone));
      }
    }
  }

  private static void rename(Path path, String name) {
    try {
      Files.move(path, path.resolveSibling(name));
      PrivateFiles.syncDirectory(PrivateFiles.parent(path));
    } catch (IOException e) {
      throw StorageException.io(path, e);
    }
  }

  /// What the policy would take from a file outside of the store.
  public static RetentionPlan planFile(Path file, RetentionPolicy policy, InstantSource clock) {
    return RetentionPlan.of(List.of(Segment.ofFile(file)), _ -> true, policy, clock.instant());
  }

  /// Applies the policy to a file outside of the store, which keeps its name.
  public static Removed applyToFile(
      Path file, RetentionPolicy policy, @Nullable EventArchive archive, InstantSource clock) {
    Removed removed = Removed.NOTHING;
    for (Cut cut : planFile(file, policy, clock).cuts()) {
      removed = removed.plus(carryOut(cut, archive, false));
    }
    return removed;
  }

  private static Removed carryOut(Cut cut, @Nullable EventArchive archive, boolean named) {
    Path path = cut.segment().path();
    try {
      return new Carrying(cut, archive, named).run();
    } catch (IOException e) {
      throw StorageException.io(path, e);
    }
  }

  /// The steps for one segment.
  private static final class Carrying {
    private final Cut cut;
    private final Path path;
    private final @Nullable EventArchive archive;
    private final boolean named;
    private long events;
    private long bytes;
    private long kept;
    private long newest = Long.MIN_VALUE;

    Carrying(Cut cut, @Nullable EventArchive archive, boolean named) {
      this.cut = cut;
      this.path = cut.segment().path();
      this.archive = archive;
      this.named = named;
    }

    Removed run() throws IOException {
      List<Path> archives = List.of();
      try (PendingFile rest = new PendingFile(path);
          ArchiveOutput gone =
              archive == null ? null : new ArchiveOutput(cut.segment(), archive, named)) {
        sort(rest, gone);
        if (events == 0) {
          return Removed.NOTHING;
        }
        if (gone != null) {
          archives = gone.finish();
        }
        checkUnchanged();
        if (kept > 0) {
          rest.place(newest == Long.MIN_VALUE ? cut.segment().modifiedMillis() : newest);
        }
      }
      if (kept == 0 && named) {
        Files.delete(path);
      } else if (kept == 0) {
        Files.write(path, new byte[0]);
      } else if (named) {
        rename(path, cut.segment().restName(bytes));
      }
      PrivateFiles.syncDirectory(PrivateFiles.parent(path));
      return new Removed(events, bytes, archives);
    }

    private void sort(PendingFile rest, @Nullable ArchiveOutput gone) {
      boolean whole =
          SegmentLines.each(
              cut.segment(),
              (buffer, from, length, event) -> {
                if (event != null && cut.takes(event)) {
                  events++;
                  bytes += length;
                  if (gone != null) {
                    gone.add(buffer, from, length, event.timeMillis());
                  }
                  return;
                }
                rest.out().write(buffer, from, length);
                kept += length;
                if (event != null) {
                  newest = Math.max(newest, event.timeMillis());
                }
              });
      if (!whole) {
        throw StorageException.damaged(path, "it has a line too long to be an event");
      }
    }

    /// Someone may append by hand; nothing of that may be lost.
    private void checkUnchanged() {
      if (Segment.ofFile(path).size() != cut.segment().size()) {
        throw StorageException.beingWritten(path);
      }
    }
  }
}
