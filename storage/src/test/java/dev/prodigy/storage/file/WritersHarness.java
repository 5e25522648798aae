package dev.prodigy.storage.file;

import dev.prodigy.model.AgentId;
import dev.prodigy.model.Event;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.JobId;
import dev.prodigy.model.SessionId;
import dev.prodigy.storage.Cursor;
import dev.prodigy.storage.EventFiles;
import dev.prodigy.storage.EventFilter;
import dev.prodigy.storage.Segment;
import dev.prodigy.storage.SegmentCheck;
import dev.prodigy.storage.WriterIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// Several processes append to one job while others read it: `WritersHarness <directory>
/// <processes> <events each>`. Events take 0.2 to 64 KB. Afterwards every line is checked, and that
/// each writer's numbers are there once, without a gap. Two readers run beside: one follows, one
/// reads all again and again. Ends with 1 if anything was torn, lost or doubled.
final class WritersHarness {
  private static final JobId JOB = new JobId("mapreduce-123");
  private static final int TEXT = 64_000;

  private final Path directory;
  private final int processes;
  private final int each;
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicLong followed = new AtomicLong();
  private final AtomicLong scans = new AtomicLong();

  private WritersHarness(Path directory, int processes, int each) {
    this.directory = directory;
    this.processes = processes;
    this.each = each;
  }

  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    if (args.length == 4) {
      write(directory, args[1], Integer.parseInt(args[2]), Long.parseLong(args[3]));
      return;
    }
    var harness =
        new WritersHarness(directory, Integer.parseInt(args[1]), Integer.parseInt(args[2]));
    System.exit(harness.run() ? 0 : 1);
  }

  private boolean run() throws Exception {
    long start = System.nanoTime();
    var writers = new ArrayList<Process>();
    for (int i = 0; i < processes; i++) {
      writers.add(writer("writer" + i, i));
    }
    Thread follower = Thread.ofPlatform().start(this::follow);
    Thread reader = Thread.ofPlatform().start(this::readAgainAndAgain);
    boolean sound = true;
    for (Process writer : writers) {
      sound &= writer.waitFor() == 0;
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    over.set(true);
    reader.join();
    follower.join();
    sound &= followed.get() == (long) processes * each;
    sound &= check();
    System.out.printf(
        "%d processes, %d events each: %.1f s, %.0f events/s; %d followed, %d whole scans beside:"
            + " %s%n",
        processes,
        each,
        seconds,
        processes * (double) each / seconds,
        followed.get(),
        scans.get(),
        sound ? "0 torn, 0 lost, 0 doubled" : "DAMAGED");
    return sound;
  }

  private Process writer(String name, long seed) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            WritersHarness.class.getName(),
            directory.toString(),
            name,
            Integer.toString(each),
            Long.toString(seed))
        .inheritIO()
        .start();
  }

  private static void write(Path directory, String name, int count, long seed) {
    var random = new Random(seed);
    var text = "\"quoted\\ ".repeat(TEXT / 9);
    var who = new WriterIdentity(new SessionId("session-1"), name);
    try (var log =
        FileEventLog.open(directory, who, InstantSource.system(), WritersHarness::tell)) {
      for (int i = 0; i < count; i++) {
        boolean large = random.nextInt(20) == 0;
        int length = large ? random.nextInt(TEXT * 3 / 4) : random.nextInt(700);
        log.append(
            JOB,
            List.of(
                new Event.ClaudeMessage(
                    new AgentId(name),
                    ItemId.of(i),
                    text.substring(0, Math.min(text.length(), length)),
                    "assistant",
                    null)));
      }
    }
  }

  private static void tell(String warning) {
    System.out.println(warning);
  }

  private void follow() {
    long all = (long) processes * each;
    new EventFiles(directory)
        .follow(
            JOB, Cursor.START, EventFilter.ALL, _ -> followed.incrementAndGet() < all, () -> false);
  }

  private void readAgainAndAgain() {
    var files = new EventFiles(directory);
    while (!over.get()) {
      EventFiles.scan(files.segments(JOB), EventFilter.ALL, _ -> true);
      scans.incrementAndGet();
    }
  }

  /// Every line as its writer made it, and each number once.
  private boolean check() {
    var files = new EventFiles(directory);
    boolean sound = true;
    long lines = 0;
    for (Segment segment : files.segments(JOB)) {
      var result =
          new SegmentCheck()
              .check(segment, fault -> System.out.println(segment.path() + ": " + fault.why()));
      lines += result.lines();
      sound &= result.gaps().isEmpty() && !result.newlineMissing();
    }
    for (int i = 0; i < processes; i++) {
      var seen = new BitSet();
      EventFiles.scan(
          files.segments(JOB),
          EventFilter.ALL.withCorrelation("writer" + i),
          event -> {
            seen.set(event.json().path("seq").asInt());
            return true;
          });
      sound &= seen.cardinality() == each && seen.length() == each + 1;
    }
    return sound && lines == (long) processes * each;
  }
}
