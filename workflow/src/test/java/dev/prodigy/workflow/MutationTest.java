package dev.prodigy.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// Spoilt workflows; `reliability/mutate.sh` reads as many as you like.
class MutationTest {

  @Test
  void spoiltTextsLoadOrAreRefusedWithAPlace() throws IOException {
    long seed = Long.getLong("prodigy.seed", System.nanoTime());
    int count = Integer.getInteger("prodigy.mutations", 1500);
    var harness = new MutationHarness(MutationHarness.corpus(Path.of("../examples")), seed);

    assertThat(harness.run(count).faults()).as("seed %d, %d texts", seed, count).isEmpty();
  }
}
