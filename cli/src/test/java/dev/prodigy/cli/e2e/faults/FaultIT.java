package dev.prodigy.cli.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.cli.e2e.faults.FaultLibrary.Fault;
import dev.prodigy.cli.e2e.faults.FaultLibrary.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Some points of each scenario, others with another `prodigy.seed`; `reliability/faults.sh` tries
/// every one.
class FaultIT {
  private static final int POINTS = 3;
  private static final long SEED = 20261126;
  private static final List<String> SCENARIOS =
      List.of("run", "sequence", "nested", "beside", "resume", "archive", "clean", "migrate");

  @TempDir static Path directory;
  private static FaultLibrary library;

  @BeforeAll
  static void compile() {
    library = FaultLibrary.compile(directory);
  }

  static List<String> scenarios() {
    return SCENARIOS;
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void aKillAtAnyCallIsSurvived(String name) throws Exception {
    long seed = Long.getLong("prodigy.seed", SEED);
    var random = new Random(seed);
    Path own = Files.createDirectories(directory.resolve(name));
    var harness = new FaultHarness(Scenarios.named(name), library, own);
    for (Kind kind : List.of(Kind.KILL, Kind.TEAR)) {
      int calls = harness.count(kind).values().stream().mapToInt(Integer::intValue).sum();
      assertThat(calls).isPositive();
      for (int point = 0; point < POINTS; point++) {
        harness.survive(new Fault(kind, 1 + random.nextInt(calls)));
      }
    }
  }
}
