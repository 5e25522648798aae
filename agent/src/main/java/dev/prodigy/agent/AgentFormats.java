package dev.prodigy.agent;

import dev.prodigy.agent.ToldStream.Format;
import dev.prodigy.agent.ToldStream.Told;
import dev.prodigy.model.AgentProgram.Rule;
import dev.prodigy.model.Json;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/// What the lines of the agents we know mean.
final class AgentFormats {
  private static final int LONGEST_MATCHED = 16 * 1024;

  private AgentFormats() {}

  /// `codex exec --json`.
  static void codex(ClaudeStream.Line line, Told told) {
    JsonNode json = line.json();
    if (json == null) {
      return;
    }
    switch (text(json, "type")) {
      case "thread.started" -> told.session(text(json, "thread_id"), "");
      case "item.completed" -> codexItem(json.path("item"), told);
      case "turn.completed" -> {
        JsonNode usage = json.path("usage");
        told.recovered();
        told.usage(
            usage.path("input_tokens").asLong(0),
            usage.path("output_tokens").asLong(0),
            usage.path("cached_input_tokens").asLong(0),
            null);
      }
      case "turn.failed" -> told.error(text(json.path("error"), "message"));
      case "error" -> told.error(text(json, "message"));
      default -> {} // begun, updated, and what is yet to come
    }
  }

  private static void codexItem(JsonNode item, Told told) {
    String type = text(item, "type");
    switch (type) {
      case "agent_message" -> told.message(text(item, "text"));
      case "command_execution", "file_change", "mcp_tool_call" -> {
        var about = Json.NODES.objectNode();
        for (String field :
            List.of("command", "exit_code", "changes", "server", "tool", "status")) {
          if (item.has(field)) {
            about.set(field, item.path(field));
          }
        }
        told.tool(type, text(item, "id"), about);
      }
      default -> {} // reasoning, plans
    }
  }

  /// `gemini --output-format stream-json`.
  static void gemini(ClaudeStream.Line line, Told told) {
    JsonNode json = line.json();
    if (json == null) {
      return;
    }
    switch (text(json, "type")) {
      case "init" -> told.session(text(json, "session_id"), text(json, "model"));
      case "message" -> {
        if (!text(json, "role").equals("user")) {
          told.part(text(json, "content"));
        }
      }
      case "tool_use" ->
          told.tool(text(json, "tool_name"), text(json, "tool_id"), json.path("parameters"));
      case "error" -> {
        if (!text(json, "severity").equals("warning")) {
          told.error(text(json, "message"));
        }
      }
      case "result" -> geminiResult(json, told);
      default -> {} // tool_result, and what is yet to come
    }
  }

  private static void geminiResult(JsonNode json, Told told) {
    if (text(json, "status").equals("error")) {
      told.error(text(json.path("error"), "message"));
    } else {
      told.recovered();
    }
    JsonNode stats = json.path("stats");
    if (stats.isObject()) {
      told.usage(
          stats.path("input_tokens").asLong(0),
          stats.path("output_tokens").asLong(0),
          stats.path("cached").asLong(0),
          null);
    }
  }

  /// All it prints is the answer.
  static void text(ClaudeStream.Line line, Told told) {
    told.part(line.text() + "\n");
  }

  /// All it prints is the answer; some lines tell numbers, in named groups.
  static Format patterns(List<Pattern> patterns) {
    return (line, told) -> {
      text(line, told);
      if (line.text().length() > LONGEST_MATCHED) {
        return;
      }
      for (Pattern pattern : patterns) {
        Matcher found = pattern.matcher(line.text());
        if (found.find()) {
          tell(found, told);
        }
      }
    };
  }

  private static void tell(Matcher found, Told told) {
    String session = group(found, "session");
    String error = group(found, "error");
    String input = group(found, "input");
    String output = group(found, "output");
    String cost = group(found, "cost");
    if (session != null) {
      told.session(session, "");
    }
    if (input != null || output != null || cost != null) {
      told.usage(count(input), count(output), 0, cost == null ? null : number(cost));
    }
    if (error != null) {
      told.error(error);
    }
  }

  private static @Nullable String group(Matcher found, String name) {
    return found.namedGroups().containsKey(name) ? found.group(name) : null;
  }

  /// `1.5k` is 1500.
  private static long count(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return 0;
    }
    double unit = text.endsWith("k") ? 1e3 : text.endsWith("M") ? 1e6 : 1;
    Double number = number(unit == 1 ? text : text.substring(0, text.length() - 1));
    return number == null ? 0 : Math.round(number * unit);
  }

  private static @Nullable Double number(String text) {
    try {
      return Double.valueOf(text.replace(",", ""));
    } catch (NumberFormatException _) {
      return null; // a pattern that takes in too much
    }
  }

  /// The first rule that fits a line counts.
  static Format rules(List<Rule> rules) {
    return (line, told) -> {
      JsonNode json = line.json();
      if (json != null) {
        rules.stream()
            .filter(rule -> rule.matches(json))
            .findFirst()
            .ifPresent(rule -> tell(rule, json, told));
      }
    };
  }

  private static void tell(Rule rule, JsonNode json, Told told) {
    Map<String, JsonPointer> at = rule.fields();
    switch (rule.emit()) {
      case SESSION -> told.session(field(json, at, "id"), field(json, at, "model"));
      case MESSAGE -> told.message(field(json, at, "text"));
      case TOOL ->
          told.tool(
              field(json, at, "name"),
              field(json, at, "id"),
              at.containsKey("parameters")
                  ? json.at(at.getOrDefault("parameters", JsonPointer.empty()))
                  : Json.NODES.objectNode());
      case USAGE -> {
        String cost = field(json, at, "cost_usd");
        told.usage(
            count(field(json, at, "input_tokens")),
            count(field(json, at, "output_tokens")),
            count(field(json, at, "cache_tokens")),
            cost.isEmpty() ? null : number(cost));
      }
      case ERROR -> told.error(field(json, at, "text"));
      case END -> told.recovered();
    }
  }

  private static String field(JsonNode json, Map<String, JsonPointer> fields, String name) {
    JsonPointer at = fields.get(name);
    JsonNode value = at == null ? Json.NODES.missingNode() : json.at(at);
    return value.isValueNode() && !value.isNull() ? value.asString() : "";
  }

  private static String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isString() ? value.stringValue() : "";
  }
}
