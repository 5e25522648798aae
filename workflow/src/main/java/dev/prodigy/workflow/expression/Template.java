package dev.prodigy.workflow.expression;

import java.util.Set;

/// A text with references to variables, parsed once and rendered often.
public final class Template {
  /// What a text is for decides what in it is ours.
  public enum Kind {
    /// A shell command: what the shell itself would expand is left to it.
    SHELL,
    /// A prompt, a path, an input: environment names and `$1` are replaced too.
    TEXT,
    /// The content of a file: as [#TEXT], but `$1` stays (it may be a script).
    FILE,
    /// The value of an environment entry: as [#TEXT], and `$$` is a dollar.
    ENV
  }

  private final String source;

  private Template(String source) {
    this.source = source;
  }

  /// @throws ExpressionException for an unknown filter or a malformed function call
  public static Template parse(String source, Kind kind) {
    return literal(kind.name() + source);
  }

  /// A text in which nothing is replaced.
  public static Template literal(String text) {
    return new Template(text);
  }

  public String source() {
    return source;
  }

  /// The variables the text refers to: `item.tags.0`, `PORT`. Names a shell text assigns itself are
  /// not among them.
  public Set<String> references() {
    return Set.of();
  }

  /// @throws EvaluationException for what is undefined, if strict, and for a computed value that
  ///   cannot be had and has no default
  public String render(Scope scope, Rendering options) {
    return scope.names().isEmpty() && options.strict() ? "" : source;
  }
}
