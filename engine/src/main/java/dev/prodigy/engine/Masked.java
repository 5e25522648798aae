package dev.prodigy.engine;

import dev.prodigy.agent.SecretMasker;
import dev.prodigy.model.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Copies without secret values, for everything that is shown or stored.
record Masked(SecretMasker masker) {

  String text(String text) {
    return masker == SecretMasker.NONE || text.isEmpty() ? text : masker.mask(text);
  }

  Map<String, JsonNode> values(Map<String, JsonNode> values) {
    if (masker == SecretMasker.NONE) {
      return values;
    }
    var masked = new LinkedHashMap<String, JsonNode>();
    values.forEach((name, value) -> masked.put(name, value(value)));
    return masked;
  }

  JsonNode value(JsonNode value) {
    if (masker == SecretMasker.NONE) {
      return value;
    }
    if (value.isString()) {
      return Json.NODES.stringNode(masker.mask(value.stringValue()));
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
