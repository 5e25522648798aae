package dev.prodigy.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// How far a sequential workflow has come: `<workflow id>.checkpoint.json`.
///
/// @param currentStepIndex the next step to run
/// @param variables captured so far; secrets masked
/// @param retryCheckpointState retries and circuit breakers of the steps
/// @param variableCheckpointState what is known of the environment: names, and salted hashes
/// @param stepHashes one per step, to tell which steps changed before a resume
public record WorkflowCheckpoint(
    String workflowId,
    SessionId sessionId,
    int currentStepIndex,
    int totalSteps,
    Status status,
    Instant startTime,
    int currentIteration,
    int totalIterations,
    List<CompletedStep> completedSteps,
    Map<String, JsonNode> variables,
    String workflowHash,
    List<String> stepHashes,
    String workflowName,
    @Nullable String workflowPath,
    WorktreeState worktree,
    List<String> args,
    @Nullable FailedStep failedStep,
    @Nullable RetryCheckpoint retryCheckpointState,
    @Nullable JsonNode variableCheckpointState) {

  public enum Status {
    RUNNING,
    PAUSED,
    COMPLETED,
    FAILED,
    INTERRUPTED
  }

  public record WorktreeState(
      String name, String path, String branch, String head, @Nullable String snapshotRef) {}

  public record FailedStep(int index, String error, Instant at) {}

  public WorkflowCheckpoint {
    completedSteps = List.copyOf(completedSteps);
    variables = Map.copyOf(variables);
    stepHashes = List.copyOf(stepHashes);
    args = List.copyOf(args);
  }
}
