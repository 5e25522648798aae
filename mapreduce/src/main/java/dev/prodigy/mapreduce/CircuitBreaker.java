package dev.prodigy.mapreduce;

import dev.prodigy.model.Event;
import dev.prodigy.workflow.CircuitBreakerPolicy;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Holds back new attempts after too many failures in a row, so that an outage burns time and not
/// items. Closed: all run. Open: none starts until the timeout is over. Half open: a few probe;
/// enough successes close it, any failure opens it again.
///
/// Thread-safe. Time is monotonic nanoseconds: a clock that jumps must not reopen it.
final class CircuitBreaker {
  private enum State {
    CLOSED,
    OPEN,
    HALF_OPEN
  }

  private final @Nullable CircuitBreakerPolicy policy;
  private final LongSupplier nanos;
  private final Consumer<Event> events;
  private State state = State.CLOSED;
  private int failuresInARow;
  private int successesHalfOpen;
  private int inFlightHalfOpen;
  private long openedAt;

  /// @param policy null: never opens
  CircuitBreaker(
      @Nullable CircuitBreakerPolicy policy, LongSupplier nanos, Consumer<Event> events) {
    this.policy = policy;
    this.nanos = nanos;
    this.events = events;
  }

  /// Zero when a call may start now; else how long to wait before asking again.
  synchronized Duration waitBeforeNextCall() {
    if (policy == null || state == State.CLOSED) {
      return Duration.ZERO;
    }
    if (state == State.OPEN) {
      Duration open = Duration.ofNanos(nanos.getAsLong() - openedAt);
      Duration left = policy.timeout().minus(open);
      if (left.isPositive()) {
        return left;
      }
      state = State.HALF_OPEN;
      successesHalfOpen = 0;
      inFlightHalfOpen = 0;
      events.accept(new Event.CircuitHalfOpen());
    }
    return inFlightHalfOpen < policy.halfOpenRequests() ? Duration.ZERO : Duration.ofMillis(50);
  }

  synchronized void started() {
    if (state == State.HALF_OPEN) {
      inFlightHalfOpen++;
    }
  }

  synchronized void succeeded() {
    failuresInARow = 0;
    if (policy == null || state != State.HALF_OPEN) {
      return;
    }
    inFlightHalfOpen = Math.max(0, inFlightHalfOpen - 1);
    successesHalfOpen++;
    if (successesHalfOpen >= policy.successThreshold()) {
      state = State.CLOSED;
      events.accept(new Event.CircuitClosed());
    }
  }

  synchronized void failed() {
    if (policy == null || state == State.OPEN) {
      return;
    }
    failuresInARow++;
    if (state == State.HALF_OPEN || failuresInARow >= policy.failureThreshold()) {
      state = State.OPEN;
      openedAt = nanos.getAsLong();
      events.accept(new Event.CircuitOpen(failuresInARow, policy.timeout().toMillis()));
    }
  }
}
