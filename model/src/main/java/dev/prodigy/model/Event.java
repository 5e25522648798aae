package dev.prodigy.model;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Something that happened to a job; one flat JSON object per line on disk. A record's simple name
/// is its stored `type` and its components, in snake case, are the stored keys: both are a contract
/// with users, pinned by `EventNamesTest`. Absent values are omitted.
public sealed interface Event {

  /// An event of one agent; stored with a top-level `agent_id`.
  sealed interface OfAgent extends Event {
    AgentId agentId();
  }

  record JobStarted(
      JsonNode config,
      int totalItems,
      String workflowName,
      @Nullable String workflowPath,
      String worktree,
      String originalBranch,
      @Nullable JobId sourceJobId)
      implements Event {}

  record JobCompleted(
      Duration duration,
      long durationMs,
      int successCount,
      int failureCount,
      int skippedCount,
      int dlqCount)
      implements Event {}

  record JobFailed(String error, String phase, int partialResults) implements Event {}

  record JobPaused(int checkpointVersion, @Nullable String reason, @Nullable String signal)
      implements Event {}

  record JobResumed(int checkpointVersion, int pendingItems, @Nullable String reason)
      implements Event {}

  record SetupPhaseStarted(int totalSteps) implements Event {}

  record SetupPhaseCompleted(Duration duration, List<String> captured) implements Event {}

  record WorkItemsLoaded(String source, int extracted, int filtered, int totalItems)
      implements Event {}

  record MapPhaseStarted(int totalItems, int maxParallel) implements Event {}

  record MapPhaseCompleted(int successful, int failed, int skipped, Duration duration)
      implements Event {}

  record ReducePhaseStarted() implements Event {}

  record ReducePhaseCompleted(Duration duration) implements Event {}

  record StepStarted(String phase, int stepIndex, String step) implements Event {}

  record StepCompleted(String phase, int stepIndex, String step, Duration duration)
      implements Event {}

  record StepFailed(String phase, int stepIndex, String step, Duration duration, String error)
      implements Event {}

  record WorktreeCreated(
      AgentId agentId, ItemId itemId, String worktreeName, String branch, String baseCommit)
      implements OfAgent {}

  record AgentStarted(AgentId agentId, ItemId itemId, String worktree, int attempt)
      implements OfAgent {}

  record AgentProgress(
      AgentId agentId,
      ItemId itemId,
      String step,
      double progressPct,
      int stepIndex,
      int stepCount,
      int exitCode)
      implements OfAgent {}

  /// Carries no free text: every string in it must need no JSON escape, since users pipe it through
  /// `while read` without `-r`.
  record AgentCompleted(
      AgentId agentId,
      ItemId itemId,
      Duration duration,
      long durationMs,
      List<String> commits,
      @Nullable String cleanupStatus,
      @Nullable String jsonLogLocation,
      int filesChanged,
      int attempt)
      implements OfAgent {}

  record AgentFailed(
      AgentId agentId,
      ItemId itemId,
      String error,
      FailureReason failureReason,
      boolean retryEligible,
      @Nullable String jsonLogLocation,
      int attempt,
      String step,
      Duration duration)
      implements OfAgent {}

  record AgentRetrying(AgentId agentId, ItemId itemId, int attempt, long backoffMs)
      implements OfAgent {}

  record WorktreeMerged(
      AgentId agentId, ItemId itemId, String targetBranch, String mergeCommit, boolean assisted)
      implements OfAgent {}

  record WorktreeCleaned(AgentId agentId, ItemId itemId, String worktreeName) implements OfAgent {}

  record WorktreeCleanupFailed(AgentId agentId, ItemId itemId, String worktreeName, String error)
      implements OfAgent {}

  record CheckpointCreated(
      int version, int agentsCompleted, Phase phase, CheckpointReason reason, long sizeBytes)
      implements Event {}

  record CheckpointLoaded(int version) implements Event {}

  record CheckpointFailed(String error, String phase) implements Event {}

  record QueueDepthChanged(int pending, int active, int completed) implements Event {}

  record CircuitOpen(int failures, long timeoutMs) implements Event {}

  record CircuitHalfOpen() implements Event {}

  record CircuitClosed() implements Event {}

  record DLQItemAdded(
      ItemId itemId, String errorSignature, int failureCount, FailureReason errorType)
      implements Event {}

  record DLQItemRemoved(ItemId itemId) implements Event {}

  record DLQItemsReprocessed(int count, int successful, int failed) implements Event {}

  record DLQItemsCleared(int count) implements Event {}

  /// Housekeeping: events of a job were removed.
  ///
  /// @param archive the directory they were moved to, if they were
  record EventsCleaned(long count, long bytesReclaimed, @Nullable String archive)
      implements Event {}

  record StepRetrying(String step, int attempt, int maxAttempts, long backoffMs, String error)
      implements Event {}

  /// @param reason `attempts`, `budget`, `not_retryable` or `circuit`
  record RetryExhausted(String step, int attempts, String reason, String error) implements Event {}

  /// @param place of the step that runs it, and of it there: `commands[3]/workflows.build`
  record SubWorkflowStarted(String name, String place) implements Event {}

  record SubWorkflowCompleted(String name, String place, Duration duration) implements Event {}

  record SubWorkflowFailed(String name, String place, Duration duration, String error)
      implements Event {}

  record ClaudeSessionStarted(
      @Nullable AgentId agentId,
      @Nullable ItemId itemId,
      String claudeSessionId,
      String model,
      List<String> tools,
      @Nullable String provider,
      @Nullable String jsonLogLocation)
      implements Event {}

  record ClaudeToolInvoked(
      @Nullable AgentId agentId,
      @Nullable ItemId itemId,
      String toolName,
      String toolId,
      JsonNode parameters)
      implements Event {}

  record ClaudeMessage(
      @Nullable AgentId agentId,
      @Nullable ItemId itemId,
      String content,
      String messageType,
      @Nullable String jsonLogLocation)
      implements Event {}

  record ClaudeTokenUsage(
      @Nullable AgentId agentId,
      @Nullable ItemId itemId,
      long inputTokens,
      long outputTokens,
      long cacheTokens,
      long cacheCreationTokens,
      @Nullable Double costUsd,
      @Nullable String model)
      implements Event {}

  record ClaudeSessionEnded(
      @Nullable AgentId agentId,
      @Nullable ItemId itemId,
      String claudeSessionId,
      String subtype,
      boolean isError,
      int numTurns,
      long durationMs)
      implements Event {}

  /// True for the last event of a finished job: nothing may follow it in the job's log.
  default boolean endsJob() {
    return this instanceof JobCompleted || this instanceof JobFailed;
  }

  /// True where a reader of the log must not wait: the log is flushed to disk with it.
  default boolean mustReachDisk() {
    return endsJob() || this instanceof JobPaused;
  }
}
