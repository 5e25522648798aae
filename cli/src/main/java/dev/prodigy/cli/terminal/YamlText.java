package dev.prodigy.cli.terminal;

import dev.prodigy.model.Json;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// JSON values as block-style YAML. Scalars keep their JSON spelling, which YAML 1.2 reads as the
/// same value: a string such as `no` or `2024-01-01` stays a string.
final class YamlText {
  private YamlText() {}

  /// A whole document, without the last newline.
  static String of(JsonNode node) {
    var text = new StringBuilder();
    block(node, 0, text);
    return text.toString().stripTrailing();
  }

  /// One entry of a list at the top.
  static String item(JsonNode node) {
    var text = new StringBuilder("- ");
    block(node, 2, text);
    return text.toString().stripTrailing();
  }

  /// Writes from the current column, which is `indent`; ends with a newline.
  private static void block(JsonNode node, int indent, StringBuilder text) {
    if (node.isObject() && !node.isEmpty()) {
      boolean first = true;
      for (Map.Entry<String, JsonNode> entry : node.properties()) {
        text.append(first ? "" : " ".repeat(indent)).append(key(entry.getKey())).append(':');
        child(entry.getValue(), indent + 2, text);
        first = false;
      }
    } else if (node.isArray() && !node.isEmpty()) {
      boolean first = true;
      for (JsonNode element : node) {
        text.append(first ? "" : " ".repeat(indent)).append("- ");
        block(element, indent + 2, text);
        first = false;
      }
    } else {
      text.append(Json.text(node)).append('\n');
    }
  }

  private static void child(JsonNode value, int indent, StringBuilder text) {
    if (value.isContainer() && !value.isEmpty()) {
      text.append('\n').append(" ".repeat(indent));
    } else {
      text.append(' ');
    }
    block(value, indent, text);
  }

  private static String key(String key) {
    boolean plain = !key.isEmpty() && Character.isLetter(key.charAt(0));
    for (int i = 0; i < key.length() && plain; i++) {
      char c = key.charAt(i);
      plain = c < 0x80 && (Character.isLetterOrDigit(c) || c == '_' || c == '-');
    }
    return plain && !isWord(key) ? key : JsonText.quote(key);
  }

  /// Words that YAML readers take for booleans or null.
  private static boolean isWord(String key) {
    return switch (key.toLowerCase(java.util.Locale.ROOT)) {
      case "true", "false", "null", "yes", "no", "on", "off", "y", "n" -> true;
      default -> false;
    };
  }
}
