package dev.prodigy.workflow.expression;

import java.math.BigDecimal;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// An expression as a tree. Its text form parses to an equal tree.
sealed interface Node {

  /// Never fails, except that a computed reference (`${cmd:…}`) may.
  JsonNode value(Evaluation evaluation);

  default boolean truth(Evaluation evaluation) {
    return Values.truth(value(evaluation));
  }

  record Literal(JsonNode constant) implements Node {
    @Override
    public JsonNode value(Evaluation evaluation) {
      return constant;
    }

    @Override
    public String toString() {
      return constant.isString() ? quoted(constant.stringValue()) : TextForm.json(constant, false);
    }

    private static String quoted(String text) {
      String escaped =
          text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\t", "\\t");
      return "'" + escaped + "'";
    }
  }

  record ListOf(List<Node> elements) implements Node {
    public ListOf {
      elements = List.copyOf(elements);
    }

    @Override
    public JsonNode value(Evaluation evaluation) {
      return Values.list(
          elements.stream().map(one -> Functions.orNull(one.value(evaluation))).toList());
    }

    @Override
    public String toString() {
      return join("[", elements, ", ", "]");
    }
  }

  /// A variable by its bare name.
  record Variable(VariablePath path, String written) implements Node {
    @Override
    public JsonNode value(Evaluation evaluation) {
      return orExists(evaluation.variable(path), path, evaluation::variable);
    }

    @Override
    public String toString() {
      return path.simple() ? "(" + written + ")" : written;
    }
  }

  /// A bare word to the right of an operator: a variable if there is one, else itself.
  record Word(VariablePath path) implements Node {
    @Override
    public JsonNode value(Evaluation evaluation) {
      JsonNode variable = evaluation.variable(path);
      return variable.isMissingNode() ? Values.text(path.toString()) : variable;
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }

  /// A field of the item. `item.` in front is optional, but a real field of that name wins.
  record Field(VariablePath path, String written, boolean rooted) implements Node {
    @Override
    public JsonNode value(Evaluation evaluation) {
      return orExists(field(path, evaluation), path, shorter -> field(shorter, evaluation));
    }

    private JsonNode field(VariablePath field, Evaluation evaluation) {
      JsonNode item = evaluation.item();
      if (rooted) {
        return field.navigate(item);
      }
      return switch (field.base()) {
        case "_index" -> Values.number(BigDecimal.valueOf(evaluation.index()));
        case "_value" -> field.from(1).navigate(item);
        case "item" -> {
          JsonNode own = field.navigate(item);
          yield own.isMissingNode() ? field.from(1).navigate(item) : own;
        }
        default -> field.navigate(item);
      };
    }

    /// A name without dots, which could also be a word.
    boolean word() {
      return !rooted && path.simple() && !path.base().startsWith("_");
    }

    @Override
    public String toString() {
      return word() ? "(" + written + ")" : written;
    }
  }

  /// `${…}` and `$NAME`: always a variable, never a field.
  record Braced(Reference reference) implements Node {
    @Override
    public JsonNode value(Evaluation evaluation) {
      JsonNode value = reference.value(evaluation);
      VariablePath path = reference.path();
      return path == null ? value : orExists(value, path, evaluation::variable);
    }

    @Override
    public String toString() {
      return reference.source();
    }
  }

  /// A whole expression inside `${…}`.
  record Nested(Node expression) implements Node {
    @Override
    public JsonNode value(Evaluation evaluation) {
      return expression.value(evaluation);
    }

    @Override
    public String toString() {
      return "${" + expression + "}";
    }
  }

  record Not(Node operand) implements Node {
    @Override
    public JsonNode value(Evaluation evaluation) {
      return Values.bool(!operand.truth(evaluation));
    }

    @Override
    public String toString() {
      return "(!" + operand + ")";
    }
  }

  record And(List<Node> operands) implements Node {
    @Override
    public JsonNode value(Evaluation evaluation) {
      return Values.bool(operands.stream().allMatch(one -> one.truth(evaluation)));
    }

    @Override
    public String toString() {
      return join("(", operands, " && ", ")");
    }
  }

  record Or(List<Node> operands) implements Node {
    @Override
    public JsonNode value(Evaluation evaluation) {
      return Values.bool(operands.stream().anyMatch(one -> one.truth(evaluation)));
    }

    @Override
    public String toString() {
      return join("(", operands, " || ", ")");
    }
  }

  /// @param loose texts that spell numbers or bools are compared as such
  record Compare(Operator operator, Node left, Node right, boolean loose) implements Node {
    @Override
    public JsonNode value(Evaluation evaluation) {
      JsonNode first = left.value(evaluation);
      return Values.bool(operator.holds(first, right.value(evaluation), loose));
    }

    @Override
    public String toString() {
      return "(%s %s %s)".formatted(left, operator.symbol(), right);
    }
  }

  /// @param compiled of a pattern known in advance
  record Matches(Node text, Node pattern, @Nullable Pattern compiled) implements Node {
    @Override
    public JsonNode value(Evaluation evaluation) {
      JsonNode subject = text.value(evaluation);
      JsonNode regex = pattern.value(evaluation);
      return Values.bool(
          subject.isString()
              && regex.isString()
              && BoundedRegex.finds(
                  compiled, regex.stringValue(), subject.stringValue(), evaluation.options()));
    }

    @Override
    public String toString() {
      return "(%s matches %s)".formatted(text, pattern);
    }
  }

  record Exists(Node operand) implements Node {
    @Override
    public JsonNode value(Evaluation evaluation) {
      return Values.bool(!operand.value(evaluation).isMissingNode());
    }

    @Override
    public String toString() {
      return "exists(" + operand + ")";
    }
  }

  record Call(String name, Functions.Function function, List<Node> arguments) implements Node {
    @Override
    public JsonNode value(Evaluation evaluation) {
      return function.apply(arguments.stream().map(one -> one.value(evaluation)).toList());
    }

    @Override
    public String toString() {
      return join(name + "(", arguments, ", ", ")");
    }
  }

  private static String join(String start, List<Node> nodes, String separator, String end) {
    return nodes.stream().map(Node::toString).collect(Collectors.joining(separator, start, end));
  }

  /// `x.exists` asks whether `x` is defined, unless it has a field of that name.
  private static JsonNode orExists(
      JsonNode value, VariablePath path, Function<VariablePath, JsonNode> values) {
    VariablePath owner = value.isMissingNode() ? path.before("exists") : null;
    return owner == null ? value : Values.bool(!values.apply(owner).isMissingNode());
  }
}
