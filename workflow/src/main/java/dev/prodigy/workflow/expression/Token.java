package dev.prodigy.workflow.expression;

import org.jspecify.annotations.Nullable;

/// A word of an expression.
///
/// @param text what it stands for: the content of a string, the name of a path
/// @param path of a [Kind#PATH]
record Token(Kind kind, String text, @Nullable VariablePath path, int start, int end) {
  enum Kind {
    NUMBER,
    TEXT,
    /// A bare name or path.
    PATH,
    /// `@…` and `$.…`: a path that begins at the item.
    ROOTED,
    /// `${…}`
    BRACED,
    /// `$NAME`
    DOLLAR,
    SYMBOL,
    /// A character no expression has; an error once it is reached.
    STRAY,
    END
  }

  boolean is(String symbol) {
    return kind == Kind.SYMBOL && text.equals(symbol);
  }

  /// A bare word, in whatever case.
  boolean isWord(String word) {
    return kind == Kind.PATH && text.equalsIgnoreCase(word);
  }
}
