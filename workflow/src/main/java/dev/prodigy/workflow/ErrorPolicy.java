package dev.prodigy.workflow;

import org.jspecify.annotations.Nullable;

/// How a map phase deals with items that fail.
///
/// @param continueOnFailure false: stop at the first failed item
/// @param maxFailures stop when this many failed
/// @param failureThreshold stop when more than this share (0 to 1) of at least 10 finished failed
/// @param retry of whole items, each time in a fresh worktree; not with [OnItemFailure.Stop]. Set
///   to the defaults for [OnItemFailure.Retry] without a policy of its own
public record ErrorPolicy(
    OnItemFailure onItemFailure,
    boolean continueOnFailure,
    @Nullable Integer maxFailures,
    @Nullable Double failureThreshold,
    ErrorCollection collection,
    @Nullable RetryPolicy retry,
    @Nullable CircuitBreakerPolicy breaker) {

  public static final ErrorPolicy DEFAULT =
      new ErrorPolicy(
          new OnItemFailure.Dlq(), true, null, null, new ErrorCollection.Aggregate(), null, null);
}
