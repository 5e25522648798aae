package dev.prodigy.cli.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.cli.e2e.faults.FaultLibrary.Fault;
import dev.prodigy.cli.e2e.faults.FaultLibrary.Kind;
import dev.prodigy.testkit.ProdigyCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Disturbs one command at its n-th call that changes a file: the process is killed before it or in
/// the middle of a write, or the call fails. Whatever n is, the documents must stay whole, an error
/// must be told as one, and after what a user does next the result must be the same as without the
/// fault.
final class FaultHarness {
  private static final Pattern TRACE =
      Pattern.compile("(?m)^\\s+at [a-z]|Exception in thread|Exception:");

  private final Scenario scenario;
  private final FaultLibrary library;
  private final Path work;
  private final Path template;
  private final Path log;

  /// @param directory an empty directory, which is the harness's own
  FaultHarness(Scenario scenario, FaultLibrary library, Path directory) {
    this.scenario = scenario;
    this.library = library;
    work = directory.resolve("work");
    template = directory.resolve("template");
    log = directory.resolve("calls");
    create(work);
    scenario.prepare(new Bench(work));
    shell("cp", "-a", work.toString(), template.toString());
  }

  /// How many calls the undisturbed command makes that a fault of this kind counts, by name. Also
  /// checks that nothing has to be recovered then.
  Map<String, Integer> count(Kind kind) {
    Bench bench = fresh();
    ProdigyCommand.Result result = disturbed(bench, new Fault(kind, 0));
    assertThat(result.exitCode()).as(result.toString()).isZero();
    scenario.check(bench);
    var calls = new TreeMap<String, Integer>();
    FaultLibrary.calls(log).forEach(call -> calls.merge(call.split(" ", -1)[1], 1, Integer::sum));
    return calls;
  }

  /// One point. Returns whether the command came so far that the fault struck.
  boolean survive(Fault fault) {
    try {
      return trySurvive(fault);
    } catch (AssertionError | RuntimeException e) {
      String struck =
          FaultLibrary.calls(log).stream()
              .filter(line -> line.endsWith(" *"))
              .findFirst()
              .orElse("");
      throw new AssertionError(scenario.name() + ", " + fault + " (" + struck + ")", e);
    }
  }

  private boolean trySurvive(Fault fault) {
    Bench bench = fresh();
    ProdigyCommand.Result result = disturbed(bench, fault);
    boolean struck = FaultLibrary.calls(log).stream().anyMatch(line -> line.endsWith(" *"));
    if (!struck || !fault.kind().kills()) {
      toldClearly(result);
    }
    if (scenario.startsWhole()) {
      bench.documentsAreWhole();
    }
    boolean mendedFirst = fault.kind() == Kind.TEAR || fault.at() % 2 == 0;
    if (mendedFirst) {
      bench.mend();
    }
    scenario.recover(bench);
    scenario.check(bench);
    bench.documentsAreWhole();
    bench.isSoundButForLocks();
    bench.mend();
    return struck;
  }

  /// A fault that was no signal is either overcome or told as an error, never as a stack trace.
  private static void toldClearly(ProdigyCommand.Result result) {
    showsNoTrace(result);
    if (result.exitCode() != 0) {
      assertThat(result.stderr()).as(result.toString()).contains("error");
      assertThat(result.exitCode()).as(result.toString()).isBetween(1, 4);
    }
  }

  static void showsNoTrace(ProdigyCommand.Result result) {
    assertThat(TRACE.matcher(result.stderr()).find()).as(result.toString()).isFalse();
  }

  private ProdigyCommand.Result disturbed(Bench bench, Fault fault) {
    List<String> words = scenario.command(bench);
    ProdigyCommand command = library.in(bench.prodigy(), work, log, fault);
    return command.run(words.toArray(String[]::new));
  }

  private Bench fresh() {
    shell("rm", "-rf", work.toString(), log.toString());
    shell("cp", "-a", template.toString(), work.toString());
    return new Bench(work);
  }

  private static void create(Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void shell(String... words) {
    Ended ended = tryShell(words);
    assertThat(ended.code).as(ended.said).isZero();
  }

  record Ended(int code, String said) {}

  /// Runs the command, whatever comes of it.
  static Ended tryShell(String... words) {
    try {
      Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Ended(process.waitFor(), said);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
