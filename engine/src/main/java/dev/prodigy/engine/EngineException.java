package dev.prodigy.engine;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.SessionId;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What keeps a run from starting or going on. A step that fails is a [StepOutcome] instead.
public final class EngineException extends ProdigyException {
  private static final long serialVersionUID = 1L;

  private EngineException(
      ErrorCode code,
      String message,
      @Nullable String why,
      @Nullable String hint,
      @Nullable Throwable cause) {
    super(code, message, null, why, hint, cause);
  }

  /// Before anything has happened: neither worktree nor session exist yet.
  static EngineException secretsMissing(Collection<String> variables) {
    return new EngineException(
        ErrorCode.CONFIG_INVALID_VALUE,
        variables.stream()
            .map(name -> "Secret not found in environment: " + name)
            .collect(Collectors.joining("\n")),
        null,
        "export " + variables.iterator().next() + "=...",
        null);
  }

  static EngineException environmentCycle(List<String> names) {
    return new EngineException(
        ErrorCode.CONFIG_INVALID_VALUE,
        "Environment entries refer to each other in a circle: " + String.join(" -> ", names),
        null,
        null,
        null);
  }

  static EngineException environmentEntry(String name, Throwable cause) {
    return new EngineException(
        ErrorCode.CONFIG_INVALID_VALUE,
        "Environment entry '%s' cannot be resolved".formatted(name),
        cause.getMessage(),
        null,
        cause);
  }

  /// @param step the failed one
  /// @param number of the step, from 1
  static EngineException stepFailed(String workflow, StepOutcome step, int number, int total) {
    var failed =
        new EngineException(
            step.timedOut() ? ErrorCode.TIMEOUT : ErrorCode.STEP_FAILED,
            "Workflow error in '%s' at step '%s': %s"
                .formatted(workflow, step.step().display(), step.message()),
            null,
            hint(step.failureKind()),
            null);
    failed.during("Executing step %d/%d".formatted(number, total));
    failed.during("Running workflow '%s'".formatted(workflow));
    return failed;
  }

  private static @Nullable String hint(StepOutcome.Kind kind) {
    return switch (kind) {
      case AUTHENTICATION -> "log in: claude, then /login";
      case NOT_FOUND -> "check that the program is installed and on PATH";
      case TIMEOUT -> "raise the limit";
      default -> null;
    };
  }

  static EngineException inputsFailed(String workflow, List<String> inputs) {
    return new EngineException(
        ErrorCode.STEP_FAILED,
        "Workflow error in '%s': failed for %s".formatted(workflow, String.join(", ", inputs)),
        null,
        null,
        null);
  }

  static EngineException noInputs() {
    return new EngineException(
        ErrorCode.WORKFLOW, "No inputs found from --map patterns or --args", null, null, null);
  }

  static EngineException sessionNotFound(SessionId session) {
    return new EngineException(
        ErrorCode.SESSION_NOT_FOUND,
        "Session not found: " + session,
        null,
        "prodigy sessions list",
        null);
  }

  static EngineException notResumable(String message, @Nullable String why, String hint) {
    return new EngineException(ErrorCode.RESUME, message, why, hint, null);
  }

  static EngineException workflowChanged(String message, String why) {
    return new EngineException(
        ErrorCode.RESUME, message, why, "restore the file, or: prodigy resume --force", null);
  }

  /// @param cause what cannot be resolved any more
  static EngineException environmentChanged(EngineException cause) {
    return new EngineException(
        ErrorCode.RESUME,
        "Environment has changed since checkpoint",
        cause.message(),
        cause.hint(),
        cause);
  }

  static EngineException agentMissing() {
    return new EngineException(
        ErrorCode.COMMAND_NOT_FOUND,
        "Claude CLI is not available",
        "the workflow has claude steps, and `claude --version` fails",
        "install Claude Code, log in, then verify with: claude --version",
        null);
  }

  static EngineException file(Path path, Throwable cause) {
    return new EngineException(
        ErrorCode.STORAGE_IO, "Cannot use " + path, cause.getMessage(), null, cause);
  }
}
