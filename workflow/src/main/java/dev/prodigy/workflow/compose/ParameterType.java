package dev.prodigy.workflow.compose;

import dev.prodigy.model.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// The type of a parameter, and what a given value becomes by it.
enum ParameterType {
  STRING("String"),
  NUMBER("Number"),
  INTEGER("Integer"),
  BOOLEAN("Boolean"),
  ARRAY("Array"),
  OBJECT("Object"),
  ANY("Any");

  private static final Map<String, ParameterType> WORDS =
      Map.of(
          "string", STRING, "number", NUMBER, "integer", INTEGER, "int", INTEGER, "boolean",
          BOOLEAN, "bool", BOOLEAN, "array", ARRAY, "list", ARRAY, "object", OBJECT, "map", OBJECT);
  private static final Pattern INTEGRAL = Pattern.compile("[+-]?\\d{1,19}");
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d{1,3})?");

  private final String shown;

  ParameterType(String shown) {
    this.shown = shown;
  }

  /// As messages and listings say it.
  String shown() {
    return shown;
  }

  static Optional<ParameterType> of(String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    return lower.equals("any") ? Optional.of(ANY) : Optional.ofNullable(WORDS.get(lower));
  }

  /// Null if the value does not fit.
  @Nullable JsonNode accept(Given given) {
    return switch (given) {
      case Given.Text(String text) -> ofText(text);
      case Given.Data data -> ofData(data);
    };
  }

  private @Nullable JsonNode ofData(Given.Data data) {
    JsonNode value = data.value();
    boolean fits =
        switch (this) {
          case STRING -> value.isString();
          case NUMBER -> value.isNumber();
          case INTEGER -> value.isIntegralNumber();
          case BOOLEAN -> value.isBoolean();
          case ARRAY -> value.isArray();
          case OBJECT -> value.isObject();
          case ANY -> true;
        };
    if (fits) {
      return value;
    }
    boolean spelled = this == STRING && (value.isNumber() || value.isBoolean());
    return spelled ? Json.NODES.stringNode(data.written()) : null;
  }

  private @Nullable JsonNode ofText(String text) {
    return switch (this) {
      case STRING -> Json.NODES.stringNode(text);
      case NUMBER -> number(text.strip());
      case INTEGER -> INTEGRAL.matcher(text.strip()).matches() ? number(text.strip()) : null;
      case BOOLEAN -> bool(text.strip());
      case ARRAY -> array(text);
      case OBJECT -> json(text, JsonNode::isObject);
      case ANY -> guess(text);
    };
  }

  private static JsonNode guess(String text) {
    JsonNode value = number(text);
    if (value == null) {
      value = bool(text);
    }
    return value == null ? Json.NODES.stringNode(text) : value;
  }

  private static @Nullable JsonNode bool(String text) {
    return switch (text) {
      case "true" -> Json.NODES.booleanNode(true);
      case "false" -> Json.NODES.booleanNode(false);
      default -> null;
    };
  }

  private static @Nullable JsonNode number(String text) {
    if (INTEGRAL.matcher(text).matches()) {
      var number = new BigInteger(text.startsWith("+") ? text.substring(1) : text);
      return number.bitLength() < Long.SIZE
          ? Json.NODES.numberNode(number.longValue())
          : Json.NODES.numberNode(number);
    }
    if (!DECIMAL.matcher(text).matches() || !Double.isFinite(Double.parseDouble(text))) {
      return null;
    }
    var number = new BigDecimal(text).stripTrailingZeros();
    boolean whole = number.scale() <= 0 && number.precision() - number.scale() <= 18;
    return whole ? Json.NODES.numberNode(number.longValueExact()) : Json.NODES.numberNode(number);
  }

  private static JsonNode array(String text) {
    JsonNode list = json(text, JsonNode::isArray);
    if (list != null) {
      return list;
    }
    var parts = Json.NODES.arrayNode();
    if (!text.isBlank()) {
      Arrays.stream(text.split(",", -1)).map(String::strip).forEach(parts::add);
    }
    return parts;
  }

  private static @Nullable JsonNode json(String text, Predicate<JsonNode> wanted) {
    try {
      JsonNode value = Json.parse(text);
      return wanted.test(value) ? value : null;
    } catch (JacksonException _) { // no JSON at all
      return null;
    }
  }

  /// What a value is, for messages.
  static String kindOf(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> "String";
      case NUMBER -> "Number";
      case BOOLEAN -> "Boolean";
      case ARRAY -> "Array";
      case OBJECT -> "Object";
      default -> "nothing";
    };
  }

  /// As a value reads within a text: compact, and empty for nothing.
  static String text(JsonNode value) {
    if (value.isString()) {
      return value.stringValue();
    }
    if (value.isNull() || value.isMissingNode()) {
      return "";
    }
    if (value.isNumber() && !value.isIntegralNumber()) {
      var number = value.decimalValue().stripTrailingZeros();
      return Math.abs(number.scale()) > 30 ? number.toString() : number.toPlainString();
    }
    return Json.text(value);
  }
}
