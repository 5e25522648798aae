package dev.prodigy.workflow.expression;

import java.util.List;
import tools.jackson.databind.JsonNode;

/// A path that selects values of a JSON document.
public final class JsonPath {
  private final String source;

  private JsonPath(String source) {
    this.source = source;
  }

  /// @throws ExpressionException with the place of the first error
  public static JsonPath parse(String source) {
    return new JsonPath(source);
  }

  public String source() {
    return source;
  }

  /// What the path selects, in document order; nothing for what is missing.
  public List<JsonNode> select(JsonNode root) {
    return List.of(root);
  }
}
