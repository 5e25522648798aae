package dev.prodigy.workflow.expression;

import java.util.Locale;
import java.util.function.BiPredicate;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What two values can be asked. A clash of types is false, never an error.
enum Operator {
  EQUAL("=="),
  NOT_EQUAL("!="),
  GREATER(">"),
  GREATER_OR_EQUAL(">="),
  LESS("<"),
  LESS_OR_EQUAL("<="),
  CONTAINS("contains"),
  STARTS_WITH("starts_with"),
  ENDS_WITH("ends_with"),
  MATCHES("matches"),
  IN("in"),
  NOT_IN("not in");

  private final String symbol;

  Operator(String symbol) {
    this.symbol = symbol;
  }

  String symbol() {
    return symbol;
  }

  /// The operator a token is; null if it is none. `not in` is two tokens.
  static @Nullable Operator of(Token token) {
    if (token.kind() != Token.Kind.SYMBOL && token.kind() != Token.Kind.PATH) {
      return null;
    }
    return switch (token.text().toLowerCase(Locale.ROOT)) {
      case "==", "=" -> EQUAL;
      case "!=" -> NOT_EQUAL;
      case ">" -> GREATER;
      case ">=" -> GREATER_OR_EQUAL;
      case "<" -> LESS;
      case "<=" -> LESS_OR_EQUAL;
      case "contains" -> CONTAINS;
      case "starts_with", "startswith" -> STARTS_WITH;
      case "ends_with", "endswith" -> ENDS_WITH;
      case "matches" -> MATCHES;
      case "in" -> IN;
      default -> null;
    };
  }

  boolean holds(JsonNode left, JsonNode right, boolean loose) {
    return switch (this) {
      case EQUAL -> Values.equal(left, right, loose);
      case NOT_EQUAL -> !Values.equal(left, right, loose);
      case GREATER -> ordered(left, right, loose, order -> order > 0);
      case GREATER_OR_EQUAL -> ordered(left, right, loose, order -> order >= 0);
      case LESS -> ordered(left, right, loose, order -> order < 0);
      case LESS_OR_EQUAL -> ordered(left, right, loose, order -> order <= 0);
      case CONTAINS -> contains(left, right, loose);
      case STARTS_WITH -> texts(left, right, loose, String::startsWith);
      case ENDS_WITH -> texts(left, right, loose, String::endsWith);
      case MATCHES -> false; // needs a compiled pattern: Node.Matches
      case IN -> right.isArray() && hasElement(right, left, loose);
      case NOT_IN -> !(right.isArray() && hasElement(right, left, loose));
    };
  }

  private static boolean ordered(
      JsonNode left, JsonNode right, boolean loose, IntPredicate wanted) {
    Integer order = Values.compare(left, right, loose);
    return order != null && wanted.test(order);
  }

  private static boolean contains(JsonNode left, JsonNode right, boolean loose) {
    if (left.isArray()) {
      return hasElement(left, right, loose);
    }
    return left.isObject()
        ? right.isString() && left.has(right.stringValue())
        : texts(left, right, loose, String::contains);
  }

  private static boolean hasElement(JsonNode list, JsonNode wanted, boolean loose) {
    return list.valueStream().anyMatch(element -> Values.equal(element, wanted, loose));
  }

  private static boolean texts(
      JsonNode left, JsonNode right, boolean loose, BiPredicate<String, String> holds) {
    boolean number = loose && right.isNumber();
    return left.isString()
        && (right.isString() || number)
        && holds.test(left.stringValue(), TextForm.of(right));
  }
}
