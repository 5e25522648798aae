package dev.prodigy.engine;

import dev.prodigy.engine.StepOutcome.Kind;
import dev.prodigy.model.Json;
import dev.prodigy.workflow.expression.Template;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// JSON and YAML laid out for people. Key order stays; JSON numbers and strings keep their
/// spelling, since only the space between tokens is changed.
final class Formatted {
  private static final String INDENT = "  ";

  private Formatted() {}

  /// @throws StepFault if it is not one JSON value
  static String json(String text) {
    try {
      Json.parse(text);
    } catch (JacksonException e) {
      var at = e.getLocation();
      String place =
          at == null ? "" : " at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
      throw new StepFault(Kind.COMMAND, "Invalid JSON: " + e.getOriginalMessage() + place);
    }
    return indented(text) + "\n";
  }

  /// @throws StepFault if it is not one YAML document
  static String yaml(String text) {
    try {
      Object value = new Load(LoadSettings.builder().build()).loadFromString(text);
      var settings = DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build();
      return new Dump(settings).dumpToString(value);
    } catch (YamlEngineException e) {
      throw new StepFault(Kind.COMMAND, "Invalid YAML: " + e.getMessage());
    }
  }

  /// A value as JSON text, with the references in its strings replaced.
  static String rendered(JsonNode tree, Invocation call) {
    return Json.text(render(tree, call));
  }

  private static JsonNode render(JsonNode node, Invocation call) {
    if (node.isString()) {
      var template = StepFault.guard(() -> Template.parse(node.stringValue(), Template.Kind.FILE));
      return Json.NODES.stringNode(call.render(template));
    }
    if (node.isArray()) {
      var copy = Json.NODES.arrayNode();
      node.forEach(element -> copy.add(render(element, call)));
      return copy;
    }
    if (node.isObject()) {
      ObjectNode copy = Json.NODES.objectNode();
      node.properties().forEach(entry -> copy.set(entry.getKey(), render(entry.getValue(), call)));
      return copy;
    }
    return node;
  }

  /// @param json valid, so that brackets and quotes can be taken at their word
  private static String indented(String json) {
    var out = new StringBuilder(json.length() * 2);
    int depth = 0;
    int i = 0;
    while (i < json.length()) {
      char c = json.charAt(i);
      switch (c) {
        case '"' -> {
          int end = endOfString(json, i);
          out.append(json, i, end);
          i = end - 1;
        }
        case '{', '[' -> {
          int next = afterSpace(json, i + 1);
          char closing = json.charAt(next);
          out.append(c);
          if (closing == '}' || closing == ']') {
            out.append(closing);
            i = next;
          } else {
            newLine(out, ++depth);
          }
        }
        case '}', ']' -> {
          newLine(out, --depth);
          out.append(c);
        }
        case ',' -> {
          out.append(c);
          newLine(out, depth);
        }
        case ':' -> out.append(": ");
        case ' ', '\t', '\n', '\r' -> {} // replaced by ours
        default -> out.append(c);
      }
      i++;
    }
    return out.toString();
  }

  private static void newLine(StringBuilder out, int depth) {
    out.append('\n').append(INDENT.repeat(depth));
  }

  private static int afterSpace(String json, int from) {
    int i = from;
    while (Character.isWhitespace(json.charAt(i))) {
      i++;
    }
    return i;
  }

  private static int endOfString(String json, int open) {
    int i = open + 1;
    while (json.charAt(i) != '"') {
      i += json.charAt(i) == '\\' ? 2 : 1;
    }
    return i + 1;
  }
}
