package dev.prodigy.engine;

import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.SessionId;
import org.jspecify.annotations.Nullable;

/// How a run ended. What there is to read has been reported already, but for the failure.
///
/// @param failure why it failed, to be shown with code and context; null unless it did
/// @param merge what became of the work; null unless the run was completed
public record RunResult(
    SessionId session,
    Status status,
    @Nullable ProdigyException failure,
    FinalStage.@Nullable Result merge) {

  public enum Status {
    COMPLETED,
    FAILED,
    /// Told to stop; can be resumed.
    PAUSED
  }

  /// True if nothing is left to do for anybody.
  public boolean succeeded() {
    return status == Status.COMPLETED && merge != FinalStage.Result.FAILED;
  }
}
