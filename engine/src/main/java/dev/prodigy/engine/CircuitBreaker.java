package dev.prodigy.engine;

import dev.prodigy.model.Event;
import dev.prodigy.model.RetryCheckpoint;
import dev.prodigy.model.RetryCheckpoint.BreakerStanding;
import dev.prodigy.workflow.CircuitBreakerPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Holds back calls after too many failures in a row, so that an outage burns time and not
/// attempts. Closed: all run. Open: none starts until the timeout is over. Half open: a few probe;
/// enough successes close it, any failure opens it again. Calls that began before the last change
/// of state say nothing about the present one.
///
/// Thread-safe. Time is monotonic nanoseconds: a clock that jumps must not reopen it.
public final class CircuitBreaker {
  public static final String OPEN_MESSAGE = "Circuit breaker open";
  private static final Duration WHILE_PROBING = Duration.ofMillis(50);

  private final @Nullable CircuitBreakerPolicy policy;
  private final LongSupplier nanos;
  private final Consumer<Event> events;
  private RetryCheckpoint.BreakerState state = RetryCheckpoint.BreakerState.CLOSED;
  private int failuresInARow;
  private int successesHalfOpen;
  private int inFlightHalfOpen;
  private long openedAt;
  private long epoch;
  private @Nullable Instant lastFailure;

  /// Whether a call may begin.
  ///
  /// @param delay when to ask again; zero if it may begin now
  /// @param call to be given back with its outcome
  public record Admission(Duration delay, long call) {
    public boolean granted() {
      return delay.isZero();
    }
  }

  /// @param policy null: never opens
  public CircuitBreaker(
      @Nullable CircuitBreakerPolicy policy, LongSupplier nanos, Consumer<Event> events) {
    this.policy = policy;
    this.nanos = nanos;
    this.events = events;
  }

  /// What happens to calls while it is open.
  public CircuitBreakerPolicy.OnOpen onOpen() {
    return policy == null ? CircuitBreakerPolicy.OnOpen.PAUSE : policy.onOpen();
  }

  /// Lets a call begin, or says how long to wait before asking again.
  public synchronized Admission admit() {
    if (policy == null || state == RetryCheckpoint.BreakerState.CLOSED) {
      return new Admission(Duration.ZERO, epoch);
    }
    if (state == RetryCheckpoint.BreakerState.OPEN) {
      Duration open = Duration.ofNanos(nanos.getAsLong() - openedAt);
      Duration left = policy.timeout().minus(open);
      if (left.isPositive()) {
        return new Admission(left, epoch);
      }
      become(RetryCheckpoint.BreakerState.HALF_OPEN);
      events.accept(new Event.CircuitHalfOpen());
    }
    if (inFlightHalfOpen >= policy.halfOpenRequests()) {
      return new Admission(WHILE_PROBING, epoch);
    }
    inFlightHalfOpen++;
    return new Admission(Duration.ZERO, epoch);
  }

  public synchronized boolean open() {
    return state == RetryCheckpoint.BreakerState.OPEN;
  }

  public synchronized void succeeded(long call) {
    if (policy == null || call != epoch) {
      return;
    }
    failuresInARow = 0;
    if (state == RetryCheckpoint.BreakerState.HALF_OPEN) {
      inFlightHalfOpen--;
      successesHalfOpen++;
      if (successesHalfOpen >= policy.successThreshold()) {
        become(RetryCheckpoint.BreakerState.CLOSED);
        events.accept(new Event.CircuitClosed());
      }
    }
  }

  /// @param at for people who look at a checkpoint
  public synchronized void failed(long call, Instant at) {
    if (policy == null || call != epoch || state == RetryCheckpoint.BreakerState.OPEN) {
      return;
    }
    failuresInARow++;
    lastFailure = at;
    if (state == RetryCheckpoint.BreakerState.HALF_OPEN
        || failuresInARow >= policy.failureThreshold()) {
      int failures = failuresInARow;
      become(RetryCheckpoint.BreakerState.OPEN);
      failuresInARow = failures;
      openedAt = nanos.getAsLong();
      events.accept(new Event.CircuitOpen(failures, policy.timeout().toMillis()));
    }
  }

  /// The call was cut off: neither success nor failure.
  public synchronized void abandoned(long call) {
    if (call == epoch && state == RetryCheckpoint.BreakerState.HALF_OPEN) {
      inFlightHalfOpen--;
    }
  }

  private void become(RetryCheckpoint.BreakerState next) {
    state = next;
    epoch++;
    failuresInARow = 0;
    successesHalfOpen = 0;
    inFlightHalfOpen = 0;
  }

  public synchronized BreakerStanding standing() {
    return new BreakerStanding(state, failuresInARow, lastFailure, successesHalfOpen);
  }

  /// Takes up where a checkpoint left it; the time since then counts.
  public synchronized void restore(BreakerStanding before, Instant now) {
    if (policy == null) {
      return;
    }
    become(
        before.state() == RetryCheckpoint.BreakerState.CLOSED
            ? RetryCheckpoint.BreakerState.CLOSED
            : RetryCheckpoint.BreakerState.OPEN);
    failuresInARow = before.failureCount();
    lastFailure = before.lastFailureAt();
    Instant since = lastFailure == null ? now : lastFailure;
    Duration gone =
        before.state() == RetryCheckpoint.BreakerState.HALF_OPEN
            ? policy.timeout()
            : Duration.between(since, now);
    openedAt = nanos.getAsLong() - Math.max(0, gone.toNanos());
  }
}
