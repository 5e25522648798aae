package dev.prodigy.workflow.yaml;

import dev.prodigy.model.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import tools.jackson.databind.JsonNode;

/// Values and nodes as whole trees.
final class Trees {

  /// Longer ones would take time that grows with their square, and mean nothing to anybody.
  private static final int MOST_DIGITS = 1000;

  /// Fewer digits always fit.
  private static final int SHORT = 10;

  private Trees() {}

  /// Whether a mapping in the tree has a field of one of these names.
  static boolean hasField(Node node, Set<String> names) {
    return switch (node) {
      case SequenceNode list -> {
        for (Node element : list.getValue()) {
          if (hasField(element, names)) {
            yield true;
          }
        }
        yield false;
      }
      case MappingNode mapping -> {
        for (NodeTuple entry : mapping.getValue()) {
          if ((entry.getKeyNode() instanceof ScalarNode key && names.contains(key.getValue()))
              || hasField(entry.getValueNode(), names)) {
            yield true;
          }
        }
        yield false;
      }
      default -> false;
    };
  }

  /// Whether every mapping in the tree has texts for keys, each of them once, and takes in no
  /// other.
  static boolean hasPlainKeys(Node node) {
    return switch (node) {
      case SequenceNode list -> {
        for (Node element : list.getValue()) {
          if (!hasPlainKeys(element)) {
            yield false;
          }
        }
        yield true;
      }
      case MappingNode mapping -> {
        var names = new HashSet<String>();
        for (NodeTuple entry : mapping.getValue()) {
          boolean plain =
              entry.getKeyNode() instanceof ScalarNode key
                  && !Mapping.isMerge(key)
                  && names.add(key.getValue());
          if (!plain || !hasPlainKeys(entry.getValueNode())) {
            yield false;
          }
        }
        yield true;
      }
      default -> true;
    };
  }

  static JsonNode json(Value value) {
    return switch (value.kind()) {
      case LIST -> {
        var array = Json.NODES.arrayNode();
        value.list().forEach(element -> array.add(json(element)));
        yield array;
      }
      case MAPPING -> {
        var object = Json.NODES.objectNode();
        value.mapping().forEach((key, element) -> object.set(key, json(element)));
        yield object;
      }
      default -> scalar(value);
    };
  }

  /// A missing node for lists and mappings.
  static JsonNode scalar(Value value) {
    return switch (value.kind()) {
      case TEXT -> Json.NODES.stringNode(value.scalar());
      case BOOLEAN -> Json.NODES.booleanNode(value.scalar().equalsIgnoreCase("true"));
      case NOTHING -> Json.NODES.nullNode();
      case NUMBER -> number(value.scalar());
      case LIST, MAPPING -> Json.NODES.missingNode();
    };
  }

  /// Infinity and NaN, which JSON does not have, stay texts; so does what only claims to be a
  /// number, as `!!int x`.
  private static JsonNode number(String text) {
    if (text.length() > MOST_DIGITS) {
      return Json.NODES.stringNode(text);
    }
    try {
      return parsed(text);
    } catch (NumberFormatException _) {
      return Json.NODES.stringNode(text);
    }
  }

  private static JsonNode parsed(String text) {
    String digits = text.startsWith("+") ? text.substring(1) : text;
    if (digits.startsWith("0x")) {
      return integer(new BigInteger(digits.substring(2), 16));
    }
    if (digits.startsWith("0o")) {
      return integer(new BigInteger(digits.substring(2), 8));
    }
    if (isWhole(digits)) {
      return digits.length() < SHORT
          ? Json.NODES.numberNode(Integer.parseInt(digits))
          : integer(new BigInteger(digits));
    }
    return isNoNumber(digits)
        ? Json.NODES.stringNode(text)
        : Json.NODES.numberNode(new BigDecimal(digits));
  }

  private static boolean isWhole(String text) {
    int start = text.startsWith("-") ? 1 : 0;
    for (int i = start; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return text.length() > start;
  }

  private static boolean isNoNumber(String text) {
    String word = text.toLowerCase(Locale.ROOT);
    return word.endsWith(".inf") || word.endsWith(".nan");
  }

  private static JsonNode integer(BigInteger number) {
    if (number.bitLength() < Integer.SIZE) {
      return Json.NODES.numberNode(number.intValue());
    }
    return number.bitLength() < Long.SIZE
        ? Json.NODES.numberNode(number.longValue())
        : Json.NODES.numberNode(number);
  }
}
