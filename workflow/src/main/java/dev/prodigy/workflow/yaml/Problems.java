package dev.prodigy.workflow.yaml;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.workflow.Position;
import dev.prodigy.workflow.Problem;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Everything found wrong with one file, and what is merely worth a word. Reading goes on after a
/// problem, so that a user sees all of them at once.
public final class Problems {

  private final String file;
  private final List<String> lines;
  private final Set<Problem> found = new LinkedHashSet<>();
  private final Set<String> warnings = new LinkedHashSet<>();
  private final Set<String> warnedOnce = new HashSet<>();

  Problems(String file, String text) {
    this.file = file;
    this.lines = text.lines().toList();
  }

  Position position(int line, int column) {
    return new Position(file, line, column);
  }

  void add(ErrorCode code, Position position, String cause) {
    found.add(new Problem(code, position, cause, line(position.line())));
  }

  void warnOnce(Position position, String text) {
    if (warnedOnce.add(text)) {
      warn(position, text);
    }
  }

  void warn(Position position, String text) {
    warnings.add(position + ": " + text);
  }

  public boolean none() {
    return found.isEmpty();
  }

  /// By position; never changes afterwards.
  public List<Problem> found() {
    return found.stream().sorted(Comparator.comparing(Problem::position)).toList();
  }

  /// Each with its position, in the order found.
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  /// From 1; empty behind the end.
  String line(int number) {
    return number >= 1 && number <= lines.size() ? lines.get(number - 1) : "";
  }
}
