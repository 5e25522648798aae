package dev.prodigy.workflow.expression;

import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// What the pieces of an expression mean, once the parser has found them.
///
/// @param source the whole text, for errors
record ExpressionNodes(String source, Expression.Dialect dialect) {

  Node comparison(Operator operator, Node left, Node right, int at) {
    if (operator != Operator.MATCHES) {
      boolean loose = dialect == Expression.Dialect.WHEN || isVariable(left) || isVariable(right);
      return new Node.Compare(operator, left, right, loose);
    }
    return new Node.Matches(left, right, compiled(right, at));
  }

  /// Values from outside the item are mostly captured output: text, even if it spells a number.
  private static boolean isVariable(Node node) {
    return node instanceof Node.Braced || node instanceof Node.Nested;
  }

  private @Nullable Pattern compiled(Node pattern, int at) {
    if (!(pattern instanceof Node.Literal(var constant)) || !constant.isString()) {
      return null;
    }
    try {
      return Pattern.compile(constant.stringValue());
    } catch (PatternSyntaxException e) {
      throw new ExpressionException(
          source, at, "Bad pattern '%s': %s".formatted(e.getPattern(), e.getDescription()));
    }
  }

  /// A function call; what can be said with an operator becomes one.
  Node call(String name, Functions.Declared function, List<Node> arguments, int at) {
    if (arguments.size() < function.fewest() || arguments.size() > function.most()) {
      throw new ExpressionException(source, at, wrongCount(name, function, arguments));
    }
    Node first = arguments.getFirst();
    Node last = arguments.getLast();
    return switch (name) {
      case "contains" -> comparison(Operator.CONTAINS, first, last, at);
      case "starts_with" -> comparison(Operator.STARTS_WITH, first, last, at);
      case "ends_with" -> comparison(Operator.ENDS_WITH, first, last, at);
      case "matches" -> comparison(Operator.MATCHES, first, last, at);
      case "exists" -> new Node.Exists(first);
      case "length" -> {
        Node length = new Node.Call(name, function.function(), List.of(first));
        yield arguments.size() == 1 ? length : comparison(Operator.EQUAL, length, last, at);
      }
      case "group_by" ->
          new Node.Call(name, function.function(), List.of(first, groupPath(last, at)));
      default -> new Node.Call(name, function.function(), List.copyOf(arguments));
    };
  }

  /// The path inside the elements, with or without quotes.
  private Node groupPath(Node path, int at) {
    String text =
        switch (path) {
          case Node.Field field -> field.written();
          case Node.Variable variable -> variable.written();
          case Node.Word word -> word.toString();
          case Node.Literal(var constant) -> TextForm.of(constant);
          default -> null;
        };
    if (text == null) {
      return path;
    }
    if (VariablePath.parse(text) == null) {
      throw new ExpressionException(source, at, "group_by: '%s' is not a path".formatted(text));
    }
    return new Node.Literal(Values.text(text));
  }

  private static String wrongCount(String name, Functions.Declared function, List<Node> arguments) {
    String wanted =
        function.fewest() == function.most()
            ? Integer.toString(function.fewest())
            : "%d to %d".formatted(function.fewest(), function.most());
    return "%s takes %s argument%s, not %d"
        .formatted(name, wanted, wanted.equals("1") ? "" : "s", arguments.size());
  }

  /// A bare name where a text is more likely.
  static Node word(Node node) {
    return switch (node) {
      case Node.Field field when field.word() -> new Node.Literal(Values.text(field.written()));
      case Node.Variable variable when variable.path().simple() -> new Node.Word(variable.path());
      default -> node;
    };
  }
}
