package dev.prodigy.benchmarks;

import dev.prodigy.model.JobId;
import dev.prodigy.storage.EventFiles;
import dev.prodigy.storage.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// How fast events are found in a large log, beside `jq` and `grep`.
///
/// `java -cp ... dev.prodigy.benchmarks.ScanBenchmark [gigabytes] [directory]`: generates the log
/// in the directory unless it is there (default: one gigabyte in a temporary directory, deleted
/// afterwards). Ours runs in a JVM of its own with a heap of 64 MB. Whole processes are timed,
/// start included.
public final class ScanBenchmark {
  private static final String FILTER = "select(.type == \"AgentCompleted\")";
  private static final String SEARCH =
      "select([.. | strings | test(\"12 tests, 3 failures\")] | any)";
  private static final int ROUNDS = 5;
  private static final String ROW = "%-58s %8s %8s  %s%n";

  private final Path directory;
  private final long bytes;

  private ScanBenchmark(Path directory, long bytes) {
    this.directory = directory;
    this.bytes = bytes;
  }

  public static void main(String[] args) throws Exception {
    double gigabytes = args.length > 0 ? Double.parseDouble(args[0]) : 1;
    boolean kept = args.length > 1;
    Path directory =
        kept
            ? Files.createDirectories(Path.of(args[1]))
            : Files.createTempDirectory("scan-benchmark");
    try {
      new ScanBenchmark(directory, (long) (gigabytes * 1e9)).run();
    } finally {
      if (!kept) {
        delete(directory);
      }
    }
  }

  private void run() throws Exception {
    SampleLog.generate(directory, bytes);
    List<Segment> segments = new EventFiles(directory).segments(SampleEvents.JOB);
    long size = segments.stream().mapToLong(Segment::size).sum();
    System.out.printf("%d segments, %.3f GB%n", segments.size(), size / 1e9);
    System.out.printf(ROW, "case", "ms", "MB/s", "printed by the last run");
    time("ours: filter, 64 MB heap", ROUNDS, size, ours("filter", SampleEvents.JOB));
    time("ours: filter, newest first", ROUNDS, size, ours("listing", SampleEvents.JOB));
    time("ours: search a text", ROUNDS, size, ours("search", SampleEvents.JOB));
    time("ours: search an expression", 1, size, ours("expression", SampleEvents.JOB));
    time("ours: count by type, 64 MB heap", ROUNDS, size, ours("count", SampleEvents.JOB));
    time(
        "grep -c",
        ROUNDS,
        size,
        shell("LC_ALL=C cat events-*.jsonl | grep -c '\"type\":\"AgentCompleted\"'"));
    time("jq -c select", 1, size, shell("jq -c '" + FILTER + "' events-*.jsonl | wc -l"));
    time(
        "jq -c select, every text tested", 1, size, shell("jq -c '" + SEARCH + "' events-*.jsonl"));
    time("ours: newest event of this log", ROUNDS, 0, ours("newest", SampleEvents.JOB));
    time("ours: newest event of a log of 1 KB", ROUNDS, 0, ours("newest", SampleLog.SMALL));
  }

  private void time(String name, int rounds, long size, ProcessBuilder command)
      throws IOException, InterruptedException {
    List<Long> millis = new ArrayList<>();
    Path output = directory.resolve("output");
    for (int i = 0; i < rounds; i++) {
      long begun = System.nanoTime();
      int exit = command.redirectOutput(output.toFile()).start().waitFor();
      millis.add((System.nanoTime() - begun) / 1_000_000);
      if (exit != 0) {
        throw new IllegalStateException(name + " ended with " + exit);
      }
    }
    Collections.sort(millis);
    long median = millis.get(rounds / 2);
    String rate = size == 0 ? "" : "%.0f".formatted(size / 1e3 / median);
    System.out.printf(ROW, name, median, rate, Files.readString(output).strip());
  }

  private ProcessBuilder shell(String command) {
    return new ProcessBuilder("sh", "-c", command)
        .directory(directory.resolve(SampleEvents.JOB.value()).toFile())
        .redirectError(ProcessBuilder.Redirect.INHERIT);
  }

  private ProcessBuilder ours(String what, JobId job) {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-cp",
            System.getProperty("java.class.path"),
            ScanProcess.class.getName(),
            what,
            directory.toString(),
            job.value())
        .redirectError(ProcessBuilder.Redirect.INHERIT);
  }

  static void delete(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
