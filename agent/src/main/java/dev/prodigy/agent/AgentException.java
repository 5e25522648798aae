package dev.prodigy.agent;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.ProdigyException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A command or an agent that could not even be started. A command that ran and failed is a
/// [CommandResult], not an exception.
public final class AgentException extends ProdigyException {
  private static final long serialVersionUID = 1L;

  private AgentException(
      ErrorCode code,
      String message,
      @Nullable String where,
      @Nullable String why,
      @Nullable String hint,
      @Nullable Throwable cause) {
    super(code, message, where, why, hint, cause);
  }

  /// The program is not on the command's `PATH`, or not executable. Never worth a retry.
  static AgentException notFound(String program, Path cwd) {
    return new AgentException(
        ErrorCode.COMMAND_NOT_FOUND,
        "Command not found: " + program,
        cwd.toString(),
        null,
        "install it, or check PATH",
        null);
  }

  static AgentException noDirectory(Path cwd) {
    return new AgentException(
        ErrorCode.SPAWN_FAILED,
        "Working directory does not exist: " + cwd,
        cwd.toString(),
        null,
        null,
        null);
  }

  static AgentException spawnFailed(String program, Path cwd, Exception cause) {
    return new AgentException(
        ErrorCode.SPAWN_FAILED,
        "Cannot start " + program,
        cwd.toString(),
        cause.getMessage(),
        null,
        cause);
  }
}
