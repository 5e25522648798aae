package dev.prodigy.storage;

/// The plain part of a regular expression.
final class NeededText {
  /// Letters that, behind a backslash, stand for one character or a place between two.
  private static final String CLASSES = "dDwWsSbB";

  private NeededText() {}

  /// The longest text that every match contains and that our writer stores as it is: a run of plain
  /// characters between classes, counts and other signs. Empty for an expression with groups or
  /// alternatives, and for one of which we do not understand every sign.
  static String of(String regex) {
    String longest = "";
    var run = new StringBuilder();
    for (int i = 0; i < regex.length(); i++) {
      char c = regex.charAt(i);
      int end = i; // of what this sign begins
      boolean plain = false;
      boolean optional = false;
      switch (c) {
        case '(', ')', '|', ']', '}' -> end = -1;
        case '[' -> end = classEnd(regex, i);
        case '{' -> {
          end = regex.indexOf('}', i);
          optional = true; // it may be none
        }
        case '\\' -> {
          char next = i + 1 < regex.length() ? regex.charAt(i + 1) : 'x';
          end = isLetterOrDigit(next) && CLASSES.indexOf(next) < 0 ? -1 : i + 1;
          plain = !isLetterOrDigit(next);
          c = next;
        }
        case '*', '?' -> optional = true;
        case '+', '.', '^', '$' -> {}
        default -> plain = true;
      }
      if (end < 0 || c < ' ' || c >= 0x7f) {
        return "";
      }
      i = end;
      if (plain && c != '"' && c != '\\') {
        run.append(c);
        continue;
      }
      if (optional && !run.isEmpty()) {
        run.setLength(run.length() - 1);
      }
      longest = longer(longest, run);
      run.setLength(0);
    }
    return longer(longest, run);
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  /// The end of a class in brackets that has neither classes nor escapes in it; else -1.
  private static int classEnd(String regex, int from) {
    int end = regex.indexOf(']', from + 2); // the first character may be one itself
    String inside = end < 0 ? "[" : regex.substring(from + 1, end);
    return inside.indexOf('[') < 0 && inside.indexOf('\\') < 0 ? end : -1;
  }

  private static String longer(String one, CharSequence other) {
    return other.length() > one.length() ? other.toString() : one;
  }
}
