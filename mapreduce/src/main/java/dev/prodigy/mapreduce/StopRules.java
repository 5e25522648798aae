package dev.prodigy.mapreduce;

import dev.prodigy.workflow.ErrorPolicy;
import java.util.Optional;

/// When failed items end the whole map phase. Each item counts once, after its last attempt.
///
/// @see ErrorPolicy
record StopRules(ErrorPolicy policy) {
  /// A rate says nothing about a handful of items: it counts from this many finished ones.
  private static final int ENOUGH_FOR_A_RATE = 10;

  /// The rule that is broken now, with the numbers, or empty while the phase may go on.
  Optional<String> broken(ItemTable.Tally tally) {
    int failed = tally.failed();
    if (failed > 0 && !policy.continueOnFailure()) {
      return Optional.of("continue_on_failure is false and %d item(s) failed".formatted(failed));
    }
    Integer maxFailures = policy.maxFailures();
    if (maxFailures != null && failed >= maxFailures) {
      return Optional.of("max_failures %d reached: %d failed".formatted(maxFailures, failed));
    }
    Double threshold = policy.failureThreshold();
    int finished = tally.finished();
    if (threshold != null && finished >= ENOUGH_FOR_A_RATE && failed > threshold * finished) {
      return Optional.of(
          "failure_threshold %s exceeded: %d of %d failed".formatted(threshold, failed, finished));
    }
    return Optional.empty();
  }
}
