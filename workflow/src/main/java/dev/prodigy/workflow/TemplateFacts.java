package dev.prodigy.workflow;

import dev.prodigy.model.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What can be said of a workflow that is to be a template, without values for its parameters.
///
/// @param features of composition that it uses: `parameters`, `extends`
/// @param defaults how many it has
public record TemplateFacts(
    List<Parameter> parameters, List<String> features, int defaults, List<String> warnings) {

  /// @param type as people read it: `Number`
  /// @param standard null: none
  public record Parameter(
      String name, String type, String description, boolean required, @Nullable JsonNode standard) {

    public ObjectNode json() {
      ObjectNode json = Json.NODES.objectNode();
      json.put("name", name).put("type", type).put("description", description);
      json.put("required", required);
      json.set("default", standard == null ? Json.NODES.nullNode() : standard);
      return json;
    }
  }

  public TemplateFacts {
    parameters = List.copyOf(parameters);
    features = List.copyOf(features);
    warnings = List.copyOf(warnings);
  }
}
