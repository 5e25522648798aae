package dev.prodigy.engine;

import dev.prodigy.model.CompletedStep.RetryState;
import dev.prodigy.model.RetryCheckpoint.Attempt;
import dev.prodigy.model.RetryCheckpoint.CommandRetryState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The executions of one step from its first to its last, durable before each execution and before
/// each wait. An execution under way when the process died counts as failed.
final class RetrySeries {
  private final String id;
  private final int max;
  private final InstantSource clock;
  private final Runnable save;
  private final List<Attempt> history = new ArrayList<>();
  private int begun;
  private Duration slept = Duration.ZERO;
  private Duration backoff = Duration.ZERO;
  private @Nullable Instant lastAttempt;
  private @Nullable Instant nextRetry;

  RetrySeries(String id, int max, InstantSource clock, Runnable save) {
    this.id = id;
    this.max = max;
    this.clock = clock;
    this.save = save;
  }

  /// @throws EngineException if it had more attempts than it may have
  static RetrySeries resumed(
      CommandRetryState before, int max, InstantSource clock, Runnable save) {
    if (before.attemptCount() > before.maxAttempts() + 1) {
      throw EngineException.badRetryState(
          before.commandId(), before.attemptCount(), before.maxAttempts());
    }
    var series = new RetrySeries(before.commandId(), max, clock, save);
    series.history.addAll(before.retryHistory());
    series.begun = before.attemptCount();
    series.slept = before.budgetSpent();
    series.lastAttempt = before.lastAttemptAt();
    series.nextRetry = before.nextRetryAt();
    if (before.nextRetryAt() == null && before.retryHistory().size() < before.attemptCount()) {
      Instant at = before.lastAttemptAt() == null ? clock.instant() : before.lastAttemptAt();
      series.history.add(
          new Attempt(
              before.attemptCount(), at, Duration.ZERO, false, "interrupted", Duration.ZERO, null));
    }
    return series;
  }

  /// The number of the next execution. One cut off by a crash may always be made up for.
  int next() {
    return begun < max ? begun + 1 : max;
  }

  Duration slept() {
    return slept;
  }

  Instant startedAt() {
    return history.isEmpty() ? clock.instant() : history.getFirst().executedAt();
  }

  List<Attempt> history() {
    return history;
  }

  /// What is left of a wait that was cut off.
  Duration leftToWait() {
    Instant until = nextRetry;
    Duration left = until == null ? Duration.ZERO : Duration.between(clock.instant(), until);
    return left.isNegative() ? Duration.ZERO : left;
  }

  void starting() {
    begun++;
    lastAttempt = clock.instant();
    nextRetry = null;
    save.run();
  }

  /// Stopped by us: as if it had never begun.
  void cutOff() {
    begun--;
  }

  /// @param error masked
  void ended(Execution done, String error) {
    Instant at = lastAttempt == null ? clock.instant() : lastAttempt;
    history.add(
        new Attempt(
            begun,
            at,
            done.duration(),
            done.succeeded(),
            done.succeeded() ? null : error,
            backoff,
            done.exitCode()));
  }

  void waiting(Duration delay) {
    backoff = delay;
    nextRetry = clock.instant().plus(delay);
    save.run();
  }

  void waited(Duration delay) {
    slept = slept.plus(delay);
  }

  int max() {
    return max;
  }

  /// As it stands in the record of a step that is over.
  RetryState over() {
    List<String> failures = history.stream().map(Attempt::error).filter(Objects::nonNull).toList();
    return new RetryState(begun, max, failures, false);
  }

  CommandRetryState state() {
    Duration total = Duration.ZERO;
    for (Attempt attempt : history) {
      total = total.plus(attempt.duration());
    }
    return new CommandRetryState(id, begun, max, lastAttempt, nextRetry, history, slept, total);
  }
}
