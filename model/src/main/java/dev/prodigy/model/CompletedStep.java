package dev.prodigy.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A step that is over and never runs again on resume.
///
/// @param stepIndex from 0
/// @param command as shown to users
/// @param output the end of its standard output, secrets masked
/// @param status `success`, `recovered` or `failed_tolerated`; null in what earlier versions wrote
/// @param recoveredBy what made up for its failure: `fallback`, `on_failure`, `on_exit_code`
/// @param retryState null: it has no retries
public record CompletedStep(
    int stepIndex,
    String command,
    boolean success,
    @Nullable String output,
    Map<String, JsonNode> capturedVariables,
    Duration duration,
    Instant completedAt,
    @Nullable Integer exitCode,
    @Nullable String status,
    @Nullable String recoveredBy,
    @Nullable RetryState retryState) {

  /// How often it was tried.
  ///
  /// @param currentAttempt the number of the last execution
  /// @param failureHistory the first line of each failure, masked
  /// @param inRetryLoop false as soon as it is over
  public record RetryState(
      int currentAttempt, int maxAttempts, List<String> failureHistory, boolean inRetryLoop) {
    public RetryState {
      failureHistory = List.copyOf(failureHistory);
    }
  }

  public CompletedStep {
    capturedVariables = Map.copyOf(capturedVariables);
  }
}
