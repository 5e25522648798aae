package dev.prodigy.mapreduce;

import dev.prodigy.model.JobId;
import dev.prodigy.model.SessionId;
import java.time.Duration;

/// How a run of a job ended.
///
/// @param message why it failed, or the signal that interrupted it; empty when completed
public record JobOutcome(
    Status status,
    JobId job,
    SessionId session,
    ItemTable.Tally tally,
    String message,
    Duration duration) {
  public enum Status {
    COMPLETED,
    FAILED,
    PAUSED
  }
}
