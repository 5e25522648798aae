package dev.prodigy.agent;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What became of a prompt.
///
/// @param success only if Claude ended with exit code 0 and a result that is no error, took at
///   least one turn and was denied nothing
/// @param output the final answer, not the stream
/// @param error why it failed, for people; empty on success
/// @param sessionId Claude's own, names its transcript
/// @param usage null if nothing was told
/// @param log the stream; written as far as the run came
public record AgentAnswer(
    boolean success,
    int exitCode,
    String output,
    String error,
    ErrorType errorType,
    boolean timedOut,
    boolean stopped,
    @Nullable String sessionId,
    @Nullable Usage usage,
    Duration duration,
    Path log) {

  public enum ErrorType {
    NONE,
    /// Claude ended with an exit code other than 0 and without a result.
    COMMAND_FAILED,
    /// The result says it is an error.
    AGENT_ERROR,
    /// The prompt is a `/command` Claude does not know: nothing was done, yet the exit code is 0.
    UNKNOWN_COMMAND,
    /// A tool was denied: work is missing, yet the exit code is 0.
    PERMISSION_DENIED,
    /// A result without a single turn.
    NO_TURNS,
    /// Exit code 0 without a result.
    NO_RESULT,
    /// Claude is not logged in; stopped at once instead of after minutes of its retries.
    AUTHENTICATION,
    /// The agent cannot take this prompt, however often it is tried.
    INPUT_REFUSED,
    TIMEOUT,
    STOPPED
  }
}
