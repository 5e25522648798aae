package dev.prodigy.workflow;

import dev.prodigy.model.ErrorCode;

/// One thing a user should know about a workflow file.
///
/// @param cause names the step and the field
/// @param sourceLine the line it stands in, as written
public record Problem(
    ErrorCode code, Severity severity, Position position, String cause, String sourceLine) {

  /// How much it matters.
  public enum Severity {
    /// The workflow cannot be run.
    ERROR,
    /// It runs, but hardly as meant.
    WARNING,
    /// It runs as meant, and there is a better way to write it.
    SUGGESTION
  }

  private static final int WIDEST = 160;

  public boolean isError() {
    return severity == Severity.ERROR;
  }

  /// The place, the line and a caret under the column; each on a line of its own.
  public String where() {
    return "Error at line %d, column %d\n".formatted(position.line(), position.column())
        + excerpt("Problematic line: ");
  }

  /// The line after a label, and a caret under the column. Of a very long line only the part around
  /// the column.
  public String excerpt(String label) {
    int start = Math.max(0, Math.min(position.column() - 1 - WIDEST / 2, sourceLine.length()));
    start = sourceLine.length() <= WIDEST ? 0 : start;
    int end = Math.min(sourceLine.length(), start + WIDEST);
    String before = start > 0 ? "…" : "";
    String after = end < sourceLine.length() ? "…" : "";
    String shown = before + sourceLine.substring(start, end) + after;
    return label
        + shown
        + "\n"
        + " ".repeat(label.length())
        + indentTo(shown, position.column() - start + before.length())
        + "^";
  }

  private static String indentTo(String shown, int column) {
    var indent = new StringBuilder();
    for (int i = 0; i < column - 1; i++) {
      indent.append(i < shown.length() && shown.charAt(i) == '\t' ? '\t' : ' ');
    }
    return indent.toString();
  }

  /// In one line, as editors and compilers do: `file:line:column: cause`.
  @Override
  public String toString() {
    return position + ": " + cause;
  }
}
