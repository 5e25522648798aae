package dev.prodigy.engine;

import dev.prodigy.engine.StepOutcome.Status;

/// A step's last execution and what is made of it.
///
/// @param message overrides what the execution says about its failure; empty if it does not
record Verdict(Status status, Execution execution, String message) {
  static Verdict of(Status status, Execution execution) {
    return new Verdict(status, execution, "");
  }

  static Verdict stopped() {
    return of(Status.FAILED, Execution.stoppedEarly());
  }
}
