package dev.prodigy.workflow.expression;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the references of a text. All else, shell parameter expansion above all, passes through.
final class TemplateParser {
  private final String source;
  private final int from;
  private final int to;
  private final Template.Kind kind;
  private final Set<String> references;
  private final ReferenceParser bodies;
  private final Map<Integer, Found> found = new HashMap<>();
  private final List<Template.Part> parts = new ArrayList<>();
  private final StringBuilder literal = new StringBuilder();

  /// What begins at a dollar: a reference of ours, or none, and where the text goes on.
  ///
  /// @param shellName something the shell can expand itself
  record Found(@Nullable Reference reference, boolean shellName, int end) {}

  TemplateParser(String source, int from, int to, Template.Kind kind, Set<String> references) {
    this.source = source;
    this.from = from;
    this.to = to;
    this.kind = kind;
    this.references = references;
    this.bodies = new ReferenceParser(source, kind, references);
  }

  Template parse() {
    String text = source.substring(from, to);
    if (text.indexOf('$') < 0) {
      literal.append(text);
    } else {
      ShellText shell =
          kind == Template.Kind.SHELL ? ShellText.scan(source, from, to, this::ownEnd) : null;
      scan(shell);
    }
    endLiteral();
    return new Template(text, kind, parts, references);
  }

  private void scan(@Nullable ShellText shell) {
    int i = from;
    while (i < to) {
      char c = source.charAt(i);
      if (c == '\\') {
        i = escape(i);
      } else if (c == '$') {
        i = dollar(i, shell);
      } else {
        literal.append(c);
        i++;
      }
    }
  }

  /// `\$` is no reference. The shell needs its backslash, and reads `\\` as a pair.
  private int escape(int at) {
    boolean shell = kind == Template.Kind.SHELL;
    if (at + 1 < to && (shell || source.charAt(at + 1) == '$')) {
      literal.append(shell ? "\\" : "").append(source.charAt(at + 1));
      return at + 2;
    }
    literal.append('\\');
    return at + 1;
  }

  private int dollar(int at, @Nullable ShellText shell) {
    Found here = at(at);
    Reference reference = here.reference;
    if (reference == null || (shell != null && assigned(reference, at, shell))) {
      literal.append(
          kind == Template.Kind.ENV && source.startsWith("$$", at)
              ? "$"
              : source.substring(at, here.end));
      return here.end;
    }
    endLiteral();
    note(reference);
    boolean quoted = shell != null && shell.singleQuoted(at);
    parts.add(new Template.Part.Inserted(reference, quoted, here.shellName));
    return here.end;
  }

  /// A name the shell text itself assigned before is the shell's, in every form a shell knows.
  private boolean assigned(Reference reference, int at, ShellText shell) {
    if (!shell.assigns()) {
      return false;
    }
    String body = reference.source().replace("${", "").replace("$", "");
    int end = 0;
    while (end < body.length() && ShellText.isNameCharacter(body.charAt(end))) {
      end++;
    }
    if (end == 0 || !shell.assigned(body.substring(0, end), at)) {
      return false;
    }
    VariablePath path = reference.path();
    return path == null
        ? reference.head() instanceof Reference.Head.Uuid || source.startsWith(":", at + 2 + end)
        : (path.simple() && reference.stages().isEmpty()) || path.baseAndIndex();
  }

  private void note(Reference reference) {
    VariablePath path = reference.path();
    if (path != null) {
      references.add(path.toString());
    }
  }

  private void endLiteral() {
    if (!literal.isEmpty()) {
      parts.add(new Template.Part.Literal(literal.toString()));
      literal.setLength(0);
    }
  }

  /// Where a reference of ours that begins here ends; -1 if none does.
  private int ownEnd(int at) {
    Found here = at(at);
    return here.reference == null ? -1 : here.end;
  }

  private Found at(int dollar) {
    Found known = found.get(dollar);
    if (known == null) {
      known = find(dollar);
      found.put(dollar, known);
    }
    return known;
  }

  private Found find(int dollar) {
    char next = dollar + 1 < to ? source.charAt(dollar + 1) : ' ';
    if (next == '{') {
      return braced(dollar);
    }
    if (next == '$') {
      return new Found(null, false, dollar + 2);
    }
    int end = dollar + 1;
    if (ShellText.isNameStart(next)) {
      while (end < to && ShellText.isNameCharacter(source.charAt(end))) {
        end++;
      }
      return named(dollar, end, source.substring(dollar + 1, end));
    }
    while (end < to && source.charAt(end) >= '0' && source.charAt(end) <= '9') {
      end++;
    }
    return end > dollar + 1 && next != '0' && bodies.takesArguments()
        ? named(dollar, end, "ARG_" + source.substring(dollar + 1, end))
        : new Found(null, false, dollar + 1);
  }

  private Found named(int dollar, int end, String name) {
    Reference reference =
        new Reference(
            new Reference.Head.Variable(VariablePath.of(name)),
            List.of(),
            null,
            source.substring(dollar, end));
    return new Found(reference, kind == Template.Kind.SHELL, end);
  }

  private Found braced(int dollar) {
    int body = dollar + 2;
    int close = bodies.end(body, to);
    if (close == Braces.TOO_DEEP) {
      throw new ExpressionException(
          source, dollar, "references nest more than %d deep".formatted(Braces.DEEPEST));
    }
    if (close < 0) {
      return new Found(null, false, body);
    }
    Reference reference = bodies.parse(body, close);
    boolean shellName =
        reference != null && kind == Template.Kind.SHELL && shellName(reference, body);
    return new Found(reference, shellName, close + 1);
  }

  /// `${NAME}`, `${NAME:-text}`, and `${NAME-text}`, which reads like a name of ours.
  private boolean shellName(Reference reference, int body) {
    VariablePath path = reference.path();
    if (path == null || !path.simple() || !reference.stages().isEmpty()) {
      return false;
    }
    String name = path.base();
    return ShellText.isNameStart(name.charAt(0))
        && source.startsWith(name, body)
        && (source.startsWith("}", body + name.length())
            || (reference.fallback() != null && source.startsWith(":-", body + name.length())));
  }
}
