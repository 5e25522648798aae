package dev.prodigy.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/// How long commands take from being called to having ended, beside a Java program that does
/// nothing and two programs that are not Java. Each round runs every row once, in random order,
/// since the machine's speed drifts; the ratio is to the first row.
///
/// `benchmarks/startup.sh` builds nothing and runs this; figures on a machine with other work are
/// worth little.
public final class StartUp {
  @SuppressWarnings("ArrayRecordComponent") // filled in place while measuring
  private record Row(String name, List<String> command, double[] millis) {}

  private final int rounds;
  private final List<Row> rows = new ArrayList<>();
  private final Map<String, String> environment = new HashMap<>();

  private StartUp(int rounds) {
    this.rounds = rounds;
  }

  /// Arguments: the checkout, the number of rounds.
  public static void main(String[] args) throws IOException, InterruptedException {
    Path checkout = Path.of(args[0]).toAbsolutePath().normalize();
    var measured = new StartUp(Integer.parseInt(args[1]));
    Path hello = compileHello();
    String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
    String image = checkout.resolve("dist/bin/prodigy").toString();
    measured.add(
        "java Hello (C1, serial)",
        java,
        "-Xshare:auto",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-cp",
        hello.toString(),
        "Hello");
    measured.add("prodigy --version", image, "--version");
    measured.add("prodigy --help", image, "--help");
    measured.environment.put("PRODIGY_HOME", smallStore().toString());
    measured.add("prodigy events ls --limit 1", image, "events", "ls", "--all-repos", "--limit=1");
    measured.add("./prodigy --version", checkout.resolve("prodigy").toString(), "--version");
    measured.add("git --version", "git", "--version");
    measured.add("jq --version", "jq", "--version");
    measured.run();
  }

  /// With one job of 50 events.
  private static Path smallStore() throws IOException {
    Path home = Files.createTempDirectory("startup-store");
    Path job = Files.createDirectories(home.resolve("events/demo/mapreduce-123"));
    var lines = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      lines.append(
          """
          {"type":"AgentCompleted","agent_id":"mapreduce-123_agent_%1$d",\
          "id":"01a214db-8fea-7001-9f33-%1$012d","timestamp":"2026-01-11T12:00:00.%1$03dZ",\
          "event_type":"agent_completed","job_id":"mapreduce-123","item_id":"item_%1$d",\
          "session_id":"session-123","correlation_id":"9bc885d0-3aca-43b5-b992-ee18adf218ed",\
          "seq":%1$d,"duration":{"secs":1,"nanos":0},"duration_ms":1000,"commits":[]}
          """
              .formatted(i));
    }
    Files.writeString(job.resolve("events-20260111120000000.jsonl"), lines);
    return home;
  }

  private static Path compileHello() throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("startup");
    Path source = directory.resolve("Hello.java");
    Files.writeString(
        source,
        """
        class Hello {
          public static void main(String[] args) { System.out.println("hello"); }
        }
        """);
    Path javac = Path.of(System.getProperty("java.home"), "bin/javac");
    int code = new ProcessBuilder(javac.toString(), source.toString()).start().waitFor();
    if (code != 0) {
      throw new IOException("javac ended with " + code);
    }
    return directory;
  }

  private void add(String name, String... command) {
    rows.add(new Row(name, List.of(command), new double[rounds]));
  }

  private void run() throws IOException, InterruptedException {
    var order = new ArrayList<>(rows);
    var random = new Random(1);
    for (Row row : rows) {
      time(row); // the first run reads files from disk
    }
    for (int round = 0; round < rounds; round++) {
      Collections.shuffle(order, random);
      for (Row row : order) {
        row.millis[round] = time(row);
      }
    }
    print();
  }

  private double time(Row row) throws IOException, InterruptedException {
    var builder = new ProcessBuilder(row.command);
    builder.environment().putAll(environment);
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    long start = System.nanoTime();
    int code = builder.start().waitFor();
    double millis = (System.nanoTime() - start) / 1e6;
    if (code != 0) {
      throw new IOException(row.name + " ended with " + code);
    }
    return millis;
  }

  private void print() {
    double base = Double.NaN;
    System.out.printf(
        Locale.ROOT, "%-28s %8s %8s %8s %8s%n", "n=" + rounds, "min", "median", "max", "ratio");
    for (Row row : rows) {
      Arrays.sort(row.millis);
      double median = row.millis[rounds / 2];
      base = Double.isNaN(base) ? median : base;
      System.out.printf(
          Locale.ROOT,
          "%-28s %8.1f %8.1f %8.1f %8.2f%n",
          row.name,
          row.millis[0],
          median,
          row.millis[rounds - 1],
          median / base);
    }
  }
}
