package dev.prodigy.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A snapshot of all items of a job. Every item is in exactly one list.
///
/// @param phase where the job stands
/// @param phaseStartedAt when that phase began
/// @param retryCounts failed attempts so far of items that have any
/// @param deadLettered items of `failed` that are in the dead letter queue
/// @param captured variables captured in setup
/// @param journalSeq every journal record up to this one is contained
/// @param maxParallel agents allowed at once
/// @param breakers of the phase (`map`) and of steps that have one
public record MapCheckpoint(
    Phase phase,
    Instant phaseStartedAt,
    List<WorkItem> pending,
    List<InProgress> inProgress,
    List<Completed> completed,
    List<Failed> failed,
    Map<ItemId, Integer> retryCounts,
    List<ItemId> deadLettered,
    Map<String, JsonNode> captured,
    Map<String, String> environment,
    long journalSeq,
    int maxParallel,
    Map<String, RetryCheckpoint.BreakerStanding> breakers) {

  /// Without circuit breakers.
  public MapCheckpoint(
      Phase phase,
      Instant phaseStartedAt,
      List<WorkItem> pending,
      List<InProgress> inProgress,
      List<Completed> completed,
      List<Failed> failed,
      Map<ItemId, Integer> retryCounts,
      List<ItemId> deadLettered,
      Map<String, JsonNode> captured,
      Map<String, String> environment,
      long journalSeq,
      int maxParallel) {
    this(
        phase,
        phaseStartedAt,
        pending,
        inProgress,
        completed,
        failed,
        retryCounts,
        deadLettered,
        captured,
        environment,
        journalSeq,
        maxParallel,
        Map.of());
  }

  public MapCheckpoint with(Map<String, RetryCheckpoint.BreakerStanding> standing) {
    return new MapCheckpoint(
        phase,
        phaseStartedAt,
        pending,
        inProgress,
        completed,
        failed,
        retryCounts,
        deadLettered,
        captured,
        environment,
        journalSeq,
        maxParallel,
        Map.copyOf(standing));
  }

  public record InProgress(
      WorkItem workItem,
      AgentId agentId,
      Instant startedAt,
      int attempt,
      @Nullable String worktreePath,
      @Nullable String branchName) {}

  /// @param merged false while its commits wait for the merge queue
  public record Completed(
      WorkItem workItem, AgentResult result, Instant completedAt, boolean merged) {}

  /// @param disposition what became of the item: `DEAD_LETTER`, `SKIP` or `STOP`
  public record Failed(
      WorkItem workItem,
      String error,
      Instant failedAt,
      int retryCount,
      JournalRecord.Disposition disposition,
      FailureReason errorType) {}

  public MapCheckpoint {
    pending = List.copyOf(pending);
    inProgress = List.copyOf(inProgress);
    completed = List.copyOf(completed);
    failed = List.copyOf(failed);
  }

  public int totalItems() {
    return pending.size() + inProgress.size() + completed.size() + failed.size();
  }
}
