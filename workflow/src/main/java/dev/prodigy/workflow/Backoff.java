package dev.prodigy.workflow;

import java.time.Duration;
import java.util.List;

/// How the delay between attempts grows.
public sealed interface Backoff {

  /// Always the initial delay.
  record Constant() implements Backoff {}

  /// The initial delay, and `increment` more each time.
  record Linear(Duration increment) implements Backoff {}

  /// The initial delay times `base` to the power of 0, 1, 2, …
  ///
  /// @param base at least 1
  record Exponential(double base) implements Backoff {
    public static final double DEFAULT_BASE = 2.0;
  }

  /// The initial delay times 1, 1, 2, 3, 5, 8, …
  record Fibonacci() implements Backoff {}

  /// As listed; past the end the longest delay.
  record Custom(List<Duration> delays) implements Backoff {
    public Custom {
      delays = List.copyOf(delays);
    }
  }

  /// The delay after the n-th failed attempt, before jitter. Saturates at `max`.
  ///
  /// @param failedAttempt from 1
  default Duration delay(int failedAttempt, Duration initial, Duration max) {
    double cap = max.toNanos();
    double nanos =
        switch (this) {
          case Constant() -> initial.toNanos();
          case Linear(Duration increment) ->
              initial.toNanos() + (double) increment.toNanos() * (failedAttempt - 1);
          case Exponential(double base) -> initial.toNanos() * Math.pow(base, failedAttempt - 1);
          case Fibonacci() -> initial.toNanos() * fibonacci(failedAttempt);
          case Custom(List<Duration> delays) ->
              failedAttempt <= delays.size() ? delays.get(failedAttempt - 1).toNanos() : cap;
        };
    return nanos < cap ? Duration.ofNanos(Math.round(nanos)) : max;
  }

  /// As a double, which grows to infinity where a long would overflow.
  private static double fibonacci(int n) {
    double before = 0;
    double current = 1;
    for (int i = 1; i < n; i++) {
      double next = before + current;
      before = current;
      current = next;
    }
    return current;
  }
}
