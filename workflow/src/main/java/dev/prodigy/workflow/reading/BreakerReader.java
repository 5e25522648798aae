package dev.prodigy.workflow.reading;

import dev.prodigy.workflow.CircuitBreakerPolicy;
import dev.prodigy.workflow.CircuitBreakerPolicy.OnOpen;
import dev.prodigy.workflow.yaml.Mapping;
import dev.prodigy.workflow.yaml.Value;
import java.time.Duration;

/// Reads `circuit_breaker`, of a map phase and of a single step.
final class BreakerReader {

  private BreakerReader() {}

  /// @param onOpen what holds if the workflow does not say
  static CircuitBreakerPolicy read(Mapping mapping, OnOpen onOpen) {
    CircuitBreakerPolicy standard = CircuitBreakerPolicy.DEFAULT;
    int failures = mapping.integer("failure_threshold", 1, standard.failureThreshold());
    int successes = mapping.integer("success_threshold", 1, standard.successThreshold());
    int halfOpen = mapping.integer("half_open_requests", 1, standard.halfOpenRequests());
    var action = mapping.word("on_open", onOpen);
    Value timeout = mapping.take("timeout");
    Duration open =
        timeout == null ? Scalars.duration(mapping, "recovery_timeout") : Scalars.duration(timeout);
    if (timeout != null) {
      mapping.refuse("recovery_timeout", "is another name of `timeout`: give one of them");
      mapping.refuse("recovery_timeout_ms", "is another name of `timeout`: give one of them");
    }
    mapping.finish();
    return new CircuitBreakerPolicy(
        failures, successes, open == null ? standard.timeout() : open, halfOpen, action);
  }
}
