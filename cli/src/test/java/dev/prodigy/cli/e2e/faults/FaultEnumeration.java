package dev.prodigy.cli.e2e.faults;

import dev.prodigy.cli.e2e.faults.FaultLibrary.Fault;
import dev.prodigy.cli.e2e.faults.FaultLibrary.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/// Every fault of every kind at every call of every scenario, as a program: `FaultEnumeration
/// <parallel> <every> <kinds> [<scenario>...]`, kinds as `kill,EIO` or `all`. Prints a table, and
/// each failure when it happens; ends with 1 if there was any.
final class FaultEnumeration {
  private final FaultLibrary library;
  private final Path directory;
  private final int every;

  private FaultEnumeration(Path directory, int every) {
    this.directory = directory;
    this.every = every;
    library = FaultLibrary.compile(directory);
  }

  private record Row(String scenario, Kind kind, String calls, int survived, int failed) {}

  public static void main(String[] args) throws Exception {
    List<String> named = List.of(args).subList(3, args.length);
    Path directory = Files.createTempDirectory("faults-");
    var enumeration = new FaultEnumeration(directory, Integer.parseInt(args[1]));
    var rows = new ArrayList<Future<Row>>();
    try (var executor = Executors.newFixedThreadPool(Integer.parseInt(args[0]))) {
      for (Scenario scenario : named.isEmpty() ? Scenarios.all() : scenarios(named)) {
        for (Kind kind : kinds(args[2])) {
          Callable<Row> task = () -> enumeration.row(scenario, kind);
          rows.add(executor.submit(task));
        }
      }
      System.out.println("| command | fault | calls counted | points survived | failed |");
      System.out.println("|---|---|---|---|---|");
      int failed = 0;
      for (Future<Row> future : rows) {
        Row row = future.get();
        failed += row.failed;
        System.out.printf(
            "| %s | %s | %s | %d | %d |%n",
            row.scenario, row.kind.word, row.calls, row.survived, row.failed);
      }
      FaultHarness.shell("rm", "-rf", directory.toString());
      System.exit(failed == 0 ? 0 : 1);
    }
  }

  private static List<Kind> kinds(String words) {
    List<String> wanted = List.of(words.split(",", -1));
    return Stream.of(Kind.values())
        .filter(kind -> words.equals("all") || wanted.contains(kind.word))
        .toList();
  }

  private static List<Scenario> scenarios(List<String> names) {
    return Stream.of(names).flatMap(List::stream).map(Scenarios::named).toList();
  }

  private Row row(Scenario scenario, Kind kind) throws Exception {
    Path own = Files.createDirectories(directory.resolve(scenario.name() + "-" + kind.word));
    var harness = new FaultHarness(scenario, library, own);
    Map<String, Integer> calls = harness.count(kind);
    int most = 2 * calls.values().stream().mapToInt(Integer::intValue).sum();
    int survived = 0;
    int failed = 0;
    int first = 1 + new Random().nextInt(every);
    for (int at = first; at <= most; at += every) {
      try {
        if (!harness.survive(new Fault(kind, at))) {
          break; // the command ended before
        }
        survived++;
      } catch (AssertionError e) {
        failed++;
        e.printStackTrace();
      }
    }
    FaultHarness.shell("rm", "-rf", own.toString());
    return new Row(scenario.name(), kind, calls.toString(), survived, failed);
  }
}
