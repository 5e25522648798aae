package dev.prodigy.workflow.expression;

/// Where `${…}` ends.
final class Braces {
  /// Nobody nests deeper, and every level costs a look at all that is inside.
  static final int DEEPEST = 100;

  /// In place of an offset: the body nests more than [#DEEPEST] levels.
  static final int TOO_DEEP = -2;

  private Braces() {}

  /// The offset of the brace that closes a body beginning at `from`; -1 if there is none, or
  /// [#TOO_DEEP].
  static int end(String text, int from, int limit, boolean escapes) {
    int depth = 1;
    for (int i = from; i < limit; i++) {
      char c = text.charAt(i);
      if (c == '\\' && escapes) {
        i++;
      } else if (c == '{') {
        if (++depth > DEEPEST) {
          return TOO_DEEP;
        }
      } else if (c == '}' && --depth == 0) {
        return i;
      }
    }
    return -1;
  }

  /// The same, with braces in quotes not counted; -1 also if a quote stays open.
  static int endOutsideQuotes(String text, int from, int limit) {
    int depth = 1;
    for (int i = from; i < limit; i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '\'' || c == '"') {
        i = text.indexOf(c, i + 1);
        if (i < 0) {
          return -1;
        }
      } else if (c == '{') {
        if (++depth > DEEPEST) {
          return TOO_DEEP;
        }
      } else if (c == '}' && --depth == 0) {
        return i;
      }
    }
    return -1;
  }

  /// The last `:-` of a range outside quotes and braces; -1 if there is none.
  static int lastDefault(String text, int from, int to) {
    int found = -1;
    int depth = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c == '\'' || c == '"') {
        int close = text.indexOf(c, i + 1);
        i = close < 0 || close >= to ? i : close;
      } else if (c == '{' || c == '(') {
        depth++;
      } else if (c == '}' || c == ')') {
        depth--;
      } else if (depth == 0 && text.startsWith(":-", i) && i + 1 < to) {
        found = i;
      }
    }
    return found;
  }
}
