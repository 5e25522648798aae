package dev.prodigy.workflow.expression;

import dev.prodigy.model.Json;
import java.math.BigDecimal;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// From values to text, as templates insert them.
final class TextForm {
  /// How an array of texts reads.
  enum Lists {
    COMMAS(", "),
    SPACES(" "),
    JSON("");

    private final String separator;

    Lists(String separator) {
      this.separator = separator;
    }
  }

  private TextForm() {}

  /// Texts as they are, null as nothing, arrays of texts joined, all else compact JSON.
  ///
  /// @param shell spell JSON so that a shell leaves it alone
  static String of(JsonNode value, Lists lists, boolean shell) {
    if (value.isString()) {
      return value.stringValue();
    }
    if (Values.absent(value)) {
      return "";
    }
    if (value.isNumber()) {
      return number(value);
    }
    if (value.isArray() && lists != Lists.JSON && allTexts(value)) {
      return value
          .valueStream()
          .map(JsonNode::stringValue)
          .collect(Collectors.joining(lists.separator));
    }
    return json(value, shell);
  }

  /// As a scalar or element reads on its own.
  static String of(JsonNode value) {
    return of(value, Lists.COMMAS, false);
  }

  /// Compact JSON. For a shell a line break in a text is spelled by its number, with four hex
  /// digits, and so are other escapes: some `echo` expand the short ones.
  static String json(JsonNode value, boolean shell) {
    String text = Values.absent(value) ? "null" : Json.text(value);
    return shell ? withoutShortEscapes(text) : text;
  }

  private static boolean allTexts(JsonNode array) {
    return array.valueStream().allMatch(JsonNode::isString);
  }

  private static String number(JsonNode value) {
    BigDecimal number = Values.decimal(value);
    return number == null ? value.asString() : Values.number(number).asString();
  }

  private static String withoutShortEscapes(String json) {
    if (json.indexOf('\\') < 0) {
      return json;
    }
    StringBuilder text = new StringBuilder(json.length() + 64);
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (c == '\\') {
        i++;
        text.append(
            switch (json.charAt(i)) {
              case 'n' -> "\\u000a";
              case 'r' -> "\\u000d";
              case 't' -> "\\u0009";
              case 'b' -> "\\u0008";
              case 'f' -> "\\u000c";
              case '"' -> "\\u0022";
              case '\\' -> "\\u005c";
              case '/' -> "/";
              default -> "\\" + json.charAt(i);
            });
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }
}
