package dev.prodigy.engine;

import static java.util.stream.Collectors.joining;

import dev.prodigy.model.AgentDefinitions;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.SessionId;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
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
  static EngineException secretsMissing(Collection<String> problems) {
    return environment(String.join("\n", problems), null, "see `secrets:` of the workflow");
  }

  private static EngineException environment(
      String message, @Nullable String why, @Nullable String hint) {
    return new EngineException(ErrorCode.ENVIRONMENT, message, why, hint, null);
  }

  static EngineException unknownProfile(String name, String defined) {
    return environment("Invalid profile: %s (defined: %s)".formatted(name, defined), null, null);
  }

  static EngineException environmentFile(String file, String why) {
    return environment("Cannot read environment file: " + file, why, null);
  }

  /// @param problem with the line it is in
  static EngineException environmentLine(String problem) {
    return environment(problem, null, null);
  }

  static EngineException environmentWithoutValue(String name, @Nullable String profile) {
    return environment(
        profile == null
            ? "env.%s has no value without a profile".formatted(name)
            : "env.%s has no value for profile '%s'".formatted(name, profile),
        null,
        "give it a `default`");
  }

  static EngineException environmentCondition(String name, String operand) {
    return environment(
        "Environment entry '%s' cannot be resolved".formatted(name),
        "its condition refers to `%s`, which is not defined".formatted(operand),
        "${%s:-false} has a default".formatted(operand));
  }

  static EngineException environmentTooEarly(String name) {
    return environment(
        "Environment entry '%s' is not known before the run".formatted(name),
        "it is what a command prints, and something that must be known earlier refers to it",
        null);
  }

  /// @param why its exit code and standard error, masked
  static EngineException environmentCommand(String name, String why) {
    return environment("Dynamic environment command failed: " + name, why, null);
  }

  static EngineException environmentGone(Collection<String> names) {
    return new EngineException(
        ErrorCode.RESUME,
        "Environment has changed since checkpoint",
        names.stream().map(name -> name + "=*** is not set any more").collect(joining("\n")),
        "set them again, or go on without: prodigy resume --force",
        null);
  }

  static EngineException workflowTimedOut(String workflow, String seconds) {
    return new EngineException(
        ErrorCode.WORKFLOW_TIMEOUT,
        "Workflow error in '%s': timed out after %s seconds (%s)"
            .formatted(workflow, seconds, RunContext.WHOLE_RUN),
        null,
        "raise `timeout`, then: prodigy resume",
        null);
  }

  static EngineException badRetryState(String step, int attempts, int most) {
    return new EngineException(
        ErrorCode.CHECKPOINT,
        "Checkpoint has %d attempts of %s, which allows %d".formatted(attempts, step, most),
        null,
        "prodigy resume --restart",
        null);
  }

  static EngineException environmentCycle(List<String> names) {
    return new EngineException(
        ErrorCode.ENVIRONMENT,
        "Environment entries refer to each other in a circle: " + String.join(" -> ", names),
        null,
        null,
        null);
  }

  static EngineException environmentEntry(String name, Throwable cause) {
    return new EngineException(
        ErrorCode.ENVIRONMENT,
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

  static EngineException agentUnknown(String name, List<String> known) {
    return new EngineException(
        ErrorCode.WORKFLOW_REFERENCE,
        "Unknown agent '%s'".formatted(name),
        "known are: " + String.join(", ", known),
        "define it under `agents:` in the workflow or in the configuration",
        null);
  }

  static EngineException agentMisdefined(String name, String why) {
    return new EngineException(
        ErrorCode.WORKFLOW_REFERENCE,
        "The definition of agent '%s' makes no sense".formatted(name),
        why,
        "see `agents` in the configuration and in the workflow",
        null);
  }

  static EngineException agentMissing(String name) {
    return name.equals(AgentDefinitions.CLAUDE) ? claudeMissing() : programMissing(name);
  }

  private static EngineException programMissing(String name) {
    return new EngineException(
        ErrorCode.COMMAND_NOT_FOUND,
        "Agent '%s' is not available".formatted(name),
        "the workflow has steps for it, and its program is missing or does not work",
        "install it, or give its place as `command` of its definition",
        null);
  }

  private static EngineException claudeMissing() {
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
