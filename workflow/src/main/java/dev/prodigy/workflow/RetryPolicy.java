package dev.prodigy.workflow;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// How often something that fails is tried, and how long to wait in between.
///
/// @param attempts total executions, the first included; 1 to 1000
/// @param maxDelay no single delay is longer
/// @param jitter 0 = off, else the share of the delay over which it is spread, up to 1
/// @param retryOn empty = every failure that can be retried at all
/// @param budget cap on the sum of all delays; running time does not count
/// @param onFailure when a step without a failure handler has no attempt left
/// @param breaker null: none
/// @param open what the workflow says nothing about, so that the user's settings may
public record RetryPolicy(
    int attempts,
    Backoff backoff,
    Duration initialDelay,
    Duration maxDelay,
    double jitter,
    List<Matcher> retryOn,
    @Nullable Duration budget,
    OnExhausted onFailure,
    @Nullable CircuitBreakerPolicy breaker,
    Set<Open> open) {

  public static final int MAX_ATTEMPTS = 1000;

  public static final RetryPolicy DEFAULT =
      new RetryPolicy(
          3,
          new Backoff.Exponential(Backoff.Exponential.DEFAULT_BASE),
          Duration.ofSeconds(1),
          Duration.ofSeconds(30),
          0,
          List.of(),
          null,
          new OnExhausted.Stop(),
          null,
          Set.of(Open.ATTEMPTS, Open.BACKOFF));

  /// A part that [RetryDefaults] can fill.
  public enum Open {
    ATTEMPTS,
    BACKOFF
  }

  public RetryPolicy {
    retryOn = List.copyOf(retryOn);
    open = Set.copyOf(open);
  }

  /// How long to wait after the n-th failed attempt. With jitter the delay d is multiplied by
  /// something between 1 - jitter/2 and 1 + jitter/2, to the millisecond; never over `maxDelay`.
  ///
  /// @param failedAttempt from 1
  public Duration delay(int failedAttempt, RandomGenerator random) {
    Duration delay = backoff.delay(failedAttempt, initialDelay, maxDelay);
    double millis = delay.toNanos() / 1e6;
    long shortest = (long) Math.ceil(millis * (1 - jitter / 2));
    long longest = (long) Math.floor(millis * (1 + jitter / 2));
    if (jitter == 0 || longest <= shortest) {
      return delay;
    }
    Duration spread = Duration.ofMillis(random.nextLong(shortest, longest + 1));
    return spread.compareTo(maxDelay) < 0 ? spread : maxDelay;
  }

  /// Whether another wait of `next` is within the budget after waits of `slept` in all.
  public boolean affords(Duration slept, Duration next) {
    return budget == null || slept.plus(next).compareTo(budget) <= 0;
  }

  /// As [#matches(String, boolean, int, Consumer)], for callers who have nobody to warn.
  public boolean matches(String text, boolean timedOut, int exitCode) {
    return matches(text, timedOut, exitCode, _ -> {});
  }

  /// Whether `retryOn` allows another attempt after such a failure.
  ///
  /// @param text error message and output of the failed attempt
  /// @param timedOut whether our own limit ended it
  /// @param warnings told of a pattern that was given up because it ran too long
  public boolean matches(String text, boolean timedOut, int exitCode, Consumer<String> warnings) {
    return Matcher.anyMatches(retryOn, text, timedOut, exitCode, warnings);
  }
}
