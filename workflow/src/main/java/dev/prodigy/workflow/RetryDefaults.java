package dev.prodigy.workflow;

import dev.prodigy.workflow.RetryPolicy.Open;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What the user has set for retries, where a workflow that asks for them leaves it open. A step
/// without any retries has none for that.
///
/// @param attempts total executions, the first included; null: nothing said
/// @param backoff null: nothing said
public record RetryDefaults(@Nullable Integer attempts, @Nullable Growth backoff) {
  public static final RetryDefaults NONE = new RetryDefaults(null, null);

  /// How delays grow, by its name alone.
  public enum Growth {
    FIXED,
    LINEAR,
    EXPONENTIAL,
    FIBONACCI;

    Backoff from(Duration initial) {
      return switch (this) {
        case FIXED -> new Backoff.Constant();
        case LINEAR -> new Backoff.Linear(initial);
        case EXPONENTIAL -> new Backoff.Exponential(Backoff.Exponential.DEFAULT_BASE);
        case FIBONACCI -> new Backoff.Fibonacci();
      };
    }
  }

  public RetryPolicy fill(RetryPolicy policy) {
    Integer count = policy.open().contains(Open.ATTEMPTS) ? attempts : null;
    Growth growth = policy.open().contains(Open.BACKOFF) ? backoff : null;
    return new RetryPolicy(
        count == null ? policy.attempts() : count,
        growth == null ? policy.backoff() : growth.from(policy.initialDelay()),
        policy.initialDelay(),
        policy.maxDelay(),
        policy.jitter(),
        policy.retryOn(),
        policy.budget(),
        policy.onFailure(),
        policy.breaker(),
        policy.open());
  }
}
