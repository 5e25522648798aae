package dev.prodigy.engine;

import dev.prodigy.model.Json;
import dev.prodigy.workflow.expression.Variables;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// `validation.*`: what the last validation found, for those who fill gaps and for later steps.
final class ValidationVariables {
  private static final String PREFIX = "validation.";

  private final Variables variables;
  private final @Nullable String id;
  private final double threshold;

  /// @param id of the step; its validation is also known by it
  ValidationVariables(Variables variables, @Nullable String id, double threshold) {
    this.variables = variables;
    this.id = id;
    this.threshold = threshold;
  }

  /// @param attempt the running one, from 1; 0 before the first
  void publish(ValidationResult result, int attempt) {
    replace(PREFIX, values(result, attempt));
    if (id != null) {
      replace(id + "." + PREFIX, values(result, attempt));
    }
  }

  private void replace(String prefix, Map<String, JsonNode> values) {
    variables.own().keySet().stream()
        .filter(name -> name.startsWith(prefix))
        .forEach(variables::remove);
    values.forEach((name, value) -> variables.set(prefix + name, value));
  }

  private Map<String, JsonNode> values(ValidationResult result, int attempt) {
    var values = new LinkedHashMap<String, JsonNode>();
    result.document().properties().forEach(field -> values.put(field.getKey(), field.getValue()));
    values.putIfAbsent("implemented", Json.NODES.arrayNode());
    values.putIfAbsent("missing", Json.NODES.arrayNode());
    values.putIfAbsent("gaps", Json.NODES.objectNode());
    JsonNode percentage = Json.NODES.numberNode(result.percentage());
    values.put("completion", percentage);
    values.put("completion_percentage", percentage);
    values.put("status", Json.NODES.stringNode(result.status()));
    values.put("missing_count", Json.NODES.numberNode(result.texts("missing").size()));
    values.put("threshold", Json.NODES.numberNode(BigDecimal.valueOf(threshold)));
    values.put("attempt_number", Json.NODES.numberNode(attempt));
    return values;
  }
}
