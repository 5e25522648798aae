package dev.prodigy.engine;

import dev.prodigy.agent.SecretMasker;
import dev.prodigy.model.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Copies with every text changed in the same way: secrets taken out, or put back.
public record Masked(UnaryOperator<String> change) {

  public static Masked by(SecretMasker masker) {
    return new Masked(
        masker == SecretMasker.NONE
            ? text -> text
            : text -> text.isEmpty() ? text : masker.mask(text));
  }

  /// Secrets become placeholders that name them.
  public static Masked concealing(SecretMasker masker) {
    return masker == SecretMasker.NONE ? by(masker) : new Masked(masker::conceal);
  }

  /// Placeholders become the secrets they name.
  public static Masked revealing(SecretMasker masker) {
    return masker == SecretMasker.NONE ? by(masker) : new Masked(masker::reveal);
  }

  public String text(String text) {
    return change.apply(text);
  }

  public Map<String, JsonNode> values(Map<String, JsonNode> values) {
    var changed = new LinkedHashMap<String, JsonNode>();
    values.forEach((name, value) -> changed.put(name, value(value)));
    return changed;
  }

  public JsonNode value(JsonNode value) {
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
    return value.isNumber() ? number(value) : value;
  }

  /// One that contains a secret becomes a text.
  private JsonNode number(JsonNode value) {
    String text = value.toString();
    String changed = change.apply(text);
    return changed.equals(text) ? value : Json.NODES.stringNode(changed);
  }
}
