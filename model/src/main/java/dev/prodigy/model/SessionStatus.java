package dev.prodigy.model;

/// Where a session stands. Stored in Pascal case.
public enum SessionStatus {
  INITIALIZING,
  RUNNING,
  PAUSED,
  COMPLETED,
  FAILED,
  CANCELLED;

  /// Whether a session may go from this status to `next`; staying is always allowed.
  public boolean canBecome(SessionStatus next) {
    if (this == next) {
      return true;
    }
    return switch (this) {
      case INITIALIZING -> true;
      case RUNNING -> next == PAUSED || next == COMPLETED || next == FAILED || next == CANCELLED;
      case PAUSED -> next == RUNNING || next == COMPLETED || next == FAILED || next == CANCELLED;
      case FAILED -> next == RUNNING || next == CANCELLED;
      case COMPLETED, CANCELLED -> next == RUNNING; // only by --restart or --force
    };
  }

  public boolean ended() {
    return this == COMPLETED || this == FAILED || this == CANCELLED;
  }
}
