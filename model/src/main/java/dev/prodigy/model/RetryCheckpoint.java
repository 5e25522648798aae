package dev.prodigy.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How often the steps of a run were tried, as a checkpoint keeps it. Steps go by their place:
/// `commands[3]`.
///
/// @param commandRetryStates of steps that are being tried
/// @param retryExecutionHistory of steps that are over, the latest last
/// @param circuitBreakerStates of steps that have one
public record RetryCheckpoint(
    Map<String, CommandRetryState> commandRetryStates,
    List<Series> retryExecutionHistory,
    Map<String, BreakerStanding> circuitBreakerStates,
    Instant checkpointedAt) {

  /// @param attemptCount executions begun
  /// @param nextRetryAt end of the wait it is in
  /// @param budgetSpent sum of all waits
  public record CommandRetryState(
      String commandId,
      int attemptCount,
      int maxAttempts,
      @Nullable Instant lastAttemptAt,
      @Nullable Instant nextRetryAt,
      List<Attempt> retryHistory,
      Duration budgetSpent,
      Duration totalRetryDuration) {
    public CommandRetryState {
      retryHistory = List.copyOf(retryHistory);
    }
  }

  /// One execution.
  ///
  /// @param error the first line, masked
  /// @param backoffApplied the wait before it
  public record Attempt(
      int attemptNumber,
      Instant executedAt,
      Duration duration,
      boolean success,
      @Nullable String error,
      Duration backoffApplied,
      @Nullable Integer exitCode) {}

  /// All executions of one step, from the first to the last.
  public record Series(
      String commandId,
      String correlationId,
      Instant startedAt,
      @Nullable Instant completedAt,
      int totalAttempts,
      boolean succeeded,
      @Nullable String finalError) {}

  /// Stored in Pascal case.
  public enum BreakerState {
    CLOSED,
    OPEN,
    HALF_OPEN
  }

  public record BreakerStanding(
      BreakerState state,
      int failureCount,
      @Nullable Instant lastFailureAt,
      int halfOpenSuccessCount) {}

  public RetryCheckpoint {
    commandRetryStates = Map.copyOf(commandRetryStates);
    retryExecutionHistory = List.copyOf(retryExecutionHistory);
    circuitBreakerStates = Map.copyOf(circuitBreakerStates);
  }
}
