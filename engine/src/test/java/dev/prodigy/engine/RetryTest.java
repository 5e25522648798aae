package dev.prodigy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.engine.StepOutcome.Status;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetryTest {
  @TempDir Path home;
  private Bench bench;

  @BeforeEach
  void open() {
    bench = new Bench(home);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void aCommandIsExecutedAsOftenAsAskedAndNotMore() {
    var step =
        bench.runOne(
            """
            - shell: echo r >> runs; exit 1
              retry: {attempts: 3, initial_delay: 10ms, backoff: fixed}
            """);

    assertThat(step.failed()).isTrue();
    assertThat(step.message())
        .startsWith("Failed 'shell: echo r >> runs; exit 1' after 3 attempts");
    assertThat(bench.read("runs").lines()).hasSize(3);
    assertThat(bench.delays).containsExactly(Duration.ofMillis(10), Duration.ofMillis(10));
  }

  @Test
  void aCommandThatRecoversIsASuccess() {
    var step =
        bench.runOne(
            """
            - shell: echo r >> runs; test $(wc -l < runs) -ge 3
              retry: {attempts: 5, initial_delay: 10ms}
            """);

    assertThat(step.status()).isEqualTo(Status.SUCCESS);
    assertThat(bench.delays).containsExactly(Duration.ofMillis(10), Duration.ofMillis(20));
  }

  @Test
  void defaultsApplyKeyByKeyAndCanBeSwitchedOff() {
    bench.run(
        """
        retry_defaults: {attempts: 2, initial_delay: 10ms}
        commands:
          - shell: echo r >> four; false
            retry: {attempts: 4}
            on_failure: true
          - shell: echo r >> one; false
            retry: false
        """);

    assertThat(bench.read("four").lines()).hasSize(4);
    assertThat(bench.read("one").lines()).hasSize(1);
    assertThat(bench.delays.getFirst()).isEqualTo(Duration.ofMillis(10));
  }

  @Test
  void onlyMatchingErrorsAreRetried() {
    String yaml =
        """
        - shell: echo r >> runs; echo 'ERROR' >&2; false
          retry: {attempts: 2, initial_delay: 1ms, retry_on: [server_error]}
        """;

    bench.run(yaml.replace("ERROR", "took 1500 ms"));
    assertThat(bench.read("runs").lines()).hasSize(1);
    bench.run(yaml.replace("ERROR", "HTTP 503"));
    assertThat(bench.read("runs").lines()).hasSize(3);
  }

  @Test
  void theBudgetLimitsTheSumOfTheDelays() {
    var step =
        bench.runOne(
            """
            - shell: echo r >> runs; echo last words >&2; false
              retry: {attempts: 10, initial_delay: 20ms, backoff: fixed, retry_budget: 50ms}
            """);

    assertThat(bench.read("runs").lines()).hasSize(3);
    assertThat(step.message())
        .startsWith("Retry budget exhausted for")
        .contains("after 3 attempts", "last words");
  }

  @Test
  void withoutAHandlerTheRetryRuleDecides() {
    bench.repository.write("cache", "cached\n");

    var outcome =
        bench.run(
            """
            - shell: "false"
              retry: {attempts: 2, initial_delay: 1ms, on_failure: {fallback: cat cache}}
              id: a
            - shell: echo ${a.output}
            - shell: "false"
              retry: {attempts: 2, initial_delay: 1ms, on_failure: continue}
            - shell: touch on
            """);

    assertThat(outcome.success()).isTrue();
    assertThat(outcome.outcomes().get(0).stdout()).isEqualTo("cached\n");
    assertThat(outcome.outcomes().get(1).stdout()).isEqualTo("cached\n");
    assertThat(outcome.outcomes().get(2).status()).isEqualTo(Status.TOLERATED);
    assertThat(outcome.outcomes().get(0).recoveredBy()).isEqualTo("fallback");
    assertThat(outcome.outcomes().get(2).recoveredBy()).isNull();
    assertThat(bench.exists("on")).isTrue();
  }

  @Test
  void waitingEndsWhenTheRunIsToStop() {
    var stop = new StopSignal();
    bench.scope().stop(stop);
    Thread.ofVirtual()
        .start(
            () -> {
              org.awaitility.Awaitility.await().until(() -> !bench.delays.isEmpty());
              stop.raise("SIGTERM");
            });

    var outcome =
        bench.run("- shell: 'false'\n  retry: {attempts: 2, initial_delay: 1h, max_delay: 1h}\n");

    assertThat(outcome.stopped()).isTrue();
  }

  @Test
  void anOpenBreakerEndsTheAttempts() {
    var step =
        bench.runOne(
            """
            - shell: echo r >> runs; exit 1
              retry:
                attempts: 9
                initial_delay: 1ms
                circuit_breaker: {failure_threshold: 2, timeout: 1h}
            """);

    assertThat(bench.read("runs").lines()).hasSize(2);
    assertThat(step.message()).startsWith("Failed 'shell: echo r");
    assertThat(bench.ends).containsExactly("2 circuit");
    assertThat(bench.circuit).containsExactly("CircuitOpen");
  }

  @Test
  void aBreakerThatPausesWaitsAndProbes() {
    var step =
        bench.runOne(
            """
            - shell: echo r >> runs; test $(wc -l < runs) -ge 3
              retry:
                attempts: 9
                initial_delay: 1ms
                circuit_breaker:
                  {failure_threshold: 2, timeout: 50ms, success_threshold: 1, on_open: pause}
            """);

    assertThat(step.status()).isEqualTo(Status.SUCCESS);
    assertThat(bench.circuit).containsExactly("CircuitOpen", "CircuitHalfOpen", "CircuitClosed");
  }

  @Test
  void aStepWithABreakerIsRejectedWhereItsCircuitIsOpen() {
    var step =
        bench.runOne(
            """
            - foreach: [1, 2, 3]
              parallel: 1
              continue_on_error: true
              do:
                - shell: echo r >> runs; exit 1
                  retry:
                    {attempts: 1, circuit_breaker: {failure_threshold: 1, timeout: 1h}}
            """);

    assertThat(bench.read("runs").lines()).hasSize(1);
    assertThat(step.message()).contains("item 1: Circuit breaker open");
  }

  @Test
  void whyThereIsNoFurtherAttemptIsTold() {
    bench.run("- shell: 'false'\n  retry: {attempts: 2, initial_delay: 1ms}\n");
    bench.run("- shell: 'false'\n  retry: {attempts: 2, retry_on: network}\n");
    bench.run("- shell: 'false'\n  retry: {attempts: 3, initial_delay: 2ms, retry_budget: 1ms}\n");

    assertThat(bench.ends).containsExactly("2 attempts", "1 not_retryable", "1 budget");
  }

  @Test
  void patternsAreCaseSensitiveUnlessToldOtherwise() {
    String yaml =
        """
        - shell: echo r >> runs; echo sqlite_busy >&2; false
          retry: {attempts: 2, initial_delay: 1ms, retry_on: [{pattern: "PATTERN"}]}
        """;

    bench.run(yaml.replace("PATTERN", "SQLITE_BUSY"));
    assertThat(bench.read("runs").lines()).hasSize(1);
    bench.run(yaml.replace("PATTERN", "(?i)SQLITE_BUSY"));
    assertThat(bench.read("runs").lines()).hasSize(3);
  }

  @Test
  void aLimitKillsEverythingTheCommandHasStarted() {
    var step =
        bench.runOne(
            """
            - shell: sleep 4912 & sleep 4912
              timeout: 1
            """);

    assertThat(step.exitCode()).isEqualTo(124);
    assertThat(step.message()).contains("Command timed out after 1 second (timeout)");
    assertThat(dev.prodigy.testkit.Processes.alive("sleep 4912")).isEmpty();
  }

  @Test
  void longErrorOutputIsShortenedInTheMiddle() {
    var step = bench.runOne("- shell: seq 1 120 >&2; exit 1\n");

    assertThat(step.message().lines())
        .contains("25", "... (70 lines truncated) ...", "96")
        .doesNotContain("26", "95");
  }
}
