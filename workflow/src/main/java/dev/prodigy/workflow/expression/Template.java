package dev.prodigy.workflow.expression;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A text with references to variables, parsed once and rendered often. What is not a reference of
/// ours stays as it is, byte for byte. Values are inserted, never read again as templates.
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

  /// A piece of the text.
  sealed interface Part {
    record Literal(String text) implements Part {}

    /// @param quoted within single quotes of a shell text
    /// @param shellName `$NAME`, `${NAME}` or `${NAME:-text}` of a shell text, which the shell
    ///   expands itself if we don't know the name
    record Inserted(Reference reference, boolean quoted, boolean shellName) implements Part {}
  }

  private final String source;
  private final Kind kind;
  private final List<Part> parts;
  private final Set<String> references;

  Template(String source, Kind kind, List<Part> parts, Set<String> references) {
    this.source = source;
    this.kind = kind;
    this.parts = List.copyOf(parts);
    this.references = references;
  }

  /// @throws ExpressionException for an unknown filter or a malformed function call
  public static Template parse(String source, Kind kind) {
    return new TemplateParser(source, 0, source.length(), kind, new LinkedHashSet<>()).parse();
  }

  /// A text in which nothing is replaced.
  public static Template literal(String text) {
    return new Template(text, Kind.TEXT, List.of(new Part.Literal(text)), Set.of());
  }

  public String source() {
    return source;
  }

  /// The variables the text refers to: `item.tags.0`, `PORT`. Names a shell text assigns itself are
  /// not among them.
  public Set<String> references() {
    return Set.copyOf(references);
  }

  /// A reference of the text, as a check before any run sees it.
  ///
  /// @param name the variable's path: `item.tags.0`, `PORT`
  /// @param offset where it stands in [Template#source], from 0
  /// @param optional whether it may well be undefined: there is a default, or the shell may know it
  public record Use(String name, int offset, boolean optional) {}

  /// The text's references in their order, then those inside of them.
  public List<Use> uses() {
    if (references.isEmpty()) {
      return List.of();
    }
    var uses = new ArrayList<Use>();
    int from = 0;
    for (Part part : parts) {
      if (part instanceof Part.Inserted inserted) {
        Reference reference = inserted.reference;
        int offset = Math.max(from, source.indexOf(reference.source(), from));
        from = offset + reference.source().length();
        VariablePath path = reference.path();
        if (path != null) {
          uses.add(new Use(path.toString(), offset, inserted.shellName || reference.hasDefault()));
        }
      }
    }
    for (String name : references) {
      if (!isAmong(uses, name)) {
        boolean shells = kind == Kind.SHELL && name.indexOf('.') < 0;
        uses.add(new Use(name, Math.max(0, source.indexOf(name)), shells));
      }
    }
    return uses;
  }

  private static boolean isAmong(List<Use> uses, String name) {
    for (Use use : uses) {
      if (use.name().equals(name)) {
        return true;
      }
    }
    return false;
  }

  /// The value of a text that is exactly one reference, `${items}`, with its type; else null.
  public @Nullable JsonNode onlyValue(Scope scope, Rendering options) {
    if (parts.size() != 1 || !(parts.getFirst() instanceof Part.Inserted inserted)) {
      return null;
    }
    JsonNode value = inserted.reference.value(new Evaluation(scope, options));
    return value.isMissingNode() ? null : value;
  }

  /// @throws EvaluationException for what is undefined, if strict, and for a computed value that
  ///   cannot be had and has no default
  public String render(Scope scope, Rendering options) {
    if (parts.isEmpty()) {
      return "";
    }
    if (parts.size() == 1 && parts.getFirst() instanceof Part.Literal(String text)) {
      return text;
    }
    Evaluation evaluation = new Evaluation(scope, options);
    String text = render(evaluation);
    evaluation.finish();
    return text;
  }

  /// As part of a larger evaluation, which tells about what is undefined.
  String render(Evaluation evaluation) {
    StringBuilder text = new StringBuilder(source.length() + 32);
    for (Part part : parts) {
      switch (part) {
        case Part.Literal(String literal) -> text.append(literal);
        case Part.Inserted inserted when inserted.shellName ->
            text.append(shellText(inserted, evaluation));
        case Part.Inserted inserted -> text.append(insertedText(inserted, evaluation));
      }
    }
    return text.toString();
  }

  private String insertedText(Part.Inserted inserted, Evaluation evaluation) {
    Reference reference = inserted.reference;
    JsonNode value = reference.value(evaluation);
    if (!value.isMissingNode()) {
      return quoted(inserted, TextForm.of(value, reference.lists(), kind == Kind.SHELL));
    }
    VariablePath path = reference.path();
    evaluation.missed(reference.source(), path);
    return path == null || evaluation.baseDefined(path) ? "" : reference.source();
  }

  /// A variable of ours, with the default for an empty one; all else is the shell's, except for
  /// references in its default.
  private String shellText(Part.Inserted inserted, Evaluation evaluation) {
    Reference reference = inserted.reference;
    VariablePath path = reference.path();
    JsonNode value = path == null ? Values.MISSING : evaluation.shellVariable(path);
    Template fallback = reference.fallback();
    if (value.isMissingNode() && fallback != null) {
      return "${%s:-%s}".formatted(path, fallback.render(evaluation));
    }
    if (value.isMissingNode()) {
      if (path != null) {
        evaluation.mayMiss(reference.source(), path);
      }
      return reference.source();
    }
    String text =
        fallback != null && Values.empty(value)
            ? fallback.render(evaluation)
            : TextForm.of(value, reference.lists(), true);
    return quoted(inserted, text);
  }

  private static String quoted(Part.Inserted inserted, String value) {
    return inserted.quoted ? value.replace("'", "'\\''") : value;
  }
}
