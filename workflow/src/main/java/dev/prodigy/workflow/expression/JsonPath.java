package dev.prodigy.workflow.expression;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// A path that selects values of a JSON document: `$.users[*].name`, `$..id`, `$.items[?(@.score >
/// 5 && @.tags contains 'x')]`.
public final class JsonPath {
  private final String source;
  private final List<JsonStep> steps;

  private JsonPath(String source, List<JsonStep> steps) {
    this.source = source;
    this.steps = steps;
  }

  /// The `$` in front may be missing.
  ///
  /// @throws ExpressionException with the place of the first error
  public static JsonPath parse(String source) {
    return new JsonPath(source, new JsonPathParser(source).parse());
  }

  public String source() {
    return source;
  }

  /// What the path selects, in document order; nothing for what is missing. Never fails.
  public List<JsonNode> select(JsonNode root) {
    List<JsonNode> selected = List.of(root);
    for (JsonStep step : steps) {
      List<JsonNode> next = new ArrayList<>();
      selected.forEach(node -> step.select(node, next::add));
      selected = next;
    }
    return List.copyOf(selected);
  }

  /// Does it name one thing (`$.items`), rather than the elements of something (`$.items[*]`)?
  boolean namesOneThing() {
    return steps.isEmpty() || steps.getLast().namesOneThing();
  }
}
