package dev.prodigy.mapreduce;

import dev.prodigy.engine.FinalStage;
import dev.prodigy.model.JobId;
import dev.prodigy.model.SessionId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How a run of a job ended.
///
/// @param message why it failed, or the signal that interrupted it; empty when completed
/// @param merge what became of the work of a completed job; null for others
public record JobOutcome(
    Status status,
    JobId job,
    SessionId session,
    Totals totals,
    String message,
    Duration duration,
    FinalStage.@Nullable Result merge) {
  public enum Status {
    COMPLETED,
    FAILED,
    PAUSED
  }

  /// Items by how they ended; what is missing to `total` did not end.
  ///
  /// @param inQueue items in the job's dead letter queue
  public record Totals(int total, int successful, int failed, int skipped, int inQueue) {}

  JobOutcome afterMerge(FinalStage.Result result) {
    return new JobOutcome(status, job, session, totals, message, duration, result);
  }
}
