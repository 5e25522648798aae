package dev.prodigy.workflow;

import static dev.prodigy.workflow.Workflows.causes;
import static dev.prodigy.workflow.Workflows.remarks;
import static dev.prodigy.workflow.Workflows.sequential;
import static dev.prodigy.workflow.Workflows.step;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RetryFormsTest {

  @Test
  void shorthandsMeanAttempts() {
    assertThat(step("shell: a").retry()).isNull();
    assertThat(retry("4").attempts()).isEqualTo(4);
    assertThat(retry("true")).isEqualTo(RetryPolicy.DEFAULT);
    assertThat(retry("false").attempts()).isEqualTo(1);
    assertThat(retry("{}")).isEqualTo(RetryPolicy.DEFAULT);
    assertThat(retry("transient"))
        .satisfies(
            r -> {
              assertThat(r.attempts()).isEqualTo(6);
              assertThat(r.maxDelay()).isEqualTo(Duration.ofMinutes(2));
              assertThat(r.jitter()).isEqualTo(0.25);
              assertThat(r.retryOn()).hasSize(4);
            });
    var bare = requireNonNull(step("shell: a\n  max_attempts: 5").retry());
    assertThat(bare.attempts()).isEqualTo(5);
    assertThat(bare.initialDelay()).isEqualTo(Duration.ZERO);
  }

  @Test
  void everyKeyIsRead() {
    var retry =
        retry(
            """
            max_attempts: 7
                initial_delay_ms: 250
                max_delay: 2m 30s
                jitter: true
                retry_on: [network, RateLimit, {pattern: "dead.*"}, {exit_code: [2, 3]}, any]
                retry_budget: {secs: 5, nanos: 500000000}
                on_failure: {fallback: {command: "/fix"}}
            """);
    assertThat(retry.attempts()).isEqualTo(7);
    assertThat(retry.initialDelay()).isEqualTo(Duration.ofMillis(250));
    assertThat(retry.maxDelay()).isEqualTo(Duration.ofSeconds(150));
    assertThat(retry.jitter()).isEqualTo(0.3);
    assertThat(retry.budget()).isEqualTo(Duration.ofMillis(5500));
    assertThat(retry.retryOn())
        .hasSize(5)
        .contains(Matcher.Known.NETWORK, Matcher.Known.RATE_LIMIT)
        .contains(new Matcher.ExitCode(Set.of(2, 3)));
    assertThat(retry.onFailure())
        .isInstanceOfSatisfying(
            OnExhausted.Fallback.class,
            f -> {
              assertThat(f.command().source()).isEqualTo("/fix");
              assertThat(f.claude()).isTrue();
            });
    assertThat(retry("\n    on_failure: continue").onFailure())
        .isEqualTo(new OnExhausted.Continue());
    assertThat(retry("\n    jitter: 0.5").jitter()).isEqualTo(0.5);
    assertThat(retry("{jitter: true, jitter_factor: 0.1}").jitter()).isEqualTo(0.1);
    assertThat(retry("{jitter: false, jitter_factor: 0.1}").jitter()).isZero();
  }

  @Test
  void backoffHasThreeSpellingsAndATag() {
    var linear = new Backoff.Linear(Duration.ofSeconds(2));
    assertThat(backoff("{type: linear, increment: 2s}")).isEqualTo(linear);
    assertThat(backoff("{linear: {increment: 2s}}")).isEqualTo(linear);
    assertThat(backoff("!Linear {increment: 2s}")).isEqualTo(linear);
    assertThat(backoff("linear")).isEqualTo(new Backoff.Linear(Duration.ofSeconds(1)));
    assertThat(backoff("fixed")).isEqualTo(new Backoff.Constant());
    assertThat(backoff("constant")).isEqualTo(new Backoff.Constant());
    assertThat(backoff("Fibonacci")).isEqualTo(new Backoff.Fibonacci());
    assertThat(backoff("{exponential: {multiplier: 3}}")).isEqualTo(new Backoff.Exponential(3));
    assertThat(backoff("{custom: {delays: [500ms, 2s]}}"))
        .isEqualTo(new Backoff.Custom(List.of(Duration.ofMillis(500), Duration.ofSeconds(2))));
    var inner = retry("{initial_delay: 9s, backoff: {exponential: {initial: 1s, max_delay: 60s}}}");
    assertThat(inner.initialDelay()).isEqualTo(Duration.ofSeconds(1));
    assertThat(inner.maxDelay()).isEqualTo(Duration.ofMinutes(1));
    assertThat(retry("{backoff: {fixed: {delay: 100ms}}}").initialDelay())
        .isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void defaultsReachShellAndClaudeStepsKeyByKey() {
    var workflow =
        sequential(
            """
            retry_defaults: {attempts: 5, initial_delay: 3s, retry_on: network}
            commands:
              - shell: a
              - claude: b
                retry: {attempts: 2, retry_on: [timeout]}
              - shell: c
                retry: false
              - write_file: {path: x, content: y}
              - foreach: [1]
                retry: {attempts: 4}
                do: [{shell: d}]
              - shell: e
                on_failure: {shell: f}
                on_success: {shell: g}
            """);
    assertThat(requireNonNull(workflow.retryDefaults()).attempts()).isEqualTo(5);
    var steps = workflow.steps();
    assertThat(steps.get(0).retry()).isEqualTo(workflow.retryDefaults());
    assertThat(requireNonNull(steps.get(1).retry()))
        .satisfies(
            r -> {
              assertThat(r.attempts()).isEqualTo(2);
              assertThat(r.initialDelay()).isEqualTo(Duration.ofSeconds(3));
              assertThat(r.retryOn()).containsExactly(Matcher.Known.TIMEOUT);
            });
    assertThat(requireNonNull(steps.get(2).retry()).attempts()).isEqualTo(1);
    assertThat(steps.get(3).retry()).isNull();
    assertThat(requireNonNull(steps.get(4).retry()).initialDelay())
        .isEqualTo(Duration.ofSeconds(1));
    var body = ((Command.Foreach) steps.get(4).command()).steps();
    assertThat(body.getFirst().retry()).isEqualTo(workflow.retryDefaults());
    var handler = requireNonNull(steps.get(5).onFailure());
    assertThat(handler.steps().getFirst().retry()).isNull();
    assertThat(steps.get(5).onSuccess().getFirst().retry()).isEqualTo(workflow.retryDefaults());
  }

  @Test
  void mistakesAreRefused() {
    assertThat(causes("- shell: a\n  retry: {attempts: 0}\n").getFirst())
        .isEqualTo("2:21 step 1 (`shell: a`): field `retry.attempts`: must be at least 1, is 0");
    assertThat(causes("- shell: a\n  retry: 1001\n").getFirst()).contains("at most 1000");
    assertThat(causes("- shell: a\n  retry: {jitter: 2}\n").getFirst())
        .contains("between 0.0 and 1.0");
    assertThat(causes("- shell: a\n  retry: {initial_delay: -1s}\n").getFirst())
        .contains("must not be negative");
    assertThat(causes("- shell: a\n  retry: {initial_delay: 1s, initial_delay_ms: 2}\n").getFirst())
        .contains("are the same");
    assertThat(causes("- shell: a\n  retry: 2\n  max_attempts: 2\n").getFirst())
        .contains("`retry` says it already");
    assertThat(causes("- shell: a\n  retry: {retry_on: netwrok}\n").getFirst())
        .contains("did you mean `network`?");
    assertThat(
            causes("- shell: a\n  retry: {circuit_breaker: {failure_threshold: 0}}\n").getFirst())
        .contains("must be at least 1");
    assertThat(causes("- shell: a\n  retry: {backoff: {increment: 1s}}\n")).hasSize(2);
    assertThat(remarks("- shell: a\n  retry: {attempts: 3, attempt: 3}\n").getFirst())
        .contains("unknown field `attempt`, did you mean `attempts`?");
  }

  private static RetryPolicy retry(String value) {
    String text = value.contains("\n") && !value.startsWith("\n") ? "\n    " + value : value;
    return requireNonNull(step("shell: a\n  retry: " + text).retry());
  }

  private static Backoff backoff(String value) {
    return retry("{backoff: " + value + "}").backoff();
  }

  @Test
  void aStepMayHaveACircuitBreakerThatRejectsUnlessToldOtherwise() {
    var retry = step("shell: a\n  retry: {circuit_breaker: {failure_threshold: 2, timeout: 1s}}");

    assertThat(requireNonNull(retry.retry()).breaker())
        .isEqualTo(
            new CircuitBreakerPolicy(
                2, 3, Duration.ofSeconds(1), 3, CircuitBreakerPolicy.OnOpen.REJECT));
  }
}
