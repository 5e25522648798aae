package dev.prodigy.workflow.expression;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// One criterion of `sort_by`: an expression, its direction, and where items without it go.
record SortKey(Node value, Comparator<JsonNode> order) {

  /// `path [ASC|DESC] [NULLS FIRST|LAST], …`; several criteria, the first decides first.
  ///
  /// @throws ExpressionException with the place of the first error
  static List<SortKey> parse(String source) {
    ExpressionParser parser =
        new ExpressionParser(
            source, 0, source.length(), Expression.Dialect.FILTER, new LinkedHashSet<>());
    List<SortKey> keys = new ArrayList<>();
    do {
      Node value = parser.expression();
      boolean descending = direction(parser);
      keys.add(new SortKey(value, order(descending, nullsLast(parser))));
    } while (parser.accept(",", ","));
    if (!parser.atEnd()) {
      throw parser.error("Expected ASC, DESC, NULLS or ','");
    }
    return List.copyOf(keys);
  }

  private static boolean direction(ExpressionParser parser) {
    if (parser.accept("desc", "desc") || parser.accept("descending", "descending")) {
      return true;
    }
    boolean _ = parser.accept("asc", "asc") || parser.accept("ascending", "ascending");
    return false;
  }

  private static boolean nullsLast(ExpressionParser parser) {
    if (!parser.accept("nulls", "nulls") || parser.accept("last", "last")) {
      return true;
    }
    if (parser.accept("first", "first")) {
      return false;
    }
    throw parser.error("Expected FIRST or LAST after NULLS");
  }

  /// bool < number < string < array < object; arrays and objects by size. Where nulls go does not
  /// depend on the direction.
  static Comparator<JsonNode> order(boolean descending, boolean nullsLast) {
    Comparator<JsonNode> values = SortKey::compare;
    Comparator<JsonNode> directed = descending ? values.reversed() : values;
    return (left, right) -> {
      if (Values.absent(left) || Values.absent(right)) {
        int nullsFirst = Boolean.compare(Values.absent(right), Values.absent(left));
        return nullsLast ? -nullsFirst : nullsFirst;
      }
      return directed.compare(left, right);
    };
  }

  private static int compare(JsonNode left, JsonNode right) {
    int types = Integer.compare(rank(left), rank(right));
    if (types != 0) {
      return types;
    }
    Integer order = Values.compare(left, right, false);
    return order == null ? Integer.compare(left.size(), right.size()) : order;
  }

  private static int rank(JsonNode value) {
    return switch (value.getNodeType()) {
      case BOOLEAN -> 0;
      case NUMBER -> 1;
      case ARRAY -> 3;
      case OBJECT -> 4;
      default -> 2;
    };
  }
}
