package dev.prodigy.workflow.compose;

import dev.prodigy.workflow.expression.Expression;
import dev.prodigy.workflow.expression.ExpressionException;
import dev.prodigy.workflow.expression.Variables;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// What a parameter's value must satisfy: an expression over `value` and the other parameters, or a
/// regular expression of its text.
///
/// @param written as the workflow has it
record ParameterRule(String written, Expression condition) {
  /// Said without their first argument, which then is the value.
  private static final Set<String> SHORT =
      Set.of("matches", "in", "contains", "startswith", "starts_with", "endswith", "ends_with");

  /// @throws ExpressionException if it is none
  static ParameterRule parse(String written) {
    String text = written.strip();
    boolean slashes = text.length() > 2 && text.startsWith("/") && text.endsWith("/");
    if (text.startsWith("^") || slashes) {
      String regex = slashes ? text.substring(1, text.length() - 1) : text;
      String quoted = regex.replace("\\", "\\\\").replace("'", "\\'");
      return new ParameterRule(
          written, Expression.parse("matches(value, '" + quoted + "')", Expression.Dialect.WHEN));
    }
    return new ParameterRule(written, Expression.parse(completed(text), Expression.Dialect.WHEN));
  }

  boolean holds(String name, JsonNode value, Map<String, JsonNode> others) {
    var scope = new Variables().setAll(others).set(name, value);
    boolean byText = !written.strip().isEmpty() && "^/".indexOf(written.strip().charAt(0)) >= 0;
    if (byText) {
      scope.set("value", ParameterType.text(value));
    } else {
      scope.set("value", value);
    }
    return condition.test(scope);
  }

  /// `matches('x')` means `matches(value, 'x')`, `in([a])` means `value in ([a])`.
  private static String completed(String text) {
    var completed = new StringBuilder();
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c == '\'' || c == '"') {
        int end = quoteEnd(text, i);
        completed.append(text, i, end);
        i = end;
      } else if (Character.isLetter(c) || c == '_') {
        int end = i;
        while (end < text.length()
            && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) {
          end++;
        }
        i = word(text, i, end, completed);
      } else {
        completed.append(c);
        i++;
      }
    }
    return completed.toString();
  }

  private static int word(String text, int start, int end, StringBuilder completed) {
    String word = text.substring(start, end).toLowerCase(Locale.ROOT);
    int open = end;
    while (open < text.length() && Character.isWhitespace(text.charAt(open))) {
      open++;
    }
    boolean call = open < text.length() && text.charAt(open) == '(';
    if (!call || !SHORT.contains(word) || !operandExpected(completed)) {
      completed.append(text, start, end);
      return end;
    }
    if (word.equals("in")) {
      completed.append("value in ");
      return open;
    }
    completed.append(text, start, end).append('(');
    if (!hasSecond(text, open + 1)) {
      completed.append("value, ");
    }
    return open + 1;
  }

  /// Whether an operand comes next, not an operator.
  private static boolean operandExpected(CharSequence before) {
    String text = before.toString().stripTrailing();
    return text.isEmpty()
        || "(!&|,".indexOf(text.charAt(text.length() - 1)) >= 0
        || text.matches("(?is).*\\b(and|or|not)");
  }

  private static boolean hasSecond(String text, int from) {
    int depth = 0;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\'' || c == '"') {
        i = quoteEnd(text, i) - 1;
      } else if (c == '(' || c == '[') {
        depth++;
      } else if ((c == ')' || c == ']') && --depth < 0) {
        return false;
      } else if (c == ',' && depth == 0) {
        return true;
      }
    }
    return false;
  }

  private static int quoteEnd(String text, int start) {
    for (int i = start + 1; i < text.length(); i++) {
      if (text.charAt(i) == '\\') {
        i++;
      } else if (text.charAt(i) == text.charAt(start)) {
        return i + 1;
      }
    }
    return text.length();
  }
}
