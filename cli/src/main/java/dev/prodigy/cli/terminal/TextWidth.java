package dev.prodigy.cli.terminal;

/// How many terminal columns text takes, and cutting it without breaking a character.
final class TextWidth {
  private TextWidth() {}

  static int of(String text) {
    int width = 0;
    for (int i = 0; i < text.length(); ) {
      int codePoint = text.codePointAt(i);
      width += of(codePoint);
      i += Character.charCount(codePoint);
    }
    return width;
  }

  /// Text of at most `limit` columns, the last of them `…` if something was cut.
  static String cut(String text, int limit) {
    if (of(text) <= limit) {
      return text;
    }
    int width = 0;
    int end = 0;
    while (end < text.length()) {
      int codePoint = text.codePointAt(end);
      int next = of(codePoint);
      if (width + next > limit - 1) {
        break;
      }
      width += next;
      end += Character.charCount(codePoint);
    }
    return text.substring(0, end) + "…";
  }

  /// 0 for marks that join the character before, 2 for East Asian wide characters and emoji.
  private static int of(int codePoint) {
    if (codePoint < 0x300) {
      return 1;
    }
    return switch (Character.getType(codePoint)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
      default -> isWide(codePoint) ? 2 : 1;
    };
  }

  private static boolean isWide(int c) {
    return between(c, 0x1100, 0x115F) // Hangul Jamo
        || between(c, 0x2E80, 0xA4CF) // CJK radicals to Yi
        || between(c, 0xAC00, 0xD7A3) // Hangul syllables
        || between(c, 0xF900, 0xFAFF) // CJK compatibility
        || between(c, 0xFE30, 0xFE6F)
        || between(c, 0xFF00, 0xFF60) // full-width forms
        || between(c, 0xFFE0, 0xFFE6)
        || between(c, 0x1F300, 0x1F64F) // emoji
        || between(c, 0x1F900, 0x1F9FF)
        || between(c, 0x20000, 0x3FFFD);
  }

  private static boolean between(int c, int first, int last) {
    return c >= first && c <= last;
  }
}
