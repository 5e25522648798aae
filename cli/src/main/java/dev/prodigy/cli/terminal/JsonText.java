package dev.prodigy.cli.terminal;

/// JSON strings without a JSON library, for the paths that must start fast.
public final class JsonText {
  private static final String HEX = "0123456789abcdef";

  private JsonText() {}

  /// The text as a JSON string, with its quotes.
  public static String quote(String text) {
    var quoted = new StringBuilder(text.length() + 16).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> quoted.append('\\').append(c);
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> {
          if (c < ' ' || c == 0x7f) {
            quoted.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }
}
