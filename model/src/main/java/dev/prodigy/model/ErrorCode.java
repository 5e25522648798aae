package dev.prodigy.model;

/// Stable numbers of everything that can go wrong, grouped by thousands: 1 configuration, 2
/// session, 3 storage, 4 execution, 5 workflow, 6 git, 7 validation, 9 other. Users and scripts see
/// them as `error[E3003]`, so a number never changes its meaning.
public enum ErrorCode {
  CONFIG(1000),
  /// Missing, or there and not to be read.
  CONFIG_NOT_FOUND(1001),
  CONFIG_INVALID_VALUE(1005),
  SESSION(2000),
  SESSION_NOT_FOUND(2001),
  SESSION_CORRUPTED(2003),
  SESSION_LOCKED(2004),
  SESSION_INVALID_STATE(2006),
  STORAGE(3000),
  STORAGE_IO(3001),
  STORAGE_PERMISSION(3002),
  STORAGE_FULL(3003),
  STORAGE_NOT_FOUND(3004),
  STORAGE_EXISTS(3005),
  STORAGE_CORRUPTED(3006),
  STORAGE_LOCK(3007),
  STORAGE_LOCK_BUSY(3008),
  EXECUTION(4000),
  COMMAND_NOT_FOUND(4001),
  TIMEOUT(4002),
  SUBPROCESS_FAILED(4003),
  INTERRUPTED(4006),
  SPAWN_FAILED(4007),
  ENVIRONMENT(4010),
  WORKFLOW(5000),
  WORKFLOW_NOT_FOUND(5001),
  WORKFLOW_SYNTAX(5002),
  STEP_FAILED(5003),
  WORKFLOW_VALIDATION(5004),
  WORKFLOW_TIMEOUT(5005),
  WORKFLOW_REFERENCE(5007),
  CHECKPOINT(5008),
  RESUME(5009),
  WORKFLOW_CIRCULAR(5010),
  VARIABLE_NOT_FOUND(5011),
  INTERPOLATION(5012),
  GIT(6000),
  GIT_NOT_A_REPOSITORY(6001),
  GIT_MERGE_CONFLICT(6003),
  GIT_BRANCH_NOT_FOUND(6004),
  GIT_UNCOMMITTED(6006),
  GIT_WORKTREE_NOT_FOUND(6009),
  GIT_COMMAND_FAILED(6012),
  VALIDATION(7000),
  PARAMETER_TYPE(7002),
  OTHER(9000),
  INTERNAL(9004);

  private final int number;

  ErrorCode(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /// The form users see: `E3003`.
  @Override
  public String toString() {
    return "E" + number;
  }
}
