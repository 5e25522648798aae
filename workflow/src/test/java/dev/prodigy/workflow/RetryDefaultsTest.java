package dev.prodigy.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.workflow.RetryDefaults.Growth;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RetryDefaultsTest {
  private static final RetryDefaults SETTINGS = new RetryDefaults(7, Growth.LINEAR);

  private static RetryPolicy read(String workflow) {
    @Nullable RetryPolicy policy =
        WorkflowLoader.parse(workflow, "w.yml").workflow() instanceof SequentialWorkflow steps
            ? steps.steps().getFirst().retry()
            : null;
    if (policy == null) {
      throw new AssertionError("no retries in " + workflow);
    }
    return policy;
  }

  @Test
  void whatAStepLeavesOpenIsFilled() {
    RetryPolicy filled =
        SETTINGS.fill(read("- {shell: a, retry: {initial_delay: 2s, max_delay: 9s}}"));

    assertThat(filled.attempts()).isEqualTo(7);
    assertThat(filled.backoff()).isEqualTo(new Backoff.Linear(Duration.ofSeconds(2)));
    assertThat(filled.maxDelay()).isEqualTo(Duration.ofSeconds(9));
  }

  @Test
  void whatAStepSaysStays() {
    RetryPolicy said = read("- {shell: a, retry: {attempts: 2, backoff: fixed}}");

    assertThat(SETTINGS.fill(said)).isEqualTo(said);
    assertThat(SETTINGS.fill(read("- {shell: a, retry: 4}")).attempts()).isEqualTo(4);
    assertThat(SETTINGS.fill(read("- {shell: a, max_attempts: 5}")).attempts()).isEqualTo(5);
  }

  @Test
  void whatTheWorkflowSaysForAllStepsStays() {
    RetryPolicy filled =
        SETTINGS.fill(
            read(
                """
                retry_defaults: {attempts: 2}
                commands:
                  - shell: a
                """));

    assertThat(filled.attempts()).isEqualTo(2);
    assertThat(filled.backoff()).isEqualTo(new Backoff.Linear(Duration.ofSeconds(1)));
  }

  @Test
  void withoutSettingsNothingChanges() {
    RetryPolicy said = read("- {shell: a, retry: true}");

    assertThat(RetryDefaults.NONE.fill(said)).isEqualTo(said);
  }

  @Test
  void delaysGrowAsNamed() {
    RetryPolicy said = read("- {shell: a, retry: true}");

    assertThat(new RetryDefaults(null, Growth.FIXED).fill(said).backoff())
        .isEqualTo(new Backoff.Constant());
    assertThat(new RetryDefaults(null, Growth.EXPONENTIAL).fill(said).backoff())
        .isEqualTo(new Backoff.Exponential(2));
    assertThat(new RetryDefaults(null, Growth.FIBONACCI).fill(said).backoff())
        .isEqualTo(new Backoff.Fibonacci());
  }
}
