package dev.prodigy.benchmarks;

import dev.prodigy.workflow.WorkflowLoader;
import dev.prodigy.workflow.yaml.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// How long a large workflow takes to be read and checked, beside the bare YAML parser.
///
/// `java -cp ... dev.prodigy.benchmarks.LoadBenchmark [steps]`: each row is a JVM of its own for
/// the first time, and the median of 20 in a warm one. A measuring JVM is called with `--one`.
public final class LoadBenchmark {
  private static final int ROUNDS = 20;
  private static final String ROW = "%-34s %12s %14s%n";

  private LoadBenchmark() {}

  public static void main(String[] args) throws Exception {
    if (args.length > 0 && args[0].equals("--one")) {
      measure(args[1], Path.of(args[2]));
      return;
    }
    int steps = args.length > 0 ? Integer.parseInt(args[0]) : 5000;
    Path file = Files.createTempFile("load-benchmark", ".yml");
    try {
      Files.writeString(file, workflow(steps));
      System.out.printf("%d steps, %d KB%n", steps, Files.size(file) / 1024);
      System.out.printf(ROW, "", "first time", "warm, median");
      for (String what : new String[] {"YAML tree only", "load", "load and check names"}) {
        ours(what, file);
      }
    } finally {
      Files.delete(file);
    }
  }

  /// Steps as people write them: all refer to the one before, and every tenth has a handler,
  /// retries, a condition and an environment.
  static String workflow(int steps) {
    return IntStream.range(0, steps)
        .mapToObj(i -> i % 10 == 0 ? rich(i) : plain(i))
        .collect(Collectors.joining("", "commands:\n", ""));
  }

  private static String plain(int number) {
    return """
        - shell: "echo ${s%2$d.output} $HOME ${last.exit_code:-0} > out-%1$d"
          id: s%1$d
        """
        .formatted(number, number - 1);
  }

  private static String rich(int number) {
    return """
        - name: "Step %1$d"
          id: s%1$d
          shell: "make target-%1$d"
          when: "last.exit_code == 0 || !last.output contains 'x'"
          timeout: 5m
          env: {NUMBER: "%1$d"}
          retry: {attempts: 3, backoff: {exponential: {base: 3}}}
          on_failure: {claude: "/fix ${shell.output}", max_attempts: 2}
        """
        .formatted(number);
  }

  private static void ours(String what, Path file) throws Exception {
    String java = ProcessHandle.current().info().command().orElse("java");
    var process =
        new ProcessBuilder(
                Stream.of(
                        java,
                        "-Xmn192m", // as our launcher starts `validate`
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LoadBenchmark.class.getName(),
                        "--one",
                        what,
                        file.toString())
                    .toList())
            .inheritIO()
            .start();
    if (process.waitFor() != 0) {
      throw new IllegalStateException("measuring failed: " + what);
    }
  }

  private static void measure(String what, Path file) throws Exception {
    String text = Files.readString(file);
    // What any command has loaded by then.
    once(what, "- shell: \"true\"\n");
    double first = once(what, text);
    double[] warm = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      warm[i] = once(what, text);
    }
    Arrays.sort(warm);
    System.out.printf(ROW, what, "%.0f ms".formatted(first), "%.0f ms".formatted(warm[ROUNDS / 2]));
  }

  private static double once(String what, String text) {
    long start = System.nanoTime();
    boolean good =
        switch (what) {
          case "load" -> WorkflowLoader.check(text, "w.yml").loaded() != null;
          case "load and check names" ->
              WorkflowLoader.checkNames(text, "w.yml", Set.of("HOME")).loaded() != null;
          default -> Yaml.parse(text, "w.yml").root() != null;
        };
    if (!good) {
      throw new IllegalStateException("does not load");
    }
    return (System.nanoTime() - start) / 1e6;
  }
}
