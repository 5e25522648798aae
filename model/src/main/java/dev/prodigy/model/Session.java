package dev.prodigy.model;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One `run` and all its resumes, as kept in `sessions/<id>.json`.
///
/// @param metadata free-form; known keys: `execution_start_time`, `workflow_type`, `total_steps`,
///   `current_step`, `completion_percentage`
/// @param owner the process that works on it; absent when none does
public record Session(
    SessionId id,
    Type sessionType,
    SessionStatus status,
    Instant startedAt,
    Instant updatedAt,
    @Nullable Instant completedAt,
    Map<String, JsonNode> metadata,
    List<JsonNode> checkpoints,
    Map<String, JsonNode> timings,
    @Nullable String error,
    @Nullable WorkflowData workflowData,
    @Nullable MapReduceData mapreduceData,
    int formatVersion,
    String repository,
    String projectPath,
    @Nullable String workflowPath,
    @Nullable String workflowHash,
    @Nullable Owner owner) {

  /// The key of the free-form data under which [#caller] is kept.
  public static final String CALLER = "caller_session";

  /// Stored in Pascal case: `Workflow`, `MapReduce`.
  public enum Type {
    WORKFLOW,
    MAP_REDUCE
  }

  /// @param completedSteps indexes from 0
  public record WorkflowData(
      String workflowId,
      String workflowName,
      int currentStep,
      int totalSteps,
      List<Integer> completedSteps,
      Map<String, String> variables,
      int iterationsCompleted,
      int filesChanged,
      @Nullable String worktreeName) {}

  public record MapReduceData(
      String jobId,
      int totalItems,
      int processedItems,
      int failedItems,
      int agentCount,
      String phase,
      @Nullable JsonNode reduceResults) {}

  public Session {
    metadata = Map.copyOf(metadata);
    checkpoints = List.copyOf(checkpoints);
    timings = Map.copyOf(timings);
  }

  /// A change of status with what belongs to it: the end time and the error are set on entering an
  /// end status and cleared on leaving it.
  public Session become(SessionStatus next, Instant now, @Nullable String newError) {
    if (!status.canBecome(next)) {
      throw new ProdigyException(
          ErrorCode.SESSION_INVALID_STATE,
          "Invalid status transition from %s to %s".formatted(status, next),
          null);
    }
    return new Session(
        id,
        sessionType,
        next,
        startedAt,
        now,
        next.ended() ? now : null,
        metadata,
        checkpoints,
        timings,
        next.ended() || next == SessionStatus.PAUSED ? newError : null,
        workflowData,
        mapreduceData,
        formatVersion,
        repository,
        projectPath,
        workflowPath,
        workflowHash,
        keepsOwner(next) ? owner : null);
  }

  /// A completed run still has its work to be merged; its owner is forgotten after that.
  private static boolean keepsOwner(SessionStatus status) {
    return switch (status) {
      case INITIALIZING, RUNNING, COMPLETED -> true;
      case PAUSED, FAILED, CANCELLED -> false;
    };
  }

  public Session ownedBy(@Nullable Owner newOwner) {
    return new Session(
        id,
        sessionType,
        status,
        startedAt,
        updatedAt,
        completedAt,
        metadata,
        checkpoints,
        timings,
        error,
        workflowData,
        mapreduceData,
        formatVersion,
        repository,
        projectPath,
        workflowPath,
        workflowHash,
        newOwner);
  }

  /// The session whose step started this one; only with that step does it go on.
  public Optional<SessionId> caller() {
    JsonNode id = metadata.get(CALLER);
    return id == null ? Optional.empty() : Optional.of(new SessionId(id.asString()));
  }

  /// With one entry of the free-form data set.
  public Session withMetadata(String name, JsonNode value, Instant now) {
    var changed = new HashMap<>(metadata);
    changed.put(name, value);
    return new Session(
        id,
        sessionType,
        status,
        startedAt,
        now,
        completedAt,
        changed,
        checkpoints,
        timings,
        error,
        workflowData,
        mapreduceData,
        formatVersion,
        repository,
        projectPath,
        workflowPath,
        workflowHash,
        owner);
  }

  public Session withMapReduce(MapReduceData data, Instant now) {
    return new Session(
        id,
        sessionType,
        status,
        startedAt,
        now,
        completedAt,
        metadata,
        checkpoints,
        timings,
        error,
        workflowData,
        data,
        formatVersion,
        repository,
        projectPath,
        workflowPath,
        workflowHash,
        owner);
  }

  public Session withWorkflow(WorkflowData data, Instant now) {
    return new Session(
        id,
        sessionType,
        status,
        startedAt,
        now,
        completedAt,
        metadata,
        checkpoints,
        timings,
        error,
        data,
        mapreduceData,
        formatVersion,
        repository,
        projectPath,
        workflowPath,
        workflowHash,
        owner);
  }
}
