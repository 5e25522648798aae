package dev.prodigy.workflow.compose;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.Json;
import dev.prodigy.workflow.yaml.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Puts the values of parameters into a tree, once: what a value brings along is never looked at
/// again. Every other `${...}` stays for the run.
///
/// @param values by parameter
/// @param declared names that are parameters, with or without a value
/// @param later parameters that are left alone: their value comes only when the workflow runs, or
///   it was told already what is wrong with it
record Substitution(
    Map<String, JsonNode> values, Set<String> declared, Set<String> later, Budget budget) {
  private static final Pattern REFERENCE =
      Pattern.compile(
          "\\$?\\$\\{\\s*(?<path>[A-Za-z_][A-Za-z0-9_-]*"
              + "(?:\\.[A-Za-z0-9_-]+|\\[\\d{1,6}]){0,40})\\s*(?::-(?<otherwise>[^{}]*))?}");
  private static final Pattern STEP = Pattern.compile("\\.?([A-Za-z0-9_-]+)|\\[(\\d+)]");

  /// With more parameters, which hide those of the same name.
  Substitution with(
      Map<String, JsonNode> more, Set<String> moreDeclared, List<ParameterValues.Fault> faults) {
    var all = new HashMap<>(values);
    all.keySet().removeAll(moreDeclared);
    all.putAll(more);
    var names = new HashSet<>(declared);
    names.addAll(moreDeclared);
    names.addAll(more.keySet());
    var untouched = new HashSet<>(later);
    untouched.removeAll(moreDeclared);
    faults.forEach(fault -> untouched.add(fault.name()));
    return new Substitution(all, names, untouched, budget);
  }

  boolean idle() {
    return declared.isEmpty() && values.isEmpty();
  }

  Value in(Value value) {
    return switch (value.kind()) {
      case TEXT -> text(value);
      case LIST -> list(value);
      case MAPPING -> mapping(value);
      default -> value;
    };
  }

  private Value list(Value value) {
    var elements = new ArrayList<Value>();
    boolean changed = false;
    for (Value element : value.list()) {
      Value after = in(element);
      changed |= after != element;
      elements.add(after);
    }
    return changed ? value.listOf(elements) : value;
  }

  private Value mapping(Value value) {
    var fields = new ArrayList<Value.Entry>();
    boolean changed = false;
    for (Value.Entry entry : value.fields()) {
      Value after = in(entry.value());
      changed |= after != entry.value();
      fields.add(entry.with(after));
    }
    return changed ? value.mappingOf(fields) : value;
  }

  private Value text(Value value) {
    String text = value.scalar();
    if (!text.contains("${")) {
      return value;
    }
    Matcher references = REFERENCE.matcher(text);
    var result = new StringBuilder();
    int end = 0;
    boolean changed = false;
    while (references.find()) {
      String path = String.valueOf(references.group("path"));
      if (!isOurs(path)) {
        continue;
      }
      if (references.group().startsWith("$$")) {
        result.append(text, end, references.start()).append(references.group().substring(1));
      } else {
        JsonNode found = find(path, references.group("otherwise"), value);
        if (found == null) {
          continue;
        }
        if (references.start() == 0 && references.end() == text.length()) {
          budget.characters(ParameterType.text(found).length(), value);
          budget.depth(found, value);
          return value.dataOf(found);
        }
        String inserted = ParameterType.text(found);
        budget.characters(inserted.length(), value);
        result.append(text, end, references.start()).append(inserted);
      }
      end = references.end();
      changed = true;
    }
    return changed ? value.textOf(result.append(text, end, text.length()).toString()) : value;
  }

  private boolean isOurs(String path) {
    String first = first(path);
    return (declared.contains(first) || values.containsKey(first)) && !later.contains(first);
  }

  private static String first(String path) {
    int end = 0;
    while (end < path.length() && ".[".indexOf(path.charAt(end)) < 0) {
      end++;
    }
    return path.substring(0, end);
  }

  /// Null after a problem.
  private @Nullable JsonNode find(String path, @Nullable String otherwise, Value at) {
    JsonNode value = values.get(first(path));
    for (String step : steps(path)) {
      value =
          value == null
              ? null
              : value.isArray() && step.matches("\\d{1,6}")
                  ? value.get(Integer.parseInt(step))
                  : value.get(step);
    }
    if (value != null && !(value.isNull() && otherwise != null)) {
      return value;
    }
    if (otherwise != null) {
      return Json.NODES.stringNode(otherwise);
    }
    at.problem(
        ErrorCode.VARIABLE_NOT_FOUND,
        values.containsKey(first(path))
            ? "parameter `%s` has no `%s`".formatted(first(path), path)
            : "parameter `%s` has no value (give one, or write `${%s:-...}`)"
                .formatted(path, path));
    return null;
  }

  private static List<String> steps(String path) {
    Matcher matcher = STEP.matcher(path.substring(first(path).length()));
    var steps = new ArrayList<String>();
    while (matcher.find()) {
      steps.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
    }
    return steps;
  }
}
