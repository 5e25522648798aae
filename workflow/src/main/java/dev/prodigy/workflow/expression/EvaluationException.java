package dev.prodigy.workflow.expression;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.ProdigyException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A text that parsed, but cannot be evaluated with the values it meets.
public final class EvaluationException extends ProdigyException {
  private static final long serialVersionUID = 1L;

  private EvaluationException(
      ErrorCode code, String message, @Nullable String why, @Nullable Throwable cause) {
    super(code, message, null, why, null, cause);
  }

  static EvaluationException undefined(List<String> references, String available) {
    return new EvaluationException(
        ErrorCode.VARIABLE_NOT_FOUND,
        "Undefined variable%s: %s"
            .formatted(references.size() == 1 ? "" : "s", String.join(", ", references)),
        available,
        null);
  }

  static EvaluationException withheld(String reference, String name) {
    return new EvaluationException(
        ErrorCode.VARIABLE_NOT_FOUND,
        "[%s] %s is a variable of the calling workflow: hand it over with `inputs: {%s: %s}`"
            .formatted(ErrorCode.VARIABLE_NOT_FOUND, reference, name, name),
        null,
        null);
  }

  static EvaluationException computed(String reference, String problem, @Nullable Throwable cause) {
    return new EvaluationException(
        ErrorCode.INTERPOLATION, "Cannot compute %s".formatted(reference), problem, cause);
  }

  static EvaluationException nullItem(int index) {
    return new EvaluationException(
        ErrorCode.WORKFLOW_VALIDATION, "Work item %d is null".formatted(index), null, null);
  }
}
