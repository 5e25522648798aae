package dev.prodigy.workflow.expression;

import dev.prodigy.model.Json;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// One value from many. Numbers are exact as far as 64 digits go, so the order of adding up does
/// not show; quotients have 16 digits. Elements a function has no use for are skipped.
final class Aggregates {
  private static final MathContext EXACT = new MathContext(64);
  private static final MathContext QUOTIENT = MathContext.DECIMAL64;

  private Aggregates() {}

  static JsonNode count(List<JsonNode> values) {
    return Functions.count(values.stream().filter(value -> !Values.absent(value)).count());
  }

  static JsonNode sum(List<JsonNode> values) {
    return Values.number(total(numbers(values)));
  }

  static JsonNode average(List<JsonNode> values) {
    List<BigDecimal> numbers = numbers(values);
    return numbers.isEmpty() ? Values.NULL : Values.number(mean(numbers).round(QUOTIENT));
  }

  static JsonNode median(List<JsonNode> values) {
    List<BigDecimal> sorted = numbers(values).stream().sorted().toList();
    int size = sorted.size();
    return size == 0
        ? Values.NULL
        : Values.number(mean(sorted.subList((size - 1) / 2, size / 2 + 1)).round(QUOTIENT));
  }

  static JsonNode variance(List<JsonNode> values) {
    List<BigDecimal> numbers = numbers(values);
    return numbers.size() < 2
        ? Values.NULL
        : Values.number(sampleVariance(numbers).round(QUOTIENT));
  }

  static JsonNode standardDeviation(List<JsonNode> values) {
    List<BigDecimal> numbers = numbers(values);
    return numbers.size() < 2 ? Values.NULL : Values.number(sampleVariance(numbers).sqrt(QUOTIENT));
  }

  /// Of a sample: divided by n - 1.
  private static BigDecimal sampleVariance(List<BigDecimal> numbers) {
    BigDecimal mean = mean(numbers);
    BigDecimal squares =
        numbers.stream()
            .map(number -> number.subtract(mean, EXACT).pow(2, EXACT))
            .reduce(BigDecimal.ZERO, (a, b) -> a.add(b, EXACT));
    return squares.divide(BigDecimal.valueOf(numbers.size() - 1L), EXACT);
  }

  private static BigDecimal mean(List<BigDecimal> numbers) {
    return total(numbers).divide(BigDecimal.valueOf(numbers.size()), EXACT);
  }

  private static BigDecimal total(List<BigDecimal> numbers) {
    return numbers.stream().reduce(BigDecimal.ZERO, (a, b) -> a.add(b, EXACT));
  }

  private static List<BigDecimal> numbers(List<JsonNode> values) {
    return values.stream().map(Values::decimal).filter(Objects::nonNull).toList();
  }

  /// The smallest (-1) or greatest (1); two numbers by value, anything else by its text.
  static JsonNode extreme(List<JsonNode> values, int sign) {
    JsonNode best = Values.NULL;
    for (JsonNode value : values) {
      boolean better = best.isNull() || Integer.signum(byNumberOrText(value, best)) == sign;
      if (!Values.absent(value) && better) {
        best = value;
      }
    }
    return best;
  }

  private static int byNumberOrText(JsonNode left, JsonNode right) {
    Integer order = left.isNumber() ? Values.compare(left, right, false) : null;
    return order != null ? order : Values.compareTexts(TextForm.of(left), TextForm.of(right));
  }

  static JsonNode flatten(List<JsonNode> values) {
    ArrayNode flat = Json.NODES.arrayNode();
    values.forEach(
        value -> flat.addAll(value.isArray() ? List.copyOf(value.values()) : List.of(value)));
    return flat;
  }

  static JsonNode unique(List<JsonNode> values) {
    Set<Object> seen = new HashSet<>();
    return Values.list(values.stream().filter(value -> seen.add(Values.identity(value))).toList());
  }

  static JsonNode sort(List<JsonNode> values, String direction) {
    Comparator<JsonNode> order =
        SortKey.order(direction.strip().toLowerCase(Locale.ROOT).startsWith("desc"), true);
    return Values.list(values.stream().sorted(order).toList());
  }

  static JsonNode concat(List<JsonNode> values, String separator) {
    return Values.text(values.stream().map(TextForm::of).collect(Collectors.joining(separator)));
  }

  static JsonNode merge(List<JsonNode> values) {
    ObjectNode merged = Json.NODES.objectNode();
    for (JsonNode value : values) {
      value.properties().forEach(field -> merged.putIfAbsent(field.getKey(), field.getValue()));
    }
    return merged;
  }

  /// The groups by the text of the value at the path, in the order they first appear.
  static JsonNode groupBy(List<JsonNode> values, VariablePath path) {
    ObjectNode groups = Json.NODES.objectNode();
    for (JsonNode value : values) {
      JsonNode key = path.navigate(value);
      String name = Values.absent(key) ? "null" : TextForm.of(key);
      if (groups.get(name) instanceof ArrayNode group) {
        group.add(value);
      } else {
        groups.set(name, Values.list(List.of(value)));
      }
    }
    return groups;
  }
}
