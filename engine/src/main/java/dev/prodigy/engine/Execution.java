package dev.prodigy.engine;

import dev.prodigy.engine.StepOutcome.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One execution of a command, with its secrets still in it.
///
/// @param kind `NONE` is success, whatever the exit code
/// @param error why it failed where exit code and standard error do not tell; else empty
/// @param retryable whether another execution could end differently
/// @param details variables only this kind of command has: `session_id` of `claude`
record Execution(
    int exitCode,
    String stdout,
    String stderr,
    String combined,
    boolean timedOut,
    boolean stopped,
    Kind kind,
    String error,
    boolean retryable,
    Duration duration,
    @Nullable Path jsonLog,
    Map<String, JsonNode> details) {

  /// The exit code of commands that ran out of time, as with `timeout(1)`.
  static final int TIMED_OUT = 124;

  static Execution success(String stdout, Duration duration) {
    return new Execution(
        0, stdout, "", stdout, false, false, Kind.NONE, "", false, duration, null, Map.of());
  }

  /// A failure of which another execution would not be cured.
  static Execution failure(Kind kind, String error) {
    return new Execution(
        1, "", "", "", false, false, kind, error, false, Duration.ZERO, null, Map.of());
  }

  static Execution stoppedEarly() {
    return new Execution(
        130, "", "", "", false, true, Kind.NONE, "", false, Duration.ZERO, null, Map.of());
  }

  boolean succeeded() {
    return kind == Kind.NONE && !stopped;
  }

  /// Whether the command succeeded, but not what was checked afterwards.
  boolean ofCheck() {
    return switch (kind) {
      case COMMIT, OUTPUTS, VALIDATION -> true;
      default -> false;
    };
  }

  /// The same output, judged as a failure that came to light after the command had ended.
  Execution butFailed(Kind newKind, String newError) {
    return new Execution(
        1, stdout, stderr, combined, timedOut, false, newKind, newError, false, duration, jsonLog,
        details);
  }

  /// The same output and exit code, judged as a success.
  Execution butFine() {
    return new Execution(
        exitCode, stdout, stderr, combined, timedOut, false, Kind.NONE, "", false, duration,
        jsonLog, details);
  }

  Execution withOutput(String newStdout, String newCombined) {
    return new Execution(
        exitCode,
        newStdout,
        stderr,
        newCombined,
        timedOut,
        stopped,
        kind,
        error,
        retryable,
        duration,
        jsonLog,
        details);
  }

  Execution withError(String newError) {
    return new Execution(
        exitCode, stdout, stderr, combined, timedOut, stopped, kind, newError, retryable, duration,
        jsonLog, details);
  }
}
