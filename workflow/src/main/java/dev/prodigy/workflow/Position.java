package dev.prodigy.workflow;

/// A place in a workflow file.
///
/// @param file as the user named it
/// @param line from 1
/// @param column from 1, in characters
public record Position(String file, int line, int column) implements Comparable<Position> {

  @Override
  public int compareTo(Position other) {
    return line != other.line
        ? Integer.compare(line, other.line)
        : Integer.compare(column, other.column);
  }

  /// The form editors understand: `file:line:column`.
  @Override
  public String toString() {
    return file + ":" + line + ":" + column;
  }
}
