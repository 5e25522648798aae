package dev.prodigy.workflow.expression;

import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Cuts an expression into tokens, one at a time, so that an expression may stand inside another
/// text that goes on in its own way.
final class Lexer {
  private static final List<String> SYMBOLS =
      List.of("&&", "||", "==", "!=", ">=", "<=", "=", ">", "<", "!", "(", ")", "[", "]", ",");

  private final String source;
  private final int to;

  Lexer(String source, int to) {
    this.source = source;
    this.to = to;
  }

  /// The first token at or behind an offset.
  Token at(int offset) {
    int start = offset;
    while (start < to && Character.isWhitespace(source.charAt(start))) {
      start++;
    }
    if (start >= to) {
      return new Token(Token.Kind.END, "the end", null, start, start);
    }
    char c = source.charAt(start);
    if (c == '\'' || c == '"') {
      return text(start, c);
    }
    if (isDigit(c) || (c == '-' && start + 1 < to && isDigit(source.charAt(start + 1)))) {
      return number(start);
    }
    if (c == '$' || c == '@') {
      return dollar(start, c);
    }
    Token path = ShellText.isNameStart(c) ? path(start) : symbol(start);
    return path == null
        ? new Token(
            Token.Kind.STRAY, Character.toString(source.codePointAt(start)), null, start, start + 1)
        : path;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private @Nullable Token path(int start) {
    VariablePath.Found found = VariablePath.at(source, start, to);
    return found == null
        ? null
        : new Token(
            Token.Kind.PATH,
            source.substring(start, found.end()),
            found.path(),
            start,
            found.end());
  }

  private @Nullable Token symbol(int start) {
    for (String symbol : SYMBOLS) {
      if (source.startsWith(symbol, start) && start + symbol.length() <= to) {
        return new Token(Token.Kind.SYMBOL, symbol, null, start, start + symbol.length());
      }
    }
    return null;
  }

  private Token dollar(int start, char c) {
    char next = start + 1 < to ? source.charAt(start + 1) : ' ';
    if (c == '$' && next == '{') {
      int close =
          new ReferenceParser(source, Template.Kind.TEXT, new HashSet<>()).end(start + 2, to);
      if (close < 0) {
        throw new ExpressionException(source, start, "'${' is not closed");
      }
      return new Token(Token.Kind.BRACED, "", null, start, close + 1);
    }
    if (c == '$' && ShellText.isNameStart(next)) {
      int end = start + 1;
      while (end < to && ShellText.isNameCharacter(source.charAt(end))) {
        end++;
      }
      String name = source.substring(start + 1, end);
      return new Token(Token.Kind.DOLLAR, name, VariablePath.of(name), start, end);
    }
    VariablePath.Found found = VariablePath.suffix(source, start + 1, to);
    if (c == '@' && found.end() == start + 1 && VariablePath.isKeyCharacter(next)) {
      throw new ExpressionException(source, start + 1, "Expected '.' after '@'");
    }
    return new Token(
        Token.Kind.ROOTED, source.substring(start, found.end()), found.path(), start, found.end());
  }

  private Token number(int start) {
    int end = start + 1;
    while (end < to && isDigit(source.charAt(end))) {
      end++;
    }
    if (end + 1 < to && source.charAt(end) == '.' && isDigit(source.charAt(end + 1))) {
      end = digits(end + 1);
    }
    if (end < to && (source.charAt(end) == 'e' || source.charAt(end) == 'E')) {
      int exponent = end + 1;
      exponent += exponent < to && "+-".indexOf(source.charAt(exponent)) >= 0 ? 1 : 0;
      end = exponent < to && isDigit(source.charAt(exponent)) ? digits(exponent) : end;
    }
    if (end < to
        && (VariablePath.isKeyCharacter(source.charAt(end)) || source.charAt(end) == '.')) {
      throw new ExpressionException(source, start, "Malformed number");
    }
    return new Token(Token.Kind.NUMBER, source.substring(start, end), null, start, end);
  }

  private int digits(int from) {
    int end = from;
    while (end < to && isDigit(source.charAt(end))) {
      end++;
    }
    return end;
  }

  /// An unknown escape keeps its backslash: regular expressions are full of them.
  private Token text(int start, char quote) {
    StringBuilder text = new StringBuilder();
    for (int i = start + 1; i < to; i++) {
      char c = source.charAt(i);
      if (c == quote) {
        return new Token(Token.Kind.TEXT, text.toString(), null, start, i + 1);
      }
      if (c == '\\' && i + 1 < to) {
        i++;
        switch (source.charAt(i)) {
          case 'n' -> text.append('\n');
          case 't' -> text.append('\t');
          case '\\', '\'', '"' -> text.append(source.charAt(i));
          default -> text.append('\\').append(source.charAt(i));
        }
      } else {
        text.append(c);
      }
    }
    throw new ExpressionException(source, start, "The text that begins here is not closed");
  }
}
