package dev.prodigy.workflow;

import dev.prodigy.workflow.expression.Template;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// What a `foreach` goes over.
public sealed interface ForeachInput {

  record Items(List<JsonNode> values) implements ForeachInput {
    public Items {
      values = List.copyOf(values);
    }
  }

  /// A shell command that prints one item per line, or exactly one `${reference}` to an array.
  record CommandText(Template text) implements ForeachInput {}
}
