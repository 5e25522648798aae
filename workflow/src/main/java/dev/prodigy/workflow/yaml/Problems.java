package dev.prodigy.workflow.yaml;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.workflow.Position;
import dev.prodigy.workflow.Problem;
import dev.prodigy.workflow.Problem.Severity;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Everything found wrong with a file, or with several that make up one workflow, and what is
/// merely worth a word. Reading goes on after a problem, so that a user sees all of them at once.
public final class Problems {

  /// Of what a user wrote, a problem quotes only so much.
  private static final int LONGEST = 1000;

  private final Map<String, String> files = new LinkedHashMap<>();

  /// Of the files of which somebody asked for a line.
  private final Map<String, List<String>> lines = new HashMap<>();

  private final Set<Problem> found = new LinkedHashSet<>();
  private final Set<String> toldOnce = new HashSet<>();
  private final IdentityHashMap<Object, Value> origins = new IdentityHashMap<>();
  private final Set<String> numbers = new LinkedHashSet<>();
  private @Nullable Function<String, @Nullable String> variables;
  private Set<String> undecided = Set.of();
  private boolean none = true;

  void add(String file, String text) {
    files.put(file, text);
  }

  /// The same files, read once more.
  Problems again(@Nullable Function<String, @Nullable String> lookup) {
    var again = new Problems();
    again.files.putAll(files);
    again.variables = lookup;
    again.undecided = undecided;
    return again;
  }

  /// Parameters whose values come later: what refers to them cannot be judged before.
  public void undecided(Set<String> names) {
    undecided = Set.copyOf(names);
  }

  boolean isUndecided(String text) {
    return !undecided.isEmpty()
        && text.contains("${")
        && undecided.stream().anyMatch(name -> text.contains("${" + name));
  }

  /// A problem that no value of a file has.
  public void add(ErrorCode code, Position position, String cause) {
    none = false;
    add(code, Severity.ERROR, position, cause);
  }

  public void warn(Position position, String text) {
    add(ErrorCode.WORKFLOW_VALIDATION, Severity.WARNING, position, text);
  }

  void suggest(Position position, String text) {
    add(ErrorCode.WORKFLOW_VALIDATION, Severity.SUGGESTION, position, text);
  }

  void suggestOnce(Position position, String text) {
    if (toldOnce.add(text)) {
      suggest(position, text);
    }
  }

  private void add(ErrorCode code, Severity severity, Position position, String cause) {
    String told = cause.length() <= LONGEST ? cause : cause.substring(0, LONGEST) + "…";
    found.add(new Problem(code, severity, position, told, line(position.file(), position.line())));
  }

  /// Variables that numbers are to be taken from.
  public Set<String> numbers() {
    return Set.copyOf(numbers);
  }

  @Nullable Function<String, @Nullable String> variables(String wanted) {
    numbers.add(wanted);
    return variables;
  }

  /// Remembers the value that something was read from, for checks that come later.
  void made(Object read, Value from) {
    origins.put(read, from);
  }

  @Nullable Value origin(Object read) {
    return origins.get(read);
  }

  /// Whether there is no error.
  public boolean none() {
    return none;
  }

  /// Errors and all else, by file, in the order they were read, and position; never changes
  /// afterwards.
  public List<Problem> found() {
    List<String> order = List.copyOf(files.keySet());
    return found.stream()
        .sorted(
            Comparator.comparingInt((Problem p) -> order.indexOf(p.position().file()))
                .thenComparing(Problem::position))
        .toList();
  }

  /// From 1; empty behind the end.
  String line(String file, int number) {
    List<String> all =
        lines.computeIfAbsent(file, name -> files.getOrDefault(name, "").lines().toList());
    return number >= 1 && number <= all.size() ? all.get(number - 1) : "";
  }
}
