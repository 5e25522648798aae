package dev.prodigy.workflow.expression;

import dev.prodigy.model.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What values mean to expressions: truth, equality, order. An undefined value is a missing node,
/// which only [#MISSING] is; a defined null is a null node.
final class Values {
  static final JsonNode MISSING = Json.NODES.missingNode();
  static final JsonNode NULL = Json.NODES.nullNode();

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(?:\\d{1,300}(?:\\.\\d{0,300})?|\\.\\d{1,300})(?:[eE][+-]?\\d{1,3})?");

  /// Beyond this many zeros a number is clearer with an exponent.
  private static final int PLAIN_ZEROS = 20;

  private Values() {}

  static JsonNode text(String text) {
    return Json.NODES.stringNode(text);
  }

  static JsonNode bool(boolean value) {
    return Json.NODES.booleanNode(value);
  }

  /// In its shortest form: whole numbers without a fraction.
  static JsonNode number(BigDecimal value) {
    BigDecimal shortest = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
    if (shortest.scale() > 0 || shortest.scale() < -PLAIN_ZEROS) {
      return Json.NODES.numberNode(shortest);
    }
    return shortest.precision() - shortest.scale() <= 18
        ? Json.NODES.numberNode(shortest.longValueExact())
        : Json.NODES.numberNode(shortest.toBigIntegerExact());
  }

  static JsonNode list(List<JsonNode> values) {
    return Json.NODES.arrayNode().addAll(values);
  }

  /// Undefined or null.
  static boolean absent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  /// Absent, or a text, array or object without content.
  static boolean empty(JsonNode value) {
    return absent(value)
        || (value.isContainer() && value.isEmpty())
        || (value.isString() && value.stringValue().isEmpty());
  }

  static boolean truth(JsonNode value) {
    if (empty(value)) {
      return false;
    }
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    if (value.isString()) {
      return !value.stringValue().equals("false") && !value.stringValue().equals("0");
    }
    BigDecimal number = decimal(value);
    return number == null || number.signum() != 0;
  }

  /// The value of a number node; null for anything else, NaN and infinities too.
  static @Nullable BigDecimal decimal(JsonNode value) {
    if (!value.isNumber()) {
      return null;
    }
    return value.isFloatingPointNumber()
            && !value.isBigDecimal()
            && !Double.isFinite(value.doubleValue())
        ? null
        : value.decimalValue();
  }

  /// The number a text spells, as captured output does; null if it spells none.
  private static @Nullable BigDecimal spelledNumber(JsonNode value) {
    if (!value.isString()) {
      return decimal(value);
    }
    String text = value.stringValue().strip();
    return NUMBER.matcher(text).matches() ? new BigDecimal(text) : null;
  }

  /// Equality by value; null equals null and what is undefined, nothing else.
  ///
  /// @param loose a text that spells a number or bool equals it: captured output is text
  static boolean equal(JsonNode left, JsonNode right, boolean loose) {
    if (absent(left) || absent(right)) {
      return absent(left) && absent(right);
    }
    if (loose && left.isString() != right.isString()) {
      return left.isString() ? spells(left, right) : spells(right, left);
    }
    return identity(left).equals(identity(right));
  }

  private static boolean spells(JsonNode text, JsonNode value) {
    if (value.isBoolean()) {
      return text.stringValue().strip().equals(Boolean.toString(value.booleanValue()));
    }
    BigDecimal number = decimal(value);
    BigDecimal spelled = number == null ? null : spelledNumber(text);
    return number != null && spelled != null && number.compareTo(spelled) == 0;
  }

  /// Less than 0, 0 or more; null if the two have no order: of different types, or neither numbers,
  /// texts nor bools.
  static @Nullable Integer compare(JsonNode left, JsonNode right, boolean loose) {
    if (left.isString() && right.isString()) {
      return compareTexts(left.stringValue(), right.stringValue());
    }
    if (left.isBoolean() && right.isBoolean()) {
      return Boolean.compare(left.booleanValue(), right.booleanValue());
    }
    BigDecimal first = loose ? spelledNumber(left) : decimal(left);
    BigDecimal second = loose ? spelledNumber(right) : decimal(right);
    return first == null || second == null ? null : Integer.signum(first.compareTo(second));
  }

  /// By code point, which UTF-16 order is not beyond the basic plane.
  static int compareTexts(String left, String right) {
    int length = Math.min(left.length(), right.length());
    for (int i = 0; i < length; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        return Character.isSurrogate(a) == Character.isSurrogate(b)
            ? Character.compare(a, b)
            : (Character.isSurrogate(a) ? 1 : -1);
      }
    }
    return Integer.compare(left.length(), right.length());
  }

  /// An object that equals another's exactly if the two JSON values are equal: numbers by value,
  /// objects whatever the order of their keys.
  static Object identity(JsonNode value) {
    if (value.isObject()) {
      Map<String, Object> fields = new HashMap<>();
      value.forEachEntry((key, field) -> fields.put(key, identity(field)));
      return fields;
    }
    if (value.isArray()) {
      List<Object> elements = new ArrayList<>(value.size());
      value.forEach(element -> elements.add(identity(element)));
      return elements;
    }
    if (value.isString()) {
      return value.stringValue();
    }
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    if (absent(value)) {
      return NULL;
    }
    BigDecimal number = decimal(value);
    return number == null ? value : number.stripTrailingZeros();
  }
}
