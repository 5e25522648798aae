package dev.prodigy.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The frozen definition and present standing of a MapReduce job: `job-state.json`. The exact text
/// of the workflow is kept beside it as `workflow.yml`.
public record JobState(
    JobId jobId,
    SessionId sessionId,
    String workflowName,
    String repository,
    String projectPath,
    @Nullable String workflowPath,
    String workflowHash,
    List<String> args,
    Map<String, JsonNode> params,
    Phase phase,
    JsonNode config,
    String parentWorktree,
    String parentBranch,
    String parentHead,
    String originalBranch,
    Instant startedAt,
    Instant updatedAt,
    int totalItems,
    int successfulCount,
    int failedCount,
    boolean setupCompleted,
    ReduceState reduce,
    boolean isComplete,
    int resumeAttempts,
    @Nullable String latestCheckpoint,
    @Nullable JobId sourceJobId) {

  public record ReduceState(
      boolean started,
      boolean completed,
      @Nullable String output,
      @Nullable String error,
      @Nullable Instant startedAt,
      @Nullable Instant completedAt) {
    public static final ReduceState NONE = new ReduceState(false, false, null, null, null, null);
  }

  public JobState {
    args = List.copyOf(args);
    params = Map.copyOf(params);
  }
}
