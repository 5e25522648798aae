package dev.prodigy.workflow.yaml;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.workflow.Position;
import dev.prodigy.workflow.Problem;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Everything found wrong with a file, or with several that make up one workflow, and what is
/// merely worth a word. Reading goes on after a problem, so that a user sees all of them at once.
public final class Problems {

  private final Map<String, List<String>> files = new LinkedHashMap<>();
  private final Set<Problem> found = new LinkedHashSet<>();
  private final Set<String> warnings = new LinkedHashSet<>();
  private final Set<String> warnedOnce = new HashSet<>();

  void add(String file, String text) {
    files.put(file, text.lines().toList());
  }

  /// A problem that no value of a file has.
  public void add(ErrorCode code, Position position, String cause) {
    found.add(new Problem(code, position, cause, line(position.file(), position.line())));
  }

  void warnOnce(Position position, String text) {
    if (warnedOnce.add(text)) {
      warn(position, text);
    }
  }

  public void warn(Position position, String text) {
    warnings.add(position + ": " + text);
  }

  public boolean none() {
    return found.isEmpty();
  }

  /// By file, in the order they were read, and position; never changes afterwards.
  public List<Problem> found() {
    List<String> order = List.copyOf(files.keySet());
    return found.stream()
        .sorted(
            Comparator.comparingInt((Problem p) -> order.indexOf(p.position().file()))
                .thenComparing(Problem::position))
        .toList();
  }

  /// Each with its position, in the order found.
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  /// From 1; empty behind the end.
  String line(String file, int number) {
    List<String> lines = files.getOrDefault(file, List.of());
    return number >= 1 && number <= lines.size() ? lines.get(number - 1) : "";
  }
}
