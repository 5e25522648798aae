package dev.prodigy.mapreduce;

import dev.prodigy.model.AgentId;
import dev.prodigy.model.Failure;
import dev.prodigy.model.JournalRecord.Disposition;
import dev.prodigy.model.MapCheckpoint;
import java.util.List;

/// A failed item as a checkpoint keeps it: its last failure in short. The whole history is in the
/// dead letter queue.
final class FailureRecords {
  private FailureRecords() {}

  static MapCheckpoint.Failed stored(ItemState state) {
    Failure last = state.failures().getLast();
    Disposition disposition = state.disposition();
    return new MapCheckpoint.Failed(
        state.item(),
        last.errorMessage(),
        state.changedAt(),
        state.attempt() - 1,
        disposition == null ? Disposition.DEAD_LETTER : disposition,
        last.errorType());
  }

  static Failure restored(MapCheckpoint.Failed failed) {
    return new Failure(
        failed.retryCount(),
        failed.failedAt(),
        failed.errorType(),
        failed.error(),
        List.of(),
        new AgentId("agent_" + failed.workItem().index()),
        "",
        0,
        null);
  }
}
