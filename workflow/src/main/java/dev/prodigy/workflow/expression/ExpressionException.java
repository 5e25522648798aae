package dev.prodigy.workflow.expression;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.ProdigyException;

/// A text of a workflow (template, expression, path) that cannot be parsed. Who knows where the
/// text stands in its file adds file and line.
public final class ExpressionException extends ProdigyException {
  private static final long serialVersionUID = 1L;

  private final String source;
  private final int offset;

  ExpressionException(String source, int offset, String problem) {
    super(
        ErrorCode.WORKFLOW_SYNTAX,
        problem,
        "column %d".formatted(Math.min(offset, source.length()) + 1),
        caret(source, Math.min(offset, source.length())),
        null,
        null);
    this.source = source;
    this.offset = Math.min(offset, source.length());
  }

  /// The whole text that was parsed.
  public String source() {
    return source;
  }

  /// Where in [#source] the trouble begins, in characters from 0.
  public int offset() {
    return offset;
  }

  /// The line of the text that holds the offset, and a caret below the place.
  private static String caret(String source, int offset) {
    int start = source.lastIndexOf('\n', Math.max(offset - 1, 0)) + 1;
    start = Math.min(start, offset);
    int end = source.indexOf('\n', offset);
    String line = source.substring(start, end < 0 ? source.length() : end);
    return line + "\n" + " ".repeat(offset - start) + "^";
  }
}
