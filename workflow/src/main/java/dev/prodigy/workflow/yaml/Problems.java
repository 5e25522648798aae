package dev.prodigy.workflow.yaml;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.workflow.Position;
import dev.prodigy.workflow.Problem;
import dev.prodigy.workflow.Problem.Severity;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Everything found wrong with one file, and what is merely worth a word. Reading goes on after a
/// problem, so that a user sees all of them at once.
public final class Problems {

  /// Of what a user wrote, a problem quotes only so much.
  private static final int LONGEST = 1000;

  private final String file;
  private final List<String> lines;
  private final Set<Problem> found = new LinkedHashSet<>();
  private final Set<String> toldOnce = new HashSet<>();
  private final IdentityHashMap<Object, Value> origins = new IdentityHashMap<>();
  private final Set<String> numbers = new LinkedHashSet<>();
  private @Nullable Function<String, @Nullable String> variables;
  private boolean none = true;

  Problems(String file, String text) {
    this.file = file;
    this.lines = text.lines().toList();
  }

  Position position(int line, int column) {
    return new Position(file, line, column);
  }

  void add(ErrorCode code, Position position, String cause) {
    none = false;
    add(code, Severity.ERROR, position, cause);
  }

  void warn(Position position, String text) {
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
    found.add(new Problem(code, severity, position, told, line(position.line())));
  }

  /// From now on numbers that are named by a variable are looked up; without this they are
  /// stand-ins.
  public void numbersFrom(Function<String, @Nullable String> lookup) {
    variables = lookup;
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

  /// Errors and all else, by position; never changes afterwards.
  public List<Problem> found() {
    return found.stream().sorted(Comparator.comparing(Problem::position)).toList();
  }

  /// From 1; empty behind the end.
  String line(int number) {
    return number >= 1 && number <= lines.size() ? lines.get(number - 1) : "";
  }
}
