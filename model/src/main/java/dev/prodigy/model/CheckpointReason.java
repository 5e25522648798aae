package dev.prodigy.model;

/// Why a checkpoint was written. Stored in Pascal case.
public enum CheckpointReason {
  INTERVAL,
  PHASE_TRANSITION,
  MANUAL,
  BEFORE_SHUTDOWN,
  BATCH_COMPLETE,
  ERROR_RECOVERY
}
