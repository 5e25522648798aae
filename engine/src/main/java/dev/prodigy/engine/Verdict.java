package dev.prodigy.engine;

import dev.prodigy.engine.StepOutcome.Status;
import org.jspecify.annotations.Nullable;

/// A step's last execution and what is made of it.
///
/// @param message overrides what the execution says about its failure; empty if it does not
/// @param recoveredBy the field of the step that made up for its failure; null: none did
record Verdict(Status status, Execution execution, String message, @Nullable String recoveredBy) {
  Verdict(Status status, Execution execution, String message) {
    this(status, execution, message, null);
  }

  static Verdict of(Status status, Execution execution) {
    return new Verdict(status, execution, "");
  }

  static Verdict recovered(String by, Execution execution) {
    return new Verdict(Status.RECOVERED, execution, "", by);
  }

  static Verdict stopped() {
    return of(Status.FAILED, Execution.stoppedEarly());
  }
}
