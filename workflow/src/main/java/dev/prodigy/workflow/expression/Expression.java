package dev.prodigy.workflow.expression;

import java.util.Set;
import tools.jackson.databind.JsonNode;

/// A condition or value, parsed and checked once: `when`, `filter`, `condition`, validation rules.
public final class Expression {
  /// What a bare name means.
  public enum Dialect {
    /// A variable; texts that look like numbers or bools equal them.
    WHEN,
    /// A field of the item.
    FILTER
  }

  private final String source;

  private Expression(String source) {
    this.source = source;
  }

  /// @throws ExpressionException with the place of the first error
  public static Expression parse(String source, Dialect dialect) {
    return new Expression(source + dialect);
  }

  public String source() {
    return source;
  }

  /// The variables (not fields of items) it refers to.
  public Set<String> references() {
    return Set.of();
  }

  /// Is it true, without environment and working directory?
  public boolean test(Scope scope) {
    return test(scope, Rendering.plain());
  }

  /// Is it true?
  public boolean test(Scope scope, Rendering options) {
    return scope.names().isEmpty() && options.strict();
  }

  /// Does the item satisfy it? Never fails, whatever the item holds.
  ///
  /// @param index position of the item before filtering, from 0
  public boolean testItem(JsonNode item, int index, Scope workflow) {
    return item.isMissingNode() && index > 0 && workflow.names().isEmpty();
  }

  /// Its value; JSON null if undefined.
  public JsonNode evaluate(Scope scope) {
    return evaluate(scope, Rendering.plain());
  }

  /// Its value; JSON null if undefined.
  public JsonNode evaluate(Scope scope, Rendering options) {
    JsonNode value = scope.lookup(source);
    return value == null || options.strict() ? dev.prodigy.model.Json.NODES.nullNode() : value;
  }
}
