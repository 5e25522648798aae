package dev.prodigy.workflow.expression;

import java.util.LinkedHashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// A condition or value, parsed and checked once: `when`, `filter`, `condition`, validation rules.
/// What is undefined is null; a clash of types is false; nothing fails at run time but a computed
/// reference (`${cmd:…}`) without a default.
public final class Expression {
  /// What a bare name means.
  public enum Dialect {
    /// A variable; texts that spell numbers or bools equal them.
    WHEN,
    /// A field of the item; `${name}` is a variable.
    FILTER
  }

  private final String source;
  private final Node root;
  private final Set<String> references;

  private Expression(String source, Node root, Set<String> references) {
    this.source = source;
    this.root = root;
    this.references = references;
  }

  /// @throws ExpressionException with the place of the first error
  public static Expression parse(String source, Dialect dialect) {
    Set<String> references = new LinkedHashSet<>();
    Node root = new ExpressionParser(source, 0, source.length(), dialect, references).whole();
    return new Expression(source, root, references);
  }

  public String source() {
    return source;
  }

  /// The variables (not fields of items) it refers to.
  public Set<String> references() {
    return Set.copyOf(references);
  }

  /// Is it true, without environment and working directory?
  public boolean test(Scope scope) {
    return test(scope, Rendering.plain());
  }

  /// Is it true?
  ///
  /// @throws EvaluationException if a computed reference fails
  public boolean test(Scope scope, Rendering options) {
    return root.truth(new Evaluation(scope, options));
  }

  /// Does the item satisfy it, without environment and working directory?
  ///
  /// @param index position of the item before filtering, from 0
  public boolean testItem(JsonNode item, int index, Scope workflow) {
    return testItem(item, index, workflow, Rendering.plain());
  }

  /// Does the item satisfy it?
  ///
  /// @param index position of the item before filtering, from 0
  public boolean testItem(JsonNode item, int index, Scope workflow, Rendering options) {
    return root.truth(new Evaluation(workflow, options, item, index));
  }

  /// Its value, without environment and working directory; JSON null if undefined.
  public JsonNode evaluate(Scope scope) {
    return evaluate(scope, Rendering.plain());
  }

  /// Its value; JSON null if undefined.
  ///
  /// @throws EvaluationException if a computed reference fails
  public JsonNode evaluate(Scope scope, Rendering options) {
    return Functions.orNull(root.value(new Evaluation(scope, options)));
  }

  /// Its value for an item; JSON null if undefined.
  JsonNode ofItem(JsonNode item, int index, Scope workflow, Rendering options) {
    return Functions.orNull(root.value(new Evaluation(workflow, options, item, index)));
  }

  /// The expression as understood, with every parenthesis; parses to the same again.
  @Override
  public String toString() {
    return root.toString();
  }
}
