package dev.prodigy.engine;

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
  private Duration slept = Duration.ZERO;
  private int executions;
  private @Nullable Duration refused; // the delay the budget had no room for

  RetryLoop(Step step, StepScope scope, StepObserver observer) {
    this.step = step;
    this.scope = scope;
    this.observer = observer;
  }

  /// How often the command was executed so far.
  int executions() {
    return executions;
  }

  Execution run(Supplier<Execution> once) {
    RetryPolicy policy = step.retry();
    refused = null;
    for (int attempt = 1; ; attempt++) {
      executions++;
      Execution done = once.get();
      if (done.succeeded() || done.stopped() || policy == null) {
        if (done.succeeded() && attempt > 1) {
          observer.warning("'%s' succeeded after %d attempts".formatted(step.display(), attempt));
        }
        return done;
      }
      Duration delay = next(policy, attempt, done);
      if (delay == null) {
        return attempt == 1 ? done : done.withError(exhausted(policy, attempt, done));
      }
      String error = scope.masker().mask(FailureText.firstLine(message(done)));
      observer.retrying(step, attempt + 1, policy.attempts(), delay, error);
      if (!sleep(delay)) {
        return Execution.stoppedEarly();
      }
      slept = slept.plus(delay);
    }
  }

  /// @return null if there is no next execution
  private @Nullable Duration next(RetryPolicy policy, int attempt, Execution failed) {
    boolean again =
        failed.retryable()
            && attempt < policy.attempts()
            && policy.matches(
                matchText(failed), failed.timedOut(), failed.exitCode(), observer::warning);
    if (!again) {
      return null;
    }
    Duration delay = policy.delay(attempt, JITTER);
    if (policy.affords(slept, delay)) {
      return delay;
    }
    refused = delay;
    return null;
  }

  private String exhausted(RetryPolicy policy, int attempt, Execution failed) {
    String display = step.display();
    Duration budget = policy.budget();
    Duration tooLong = refused;
    if (budget == null || tooLong == null) {
      return "Failed '%s' after %d attempts: %s".formatted(display, attempt, message(failed));
    }
    String spent =
        "%ss of %ss spent, next delay %ss".formatted(shown(slept), shown(budget), shown(tooLong));
    return "Retry budget exhausted for '%s' (%s) after %d attempts: %s"
        .formatted(display, spent, attempt, message(failed));
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
