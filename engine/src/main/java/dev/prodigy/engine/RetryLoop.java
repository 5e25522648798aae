package dev.prodigy.engine;

import dev.prodigy.engine.StepOutcome.Kind;
import dev.prodigy.model.CompletedStep.RetryState;
import dev.prodigy.workflow.CircuitBreakerPolicy;
import dev.prodigy.workflow.RetryPolicy;
import dev.prodigy.workflow.Step;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Executes a step's command until it succeeds or its retry policy is used up. The budget for
/// waiting is shared by all runs of the step, also those a handler asks for.
final class RetryLoop {
  private static final int MATCHED_TAIL = 64 * 1024;
  private static final RandomGenerator JITTER = RandomGenerator.getDefault();

  private final Step step;
  private final StepScope scope;
  private final StepObserver observer;
  private final String id;
  private Duration slept = Duration.ZERO;
  private int executions;
  private @Nullable RetrySeries latest;
  private @Nullable Duration refused; // the delay the budget had no room for

  RetryLoop(Step step, StepScope scope, StepObserver observer) {
    this.step = step;
    this.scope = scope;
    this.observer = observer;
    id = scope.placeOf(step);
  }

  /// How often the command was executed so far.
  int executions() {
    return executions;
  }

  /// Of the latest run of the step; null if its policy allows no retries, or it has none.
  @Nullable RetryState state() {
    RetrySeries series = latest;
    return series == null || series.max() <= 1 ? null : series.over();
  }

  Execution run(Supplier<Execution> once) {
    RetryPolicy said = step.retry();
    if (said == null) {
      executions++;
      return once.get();
    }
    RetryPolicy policy = scope.retries().fill(said);
    refused = null;
    RetrySeries series = scope.ledger().begin(id, policy.attempts());
    latest = series;
    slept = series.slept().compareTo(slept) > 0 ? series.slept() : slept;
    if (!sleep(series.leftToWait())) {
      return Execution.stoppedEarly();
    }
    Execution done = executions(policy, series, once);
    if (!done.stopped()) {
      scope.ledger().ended(id, series, done.succeeded());
      tell(series);
    }
    return done;
  }

  private Execution executions(RetryPolicy policy, RetrySeries series, Supplier<Execution> once) {
    while (true) {
      int attempt = series.next();
      Execution done = execute(policy, series, once);
      if (done.stopped()) {
        series.cutOff();
        return done;
      }
      if (done.kind() == Kind.CIRCUIT) {
        observer.exhausted(step, attempt - 1, "circuit", done.error());
        return done;
      }
      String error = done.succeeded() ? "" : masked(FailureText.firstLine(message(done)));
      series.ended(done, error);
      if (done.succeeded()) {
        if (attempt > 1) {
          observer.note("'%s' succeeded after %d attempts".formatted(shown(), attempt));
        }
        return done;
      }
      Duration delay = next(policy, attempt, done);
      if (delay == null) {
        observer.exhausted(step, attempt, reason(policy, attempt), error);
        return attempt == 1 ? done : done.withError(exhausted(policy, attempt, done));
      }
      observer.retrying(step, attempt + 1, policy.attempts(), delay, error);
      series.waiting(delay);
      if (!sleep(delay)) {
        return Execution.stoppedEarly();
      }
      series.waited(delay);
      slept = slept.plus(delay);
    }
  }

  private Execution execute(RetryPolicy policy, RetrySeries series, Supplier<Execution> once) {
    CircuitBreakerPolicy circuit = policy.breaker();
    if (circuit == null) {
      series.starting();
      executions++;
      return once.get();
    }
    CircuitBreaker breaker = scope.ledger().breaker(id, circuit, observer::event);
    CircuitBreaker.Admission admission = breaker.admit();
    while (!admission.granted()) {
      if (circuit.onOpen() != CircuitBreakerPolicy.OnOpen.PAUSE) {
        return Execution.failure(Kind.CIRCUIT, CircuitBreaker.OPEN_MESSAGE);
      }
      if (!sleep(admission.delay())) {
        return Execution.stoppedEarly();
      }
      admission = breaker.admit();
    }
    series.starting();
    executions++;
    Execution done = once.get();
    if (done.stopped()) {
      breaker.abandoned(admission.call());
    } else if (done.succeeded()) {
      breaker.succeeded(admission.call());
    } else {
      breaker.failed(admission.call(), scope.ledger().now());
    }
    return done;
  }

  /// @return null if there is no next execution
  private @Nullable Duration next(RetryPolicy policy, int attempt, Execution failed) {
    if (!retryable(policy, failed) || attempt >= policy.attempts() || circuitOpen(policy)) {
      return null;
    }
    Duration delay = policy.delay(attempt, JITTER);
    if (policy.affords(slept, delay)) {
      return delay;
    }
    refused = delay;
    return null;
  }

  private boolean retryable(RetryPolicy policy, Execution failed) {
    return failed.retryable()
        && policy.matches(
            matchText(failed), failed.timedOut(), failed.exitCode(), observer::warning);
  }

  private boolean circuitOpen(RetryPolicy policy) {
    CircuitBreakerPolicy circuit = policy.breaker();
    return circuit != null
        && circuit.onOpen() != CircuitBreakerPolicy.OnOpen.PAUSE
        && scope.ledger().breaker(id, circuit, observer::event).open();
  }

  private String reason(RetryPolicy policy, int attempt) {
    if (refused != null) {
      return "budget";
    }
    if (attempt >= policy.attempts()) {
      return "attempts";
    }
    return circuitOpen(policy) ? "circuit" : "not_retryable";
  }

  private String exhausted(RetryPolicy policy, int attempt, Execution failed) {
    Duration budget = policy.budget();
    Duration tooLong = refused;
    if (budget == null || tooLong == null) {
      return "Failed '%s' after %d attempts: %s".formatted(shown(), attempt, message(failed));
    }
    String spent =
        "%ss of %ss spent, next delay %ss".formatted(shown(slept), shown(budget), shown(tooLong));
    return "Retry budget exhausted for '%s' (%s) after %d attempts: %s"
        .formatted(shown(), spent, attempt, message(failed));
  }

  private void tell(RetrySeries series) {
    var history = series.history();
    if (history.size() > 1) {
      long failed = history.stream().filter(attempt -> !attempt.success()).count();
      var delays = new StringBuilder();
      history.stream()
          .skip(1)
          .forEach(each -> delays.append(' ').append(each.backoffApplied().toMillis()));
      observer.detail(
          "Retries of '%s': %d attempts, %d failed, delays in ms:%s"
              .formatted(shown(), history.size(), failed, delays));
    }
  }

  private String shown() {
    return masked(step.display());
  }

  private String masked(String text) {
    return scope.masker().mask(text);
  }

  private String message(Execution failed) {
    return FailureText.of(step, failed);
  }

  private static String matchText(Execution failed) {
    String output = failed.stderr().isBlank() ? failed.stdout() : failed.stderr();
    return tail(failed.error()) + "\n" + tail(output);
  }

  private static String tail(String text) {
    return text.length() <= MATCHED_TAIL ? text : text.substring(text.length() - MATCHED_TAIL);
  }

  /// Time spent waiting counts against the phase's or agent's limit, too.
  private boolean sleep(Duration delay) {
    if (delay.isZero()) {
      return !scope.stop().raised();
    }
    Deadline deadline = scope.deadline();
    Duration left = deadline == null ? delay : deadline.left();
    return scope.stop().sleep(left.compareTo(delay) < 0 ? left : delay);
  }

  static String shown(Duration duration) {
    return duration.toMillisPart() == 0
        ? Long.toString(duration.toSeconds())
        : Double.toString(duration.toMillis() / 1000.0);
  }
}
