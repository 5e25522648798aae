package dev.prodigy.engine;

import dev.prodigy.agent.SecretMasker;
import dev.prodigy.model.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Copies with every text changed in the same way: secrets taken out, or put back.
record Masked(UnaryOperator<String> change) {

  static Masked by(SecretMasker masker) {
    return new Masked(
        masker == SecretMasker.NONE
            ? text -> text
            : text -> text.isEmpty() ? text : masker.mask(text));
  }

  String text(String text) {
    return change.apply(text);
  }

  Map<String, JsonNode> values(Map<String, JsonNode> values) {
    var changed = new LinkedHashMap<String, JsonNode>();
    values.forEach((name, value) -> changed.put(name, value(value)));
    return changed;
  }

  JsonNode value(JsonNode value) {
    if (value.isString()) {
      return Json.NODES.stringNode(change.apply(value.stringValue()));
    }
    if (value.isArray()) {
      var copy = Json.NODES.arrayNode();
      value.forEach(element -> copy.add(value(element)));
      return copy;
    }
    if (value.isObject()) {
      ObjectNode copy = Json.NODES.objectNode();
      value.properties().forEach(entry -> copy.set(entry.getKey(), value(entry.getValue())));
      return copy;
    }
    return value;
  }
}
