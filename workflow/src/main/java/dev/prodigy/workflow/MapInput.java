package dev.prodigy.workflow;

import dev.prodigy.workflow.expression.Template;
import tools.jackson.databind.JsonNode;

/// Where the work items come from.
public sealed interface MapInput {

  /// A list or mapping written in the workflow itself.
  record Inline(JsonNode value) implements MapInput {}

  /// After interpolation: inline JSON, a file's path, or a command.
  record Text(Template text) implements MapInput {}
}
