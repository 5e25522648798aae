package dev.prodigy.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/// What Claude Code 2.1.197 really printed in print mode (`--output-format stream-json --verbose`)
/// when a local server answered in place of the model. Only paths were replaced.
public enum RecordedStream {
  /// One text answer. Exit code 0.
  SUCCESS(0),
  /// A Bash call that really ran, then an answer. Exit code 0.
  TOOL_USE(0),
  /// A `/command` that does not exist: no turn, no error, exit code 0.
  UNKNOWN_COMMAND(0),
  /// HTTP 400: subtype `success`, yet an error. Exit code 1.
  API_ERROR(1),
  /// HTTP 429, retried twice, then given up. Exit code 1.
  RATE_LIMIT(1);

  /// The final answer in [#SUCCESS] and [#TOOL_USE].
  public static final String ANSWER = "hello from mock";

  private final int exitCode;

  RecordedStream(int exitCode) {
    this.exitCode = exitCode;
  }

  public int exitCode() {
    return exitCode;
  }

  /// The whole stream, each line with its line end.
  public String text() {
    return resource(name().toLowerCase(Locale.ROOT).replace('_', '-') + ".jsonl");
  }

  public List<String> lines() {
    return text().lines().toList();
  }

  /// The same stream with another answer.
  public List<String> answering(String answer) {
    String quoted = jsonEscaped(answer);
    return lines().stream().map(line -> line.replace(ANSWER, quoted)).toList();
  }

  static String resource(String name) {
    try (var in = RecordedStream.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no such resource: " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String jsonEscaped(String text) {
    var escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> escaped.append('\\').append(c);
        case '\n' -> escaped.append("\\n");
        case '\t' -> escaped.append("\\t");
        default -> escaped.append(c < ' ' ? "\\u%04x".formatted((int) c) : String.valueOf(c));
      }
    }
    return escaped.toString();
  }
}
