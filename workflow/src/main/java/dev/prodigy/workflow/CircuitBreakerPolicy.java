package dev.prodigy.workflow;

import java.time.Duration;

/// When failing agents make the job hold its breath.
///
/// @param failureThreshold consecutive failures that open the circuit
/// @param successThreshold successes in a half-open circuit that close it
/// @param timeout how long it stays open
/// @param halfOpenRequests most calls in flight while half open
public record CircuitBreakerPolicy(
    int failureThreshold,
    int successThreshold,
    Duration timeout,
    int halfOpenRequests,
    OnOpen onOpen) {

  public static final CircuitBreakerPolicy DEFAULT =
      new CircuitBreakerPolicy(5, 3, Duration.ofSeconds(30), 3, OnOpen.PAUSE);

  /// `PAUSE` holds items back, `STOP` ends the phase, `REJECT` fails the call.
  public enum OnOpen {
    PAUSE,
    STOP,
    REJECT
  }
}
