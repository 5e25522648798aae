package dev.prodigy.workflow.expression;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a [JsonPath].
final class JsonPathParser {
  private final String source;
  private final int to;
  private int at;

  JsonPathParser(String source) {
    this.source = source;
    this.to = source.stripTrailing().length();
    this.at = Math.min(to, source.length() - source.stripLeading().length());
  }

  List<JsonStep> parse() {
    List<JsonStep> steps = new ArrayList<>();
    if (at >= to) {
      throw error("The path is empty");
    }
    if (peek() == '$') {
      at++;
    } else if (isNameCharacter(peek())) {
      steps.add(new JsonStep.Member(name()));
    }
    while (at < to) {
      steps.add(step());
    }
    return List.copyOf(steps);
  }

  private JsonStep step() {
    if (accept('[')) {
      return bracket();
    }
    if (!accept('.')) {
      throw error("Expected '.' or '['");
    }
    if (!accept('.')) {
      return member();
    }
    return new JsonStep.Everywhere(accept('[') ? bracket() : member());
  }

  private JsonStep member() {
    return accept('*') ? new JsonStep.All() : new JsonStep.Member(name());
  }

  private JsonStep bracket() {
    spaces();
    char c = peek();
    JsonStep step =
        switch (c) {
          case '\'', '"' -> new JsonStep.Member(quoted(c));
          case '*' -> {
            at++;
            yield new JsonStep.All();
          }
          case '?' -> condition();
          default -> position();
        };
    spaces();
    if (!accept(']')) {
      throw error("Expected ']'");
    }
    return step;
  }

  private JsonStep condition() {
    ExpressionParser parser =
        new ExpressionParser(source, at + 1, to, Expression.Dialect.FILTER, new LinkedHashSet<>());
    Node condition = parser.expression();
    at = parser.position();
    return new JsonStep.Matching(condition);
  }

  private JsonStep position() {
    Integer first = number();
    spaces();
    if (accept(':')) {
      spaces();
      return new JsonStep.Slice(first, number());
    }
    if (first == null) {
      throw error("Expected an index, a quoted name, '*' or '?'");
    }
    return new JsonStep.Element(first);
  }

  private @Nullable Integer number() {
    int start = at;
    accept('-');
    while (peek() >= '0' && peek() <= '9') {
      at++;
    }
    String digits = source.substring(start, at);
    if (digits.isEmpty()) {
      return null;
    }
    if (digits.equals("-") || digits.length() > 9) {
      at = start;
      throw error("Bad index");
    }
    return Integer.valueOf(digits);
  }

  private String quoted(char quote) {
    int start = at++;
    StringBuilder name = new StringBuilder();
    while (at < to) {
      char c = source.charAt(at++);
      if (c == quote) {
        return name.toString();
      }
      name.append(c == '\\' && at < to ? source.charAt(at++) : c);
    }
    at = start;
    throw error("The name that begins here is not closed");
  }

  private String name() {
    int start = at;
    while (at < to && isNameCharacter(source.charAt(at))) {
      at++;
    }
    if (start == at) {
      throw error("Expected a name");
    }
    return source.substring(start, at);
  }

  private static boolean isNameCharacter(char c) {
    return c > 127 || VariablePath.isKeyCharacter(c);
  }

  private void spaces() {
    while (at < to && Character.isWhitespace(source.charAt(at))) {
      at++;
    }
  }

  private char peek() {
    return at < to ? source.charAt(at) : '\0';
  }

  private boolean accept(char c) {
    if (at < to && source.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private ExpressionException error(String problem) {
    return new ExpressionException(source, at, problem);
  }
}
