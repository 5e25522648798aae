package dev.prodigy.engine;

import dev.prodigy.engine.StepOutcome.Kind;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.ProdigyException;
import java.util.function.Supplier;

/// Ends an execution from inside; becomes a failed [Execution] and never leaves the step runner.
final class StepFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final String text;

  StepFault(Kind kind, String text) {
    super(text);
    this.kind = kind;
    this.text = text;
  }

  /// Errors of templates, conditions and values are faults of the step that holds them.
  static <T> T guard(Supplier<T> work) {
    try {
      return work.get();
    } catch (ProdigyException e) {
      throw of(e);
    }
  }

  static StepFault of(ProdigyException e) {
    Kind kind = kind(e.code());
    String why = e.why();
    var fault = new StepFault(kind, why == null ? e.message() : e.message() + ": " + why);
    fault.initCause(e);
    return fault;
  }

  Kind kind() {
    return kind;
  }

  String text() {
    return text;
  }

  Execution execution() {
    return Execution.failure(kind, text);
  }

  private static Kind kind(ErrorCode code) {
    return switch (code) {
      case COMMAND_NOT_FOUND -> Kind.NOT_FOUND;
      case SPAWN_FAILED -> Kind.PERMISSION;
      case EXECUTION, SUBPROCESS_FAILED -> Kind.COMMAND;
      default -> Kind.INTERPOLATION;
    };
  }
}
