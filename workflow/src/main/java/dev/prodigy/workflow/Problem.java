package dev.prodigy.workflow;

import dev.prodigy.model.ErrorCode;

/// One thing that is wrong with a workflow file.
///
/// @param cause names the step and the field
/// @param sourceLine the line it stands in, as written
public record Problem(ErrorCode code, Position position, String cause, String sourceLine) {

  private static final String LABEL = "Problematic line: ";

  /// The place, the line and a caret under the column; each on a line of its own.
  public String where() {
    return "Error at line %d, column %d\n".formatted(position.line(), position.column())
        + LABEL
        + sourceLine
        + "\n"
        + " ".repeat(LABEL.length())
        + indentTo(position.column())
        + "^";
  }

  private String indentTo(int column) {
    var indent = new StringBuilder();
    for (int i = 0; i < column - 1; i++) {
      indent.append(i < sourceLine.length() && sourceLine.charAt(i) == '\t' ? '\t' : ' ');
    }
    return indent.toString();
  }
}
