package dev.prodigy.workflow.expression;

import static java.util.Map.entry;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The functions of expressions. What can also be said with an operator, `contains(a, b)`, is
/// turned into one by the parser.
final class Functions {
  /// Gets as many arguments as it declared; an undefined one is a missing node.
  interface Function {
    JsonNode apply(List<JsonNode> arguments);
  }

  /// @param fewest how many arguments it takes at least
  record Declared(int fewest, int most, Function function) {}

  private static final Map<String, Declared> ALL =
      Map.ofEntries(
          entry("is_null", test(JsonNode::isNull)),
          entry("is_not_null", test(value -> !Values.absent(value))),
          entry("is_number", test(JsonNode::isNumber)),
          entry("is_string", test(JsonNode::isString)),
          entry("is_bool", test(JsonNode::isBoolean)),
          entry("is_array", test(JsonNode::isArray)),
          entry("is_object", test(JsonNode::isObject)),
          entry("is_empty", test(Values::empty)),
          entry("length", new Declared(1, 2, arguments -> length(arguments.getFirst()))),
          entry("lower", text(text -> text.toLowerCase(Locale.ROOT))),
          entry("upper", text(text -> text.toUpperCase(Locale.ROOT))),
          entry("trim", text(String::strip)),
          entry("default", new Declared(2, 2, Functions::orDefault)),
          entry("count", list(Aggregates::count)),
          entry("sum", list(Aggregates::sum)),
          entry("avg", list(Aggregates::average)),
          entry("average", list(Aggregates::average)),
          entry("median", list(Aggregates::median)),
          entry("variance", list(Aggregates::variance)),
          entry("stddev", list(Aggregates::standardDeviation)),
          entry("min", list(values -> Aggregates.extreme(values, -1))),
          entry("max", list(values -> Aggregates.extreme(values, 1))),
          entry("collect", list(Values::list)),
          entry("flatten", list(Aggregates::flatten)),
          entry("unique", list(Aggregates::unique)),
          entry("merge", list(Aggregates::merge)),
          entry("sort", listWith(Aggregates::sort)),
          entry("concat", listWith(Aggregates::concat)),
          entry("group_by", new Declared(2, 2, Functions::groupBy)),
          // Operators, exists and length(x, n): Node.Compare, Matches, Exists.
          entry("contains", new Declared(2, 2, _ -> Values.NULL)),
          entry("starts_with", new Declared(2, 2, _ -> Values.NULL)),
          entry("ends_with", new Declared(2, 2, _ -> Values.NULL)),
          entry("matches", new Declared(2, 2, _ -> Values.NULL)),
          entry("exists", new Declared(1, 1, _ -> Values.NULL)));

  private Functions() {}

  static boolean known(String name) {
    return ALL.containsKey(canonical(name));
  }

  static @Nullable Declared find(String name) {
    return ALL.get(canonical(name));
  }

  /// `startsWith` is `starts_with`; case does not matter.
  static String canonical(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return switch (lower) {
      case "startswith" -> "starts_with";
      case "endswith" -> "ends_with";
      default -> lower;
    };
  }

  /// The name most like a misspelled one.
  static String hint(String name) {
    return Suggestions.nearest(canonical(name), ALL.keySet())
        .map(" (did you mean %s?)"::formatted)
        .orElse("");
  }

  static JsonNode orNull(JsonNode value) {
    return value.isMissingNode() ? Values.NULL : value;
  }

  /// Characters, elements or keys; 0 of nothing; numbers and bools have none.
  static JsonNode length(JsonNode value) {
    if (value.isString()) {
      return count(value.stringValue().codePointCount(0, value.stringValue().length()));
    }
    return value.isContainer() || Values.absent(value) ? count(value.size()) : Values.NULL;
  }

  static JsonNode count(long count) {
    return Values.number(BigDecimal.valueOf(count));
  }

  private static JsonNode orDefault(List<JsonNode> arguments) {
    return Values.empty(arguments.getFirst()) ? arguments.getLast() : arguments.getFirst();
  }

  private static JsonNode groupBy(List<JsonNode> arguments) {
    VariablePath path = VariablePath.parse(TextForm.of(arguments.getLast()));
    return path == null
        ? Values.NULL
        : Aggregates.groupBy(Stage.elements(arguments.getFirst()), path);
  }

  private static Declared test(Predicate<JsonNode> holds) {
    return new Declared(1, 1, arguments -> Values.bool(holds.test(arguments.getFirst())));
  }

  /// Of texts, and of numbers and bools as they read; of all else null.
  private static Declared text(UnaryOperator<String> change) {
    return new Declared(
        1,
        1,
        arguments -> {
          JsonNode value = arguments.getFirst();
          return value.isContainer() || Values.absent(value)
              ? Values.NULL
              : Values.text(change.apply(TextForm.of(value)));
        });
  }

  private interface OfList {
    JsonNode apply(List<JsonNode> values);
  }

  private interface OfListAndText {
    JsonNode apply(List<JsonNode> values, String option);
  }

  private static Declared list(OfList function) {
    return new Declared(1, 1, arguments -> function.apply(Stage.elements(arguments.getFirst())));
  }

  private static Declared listWith(OfListAndText function) {
    return new Declared(
        1,
        2,
        arguments ->
            function.apply(
                Stage.elements(arguments.getFirst()),
                arguments.size() < 2 ? "" : TextForm.of(arguments.getLast())));
  }
}
