package dev.prodigy.workflow.reading;

import dev.prodigy.workflow.Backoff;
import dev.prodigy.workflow.CircuitBreakerPolicy;
import dev.prodigy.workflow.Matcher;
import dev.prodigy.workflow.OnExhausted;
import dev.prodigy.workflow.RetryPolicy;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A retry policy as far as one place of a file gives it; null = not said there.
///
/// @param backoff given the initial delay, since a bare `linear` grows by it
/// @param jitterFactor counts only while jitter is on
record RetrySettings(
    @Nullable Integer attempts,
    @Nullable Function<Duration, Backoff> backoff,
    @Nullable Duration initialDelay,
    @Nullable Duration maxDelay,
    @Nullable Boolean jitter,
    @Nullable Double jitterFactor,
    @Nullable List<Matcher> retryOn,
    @Nullable Duration budget,
    @Nullable OnExhausted onFailure,
    @Nullable CircuitBreakerPolicy breaker) {

  private static final double DEFAULT_JITTER_FACTOR = 0.3;

  static final RetrySettings NOTHING_SAID = attempts(null);

  /// `retry: transient`: for agents that meet busy servers.
  static final RetrySettings TRANSIENT =
      new RetrySettings(
          6,
          null,
          Duration.ofSeconds(5),
          Duration.ofMinutes(2),
          true,
          0.25,
          List.of(
              Matcher.Known.RATE_LIMIT,
              Matcher.Known.SERVER_ERROR,
              Matcher.Known.TIMEOUT,
              Matcher.Known.NETWORK),
          null,
          null,
          null);

  static RetrySettings attempts(@Nullable Integer attempts) {
    return new RetrySettings(attempts, null, null, null, null, null, null, null, null, null);
  }

  /// `max_attempts: n` on a step itself: again at once.
  static RetrySettings immediately(int attempts) {
    return new RetrySettings(
        attempts, null, Duration.ZERO, null, null, null, null, null, null, null);
  }

  /// What is said here, and for the rest what is said there.
  RetrySettings over(RetrySettings there) {
    return new RetrySettings(
        either(attempts, there.attempts),
        either(backoff, there.backoff),
        either(initialDelay, there.initialDelay),
        either(maxDelay, there.maxDelay),
        either(jitter, there.jitter),
        either(jitterFactor, there.jitterFactor),
        either(retryOn, there.retryOn),
        either(budget, there.budget),
        either(onFailure, there.onFailure),
        either(breaker, there.breaker));
  }

  /// With the built-in values for all that is not said.
  RetryPolicy policy() {
    RetryPolicy standard = RetryPolicy.DEFAULT;
    Duration initial = initialDelay == null ? standard.initialDelay() : initialDelay;
    return new RetryPolicy(
        attempts == null ? standard.attempts() : attempts,
        backoff == null ? standard.backoff() : backoff.apply(initial),
        initial,
        maxDelay == null ? standard.maxDelay() : maxDelay,
        spread(),
        retryOn == null ? standard.retryOn() : retryOn,
        budget,
        onFailure == null ? standard.onFailure() : onFailure,
        breaker,
        open());
  }

  private Set<RetryPolicy.Open> open() {
    Set<RetryPolicy.Open> open = EnumSet.allOf(RetryPolicy.Open.class);
    if (attempts != null) {
      open.remove(RetryPolicy.Open.ATTEMPTS);
    }
    if (backoff != null) {
      open.remove(RetryPolicy.Open.BACKOFF);
    }
    return open;
  }

  private double spread() {
    if (jitter == null || !jitter) {
      return 0;
    }
    return jitterFactor == null ? DEFAULT_JITTER_FACTOR : jitterFactor;
  }

  private static <T> @Nullable T either(@Nullable T here, @Nullable T there) {
    return here == null ? there : here;
  }
}
