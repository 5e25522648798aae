package dev.prodigy.mapreduce;

import dev.prodigy.model.Failure;
import dev.prodigy.model.FailureReason;
import dev.prodigy.model.JournalRecord.Disposition;
import dev.prodigy.workflow.AgentTimeouts;
import dev.prodigy.workflow.ErrorPolicy;
import dev.prodigy.workflow.OnItemFailure;
import dev.prodigy.workflow.RetryPolicy;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What happens to an item after a failed attempt: another one later, or its final lot.
///
/// @param attemptsAllowed overrides the policy's number of attempts (dead letter retries); 0: does
///   not
record FailurePolicy(
    ErrorPolicy policy, AgentTimeouts timeouts, int attemptsAllowed, RandomGenerator random) {

  /// @param delay before the next attempt; zero unless the disposition is `RETRY`
  record Decision(Disposition disposition, Duration delay) {}

  /// @param before the item before this failure is counted
  Decision decide(ItemState before, AttemptFailure failed) {
    Failure failure = failed.failure();
    int attemptsMade = before.failures().size() + 1;
    RetryPolicy retry = retryPolicy(failure.errorType());
    if (retry != null && failed.retryable() && attemptsMade < allowed(retry)) {
      int exitCode =
          failure.errorType() instanceof FailureReason.CommandFailed(int code) ? code : 1;
      boolean timedOut = failure.errorType() instanceof FailureReason.Timeout;
      Duration delay = retry.delay(attemptsMade, random);
      if (retry.affords(waited(retry, attemptsMade), delay)
          && retry.matches(failed.matchText(), timedOut, exitCode)) {
        return new Decision(Disposition.RETRY, delay);
      }
    }
    return new Decision(finalLot(failed), Duration.ZERO);
  }

  /// Before this attempt, jitter left out: it is not recorded.
  private static Duration waited(RetryPolicy retry, int attemptsMade) {
    Duration waited = Duration.ZERO;
    for (int attempt = 1; attempt < attemptsMade && retry.budget() != null; attempt++) {
      waited = waited.plus(retry.backoff().delay(attempt, retry.initialDelay(), retry.maxDelay()));
    }
    return waited;
  }

  private int allowed(RetryPolicy retry) {
    return attemptsAllowed > 0 ? attemptsAllowed : retry.attempts();
  }

  private @Nullable RetryPolicy retryPolicy(FailureReason reason) {
    if (policy.onItemFailure() instanceof OnItemFailure.Stop) {
      return null;
    }
    if (policy.retry() != null) {
      return policy.retry();
    }
    boolean wanted =
        attemptsAllowed > 0
            || policy.onItemFailure() instanceof OnItemFailure.Retry
            || (reason instanceof FailureReason.Timeout
                && timeouts.action() == AgentTimeouts.Action.RETRY);
    return wanted ? RetryPolicy.DEFAULT : null;
  }

  private Disposition finalLot(AttemptFailure failed) {
    if (failed.endsJob()) {
      return Disposition.STOP;
    }
    if (failed.failure().errorType() instanceof FailureReason.Timeout && failed.agentLimit()) {
      return switch (timeouts.action()) {
        case SKIP -> Disposition.SKIP;
        case FAIL -> Disposition.STOP;
        case DLQ, GRACEFUL_TERMINATE, RETRY -> byPolicy();
      };
    }
    return byPolicy();
  }

  private Disposition byPolicy() {
    return switch (policy.onItemFailure()) {
      case OnItemFailure.Skip _ -> Disposition.SKIP;
      case OnItemFailure.Stop _ -> Disposition.STOP;
      case OnItemFailure.Dlq _, OnItemFailure.Retry _, OnItemFailure.Custom _ ->
          Disposition.DEAD_LETTER;
    };
  }
}
