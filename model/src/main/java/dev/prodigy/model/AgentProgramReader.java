package dev.prodigy.model;

import dev.prodigy.model.AgentProgram.Emit;
import dev.prodigy.model.AgentProgram.Format;
import dev.prodigy.model.AgentProgram.PromptVia;
import dev.prodigy.model.AgentProgram.Rule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/// Reads one agent's definition. What is wrong goes to a sink, with the key it is about, and
/// reading goes on.
final class AgentProgramReader {
  private static final List<String> KEYS =
      List.of(
          "command",
          "args",
          "model_args",
          "model",
          "prompt_via",
          "format",
          "commands",
          "env",
          "health",
          "success",
          "commits",
          "rules",
          "patterns");
  private static final List<String> CLAUDE_KEYS =
      List.of("command", "model", "max_tokens", "streaming");

  private static final Pattern PATH = Pattern.compile("\\$(?:\\.[A-Za-z0-9_-]+|\\[\\d+\\])*");

  private final String name;
  private final JsonNode from;
  private final BiConsumer<String, String> problems;

  /// @param problems key and what is wrong with it
  AgentProgramReader(String name, JsonNode from, BiConsumer<String, String> problems) {
    this.name = name;
    this.from = from;
    this.problems = problems;
  }

  AgentProgram read() {
    known(from, name.equals(AgentDefinitions.CLAUDE) ? CLAUDE_KEYS : KEYS, "");
    JsonNode success = from.path("success");
    known(success, List.of("exit_codes", "no_retry"), "success");
    Set<Integer> codes = numbers(success.path("exit_codes"), "success");
    return new AgentProgram(
        name,
        text("command", ""),
        texts("args"),
        texts("model_args"),
        from.path("model").isString() ? text("model", "") : null,
        word("prompt_via", PromptVia.ARG),
        word("format", Format.TEXT),
        oneOf("commands", "expand", "verbatim"),
        environment(),
        texts("health"),
        codes.isEmpty() ? Set.of(0) : codes,
        numbers(success.path("no_retry"), "success"),
        oneOf("commits", "auto", "own"),
        rules(),
        patterns());
  }

  private void known(JsonNode node, List<String> keys, String within) {
    for (String key : node.propertyNames()) {
      if (!keys.contains(key)) {
        problems.accept(
            within.isEmpty() ? key : within,
            "unknown key `%s` (valid: %s)".formatted(key, String.join(", ", keys)));
      }
    }
  }

  private String text(String key, String standard) {
    JsonNode value = from.path(key);
    if (!value.isMissingNode() && (!value.isString() || value.stringValue().isBlank())) {
      problems.accept(key, "expected text");
    }
    return value.asString(standard);
  }

  private List<String> texts(String key) {
    JsonNode value = from.path(key);
    if (value.isMissingNode()) {
      return List.of();
    }
    boolean sound = value.isArray() && value.valueStream().allMatch(JsonNode::isValueNode);
    if (!sound) {
      problems.accept(key, "expected a list of texts");
      return List.of();
    }
    return value.valueStream().map(JsonNode::asString).toList();
  }

  private <E extends Enum<E>> E word(String key, E standard) {
    JsonNode value = from.path(key);
    if (value.isMissingNode()) {
      return standard;
    }
    String said = value.asString("");
    for (E constant : standard.getDeclaringClass().getEnumConstants()) {
      if (spelled(constant).equals(said)) {
        return constant;
      }
    }
    problems.accept(
        key,
        "expected one of %s"
            .formatted(
                Arrays.stream(standard.getDeclaringClass().getEnumConstants())
                    .map(AgentProgramReader::spelled)
                    .collect(Collectors.joining(", "))));
    return standard;
  }

  private static String spelled(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// Whether it says the first word; so it is if it says nothing.
  private boolean oneOf(String key, String first, String second) {
    String said = from.path(key).asString(first);
    if (!said.equals(first) && !said.equals(second)) {
      problems.accept(key, "expected `%s` or `%s`".formatted(first, second));
    }
    return said.equals(first);
  }

  private Map<String, String> environment() {
    var all = new HashMap<String, String>();
    JsonNode value = from.path("env");
    if (!value.isMissingNode() && !value.isObject()) {
      problems.accept("env", "expected a mapping");
    }
    value.properties().forEach(entry -> all.put(entry.getKey(), entry.getValue().asString("")));
    return all;
  }

  private Set<Integer> numbers(JsonNode list, String key) {
    var all = new HashSet<Integer>();
    boolean sound =
        list.isMissingNode()
            || (list.isArray() && list.valueStream().allMatch(JsonNode::isIntegralNumber));
    if (!sound) {
      problems.accept(key, "expected lists of exit codes");
      return all;
    }
    list.forEach(code -> all.add(code.intValue()));
    return all;
  }

  private List<Rule> rules() {
    var all = new ArrayList<Rule>();
    JsonNode list = from.path("rules");
    if (!list.isMissingNode() && !list.isArray()) {
      problems.accept("rules", "expected a list of {when, emit, fields}");
    }
    for (JsonNode each : list) {
      known(each, List.of("when", "emit", "fields"), "rules");
      Emit emit = emit(each.path("emit").asString(""));
      JsonNode when = each.path("when");
      known(when, List.of("path", "equals"), "rules");
      var fields = new HashMap<String, JsonPointer>();
      for (var field : each.path("fields").properties()) {
        JsonPointer at = pointer(field.getValue().asString(""));
        if (at != null) {
          fields.put(field.getKey(), at);
        }
      }
      if (emit != null) {
        all.add(
            new Rule(
                when.has("path") ? pointer(when.path("path").asString("")) : null,
                when.get("equals"),
                emit,
                fields));
      }
    }
    return all;
  }

  private @Nullable Emit emit(String word) {
    for (Emit emit : Emit.values()) {
      if (spelled(emit).equals(word)) {
        return emit;
      }
    }
    problems.accept(
        "rules", "`emit` must be one of session, message, tool, usage, error, end; got " + word);
    return null;
  }

  private @Nullable JsonPointer pointer(String path) {
    if (!PATH.matcher(path).matches()) {
      problems.accept("rules", "`%s` is not a path like $.a.b[0]".formatted(path));
      return null;
    }
    return JsonPointer.compile(
        path.substring(1).replace('.', '/').replaceAll("\\[(\\d+)\\]", "/$1"));
  }

  private List<Pattern> patterns() {
    var all = new ArrayList<Pattern>();
    for (String text : texts("patterns")) {
      try {
        all.add(Pattern.compile(text));
      } catch (PatternSyntaxException e) {
        problems.accept("patterns", "not a regular expression: " + e.getDescription());
      }
    }
    return all;
  }
}
