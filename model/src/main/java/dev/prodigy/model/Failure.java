package dev.prodigy.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One failed attempt at an item.
///
/// @param attemptNumber counts from 1
/// @param errorContext conflict paths or the tail of standard error
/// @param stepFailed the failing step as shown to users
public record Failure(
    int attemptNumber,
    Instant timestamp,
    FailureReason errorType,
    String errorMessage,
    List<String> errorContext,
    AgentId agentId,
    String stepFailed,
    long durationMs,
    @Nullable String jsonLogLocation) {
  public Failure {
    errorContext = List.copyOf(errorContext);
  }
}
