package dev.prodigy.engine;

import dev.prodigy.workflow.Step;
import java.util.List;

/// What users read when a step fails.
final class FailureText {
  private static final int SHOWN_LINES = 50;

  private FailureText() {}

  static String of(Step step, Execution failed) {
    if (!failed.error().isEmpty()) {
      return failed.error();
    }
    String head = "Step '%s' failed with exit code %d".formatted(step.display(), failed.exitCode());
    if (!failed.stderr().isBlank()) {
      return head + "\n=== Error Output (stderr) ===\n" + shortened(failed.stderr());
    }
    if (!failed.stdout().isBlank()) {
      return head + "\n=== Standard Output (stdout) ===\n" + shortened(failed.stdout());
    }
    return head;
  }

  /// The first line, counted in code points so that no character is cut in two.
  static String cut(String text, int limit) {
    String line = text.strip();
    int lineEnd = line.indexOf('\n');
    boolean cut = lineEnd >= 0;
    line = cut ? line.substring(0, lineEnd) : line;
    if (line.codePointCount(0, line.length()) > limit) {
      return line.substring(0, line.offsetByCodePoints(0, limit)) + "...";
    }
    return cut ? line + "..." : line;
  }

  /// The first line that says something.
  static String firstLine(String text) {
    return text.lines().filter(line -> !line.isBlank()).findFirst().orElse("").strip();
  }

  private static String shortened(String text) {
    List<String> lines = text.strip().lines().toList();
    if (lines.size() <= SHOWN_LINES) {
      return String.join("\n", lines);
    }
    int half = SHOWN_LINES / 2;
    return String.join("\n", lines.subList(0, half))
        + "\n... (%d lines truncated) ...\n".formatted(lines.size() - SHOWN_LINES)
        + String.join("\n", lines.subList(lines.size() - half, lines.size()));
  }
}
