package dev.prodigy.agent;

import dev.prodigy.agent.AgentAnswer.ErrorType;
import dev.prodigy.agent.ProcessRunner.Ending;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Decides whether Claude did what it was asked. Its exit code does not tell: it is 0 for unknown
/// commands, for denied permissions and for runs without any result (seen with Claude Code
/// 2.1.197).
///
/// @param detail what went wrong; empty on success
record ClaudeVerdict(ErrorType type, String detail) {
  private static final int MOST_LINES = 50;
  private static final int PROMPT_SHOWN = 60;

  static ClaudeVerdict ofStream(Ending ending, ClaudeStream stream, String stderr, Duration limit) {
    ErrorType type = classify(ending, stream);
    String detail =
        switch (type) {
          case NONE -> "";
          case PERMISSION_DENIED -> "permission denied: " + stream.deniedTools();
          case NO_TURNS -> "it ended without taking a turn";
          case NO_RESULT -> "it ended without a result";
          case AUTHENTICATION -> words(stream.complaint(), stderr, "authentication failed");
          case STOPPED -> "stopped";
          case TIMEOUT -> Recording.timeoutMessage(limit);
          case COMMAND_FAILED, AGENT_ERROR, UNKNOWN_COMMAND, INPUT_REFUSED ->
              words(stream.complaint(), stderr, "exit code " + ending.exitCode());
        };
    return new ClaudeVerdict(type, detail);
  }

  /// Print mode gives an answer and an exit code, no more.
  static ClaudeVerdict ofText(Ending ending, String stdout, String stderr, Duration limit) {
    if (ending.stopped()) {
      return new ClaudeVerdict(ErrorType.STOPPED, "stopped");
    }
    if (ending.timedOut()) {
      return new ClaudeVerdict(ErrorType.TIMEOUT, Recording.timeoutMessage(limit));
    }
    if (ending.exitCode() != 0) {
      String detail = words(lastLines(stderr), stdout, "exit code " + ending.exitCode());
      return new ClaudeVerdict(ErrorType.COMMAND_FAILED, detail);
    }
    return isUnknownCommand(stdout)
        ? new ClaudeVerdict(ErrorType.UNKNOWN_COMMAND, stdout.strip())
        : new ClaudeVerdict(ErrorType.NONE, "");
  }

  boolean success() {
    return type == ErrorType.NONE;
  }

  /// For people; empty on success.
  String message(String prompt, Path log) {
    return success()
        ? ""
        : "Claude command '%s' failed: %s\nLog: %s".formatted(shortened(prompt), detail, log);
  }

  private static ErrorType classify(Ending ending, ClaudeStream stream) {
    if (ending.stopped()) {
      return ErrorType.STOPPED;
    }
    if (ending.timedOut()) {
      return ErrorType.TIMEOUT;
    }
    if (stream.authenticationFailed() && !stream.succeeded(ending.exitCode())) {
      return ErrorType.AUTHENTICATION;
    }
    if (stream.isError()) {
      return ErrorType.AGENT_ERROR;
    }
    if (ending.exitCode() != 0) {
      return ErrorType.COMMAND_FAILED;
    }
    if (!stream.hasResult()) {
      return stream.isOlderShape() ? ErrorType.NONE : ErrorType.NO_RESULT;
    }
    if (stream.numTurns() == 0) {
      return isUnknownCommand(stream.output()) ? ErrorType.UNKNOWN_COMMAND : ErrorType.NO_TURNS;
    }
    return stream.permissionsDenied() ? ErrorType.PERMISSION_DENIED : ErrorType.NONE;
  }

  private static boolean isUnknownCommand(String output) {
    return output.startsWith("Unknown command: ") || output.startsWith("Unknown slash command: ");
  }

  static String words(String first, String second, String otherwise) {
    if (!first.isBlank()) {
      return first.strip();
    }
    return second.isBlank() ? otherwise : lastLines(second);
  }

  private static String lastLines(String text) {
    List<String> lines = text.strip().lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - MOST_LINES), lines.size()));
  }

  static String shortened(String prompt) {
    String line = prompt.strip().replaceAll("\\s+", " ");
    int length = line.codePointCount(0, line.length());
    return length <= PROMPT_SHOWN
        ? line
        : line.substring(0, line.offsetByCodePoints(0, PROMPT_SHOWN)) + "...";
  }
}
