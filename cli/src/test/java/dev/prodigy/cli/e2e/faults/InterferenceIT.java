package dev.prodigy.cli.e2e.faults;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A job comes to its end whoever works on its store meanwhile. More of it:
/// `reliability/interference.sh`.
class InterferenceIT {
  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(InterferenceHarness.Kind.class)
  void aJobSurvivesWhatIsDoneToItsStore(InterferenceHarness.Kind kind) throws InterruptedException {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);

    new InterferenceHarness(kind, new Random(seed), directory).survive();
  }
}
