package dev.prodigy.workflow.expression;

import dev.prodigy.model.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/// One keyword against one value.
final class JsonSchemaRule {
  private final JsonSchema whole;
  private final JsonNode schema;
  private final String name;
  private final JsonNode wanted;
  private final String at;
  private final List<String> found;
  private final int depth;

  JsonSchemaRule(
      JsonSchema whole,
      JsonNode schema,
      String name,
      JsonNode wanted,
      String at,
      List<String> found,
      int depth) {
    this.whole = whole;
    this.schema = schema;
    this.name = name;
    this.wanted = wanted;
    this.at = at;
    this.found = found;
    this.depth = depth;
  }

  void check(JsonNode value) {
    switch (name) {
      case "$ref" -> nested(whole.target(wanted.asString()), value, at);
      case "type" -> demand(hasType(value), "must be of type " + text(wanted));
      case "enum" ->
          demand(
              wanted.valueStream().anyMatch(one -> Values.equal(one, value, false)),
              "must be one of " + text(wanted));
      case "const" -> demand(Values.equal(wanted, value, false), "must be " + text(wanted));
      case "allOf" -> wanted.forEach(one -> nested(one, value, at));
      case "anyOf" -> demand(passing(value) > 0, "fits none of the alternatives (anyOf)");
      case "oneOf" -> demand(passing(value) == 1, "must fit exactly one alternative (oneOf)");
      case "not" -> demand(!fits(wanted, value), "must not be like that (not)");
      default -> ofKind(value);
    }
  }

  private void ofKind(JsonNode value) {
    if (value.isObject()) {
      ofObject(value);
    } else if (value.isArray()) {
      ofArray(value);
    } else if (value.isString()) {
      ofText(value.stringValue());
    } else if (value.isNumber()) {
      ofNumber(value.decimalValue());
    }
  }

  private void ofObject(JsonNode value) {
    switch (name) {
      case "required" ->
          wanted.forEach(
              field -> demand(value.has(field.asString()), "lacks '" + field.asString() + "'"));
      case "properties" ->
          wanted
              .properties()
              .forEach(
                  property -> {
                    JsonNode own = value.get(property.getKey());
                    if (own != null) {
                      nested(property.getValue(), own, at + "." + property.getKey());
                    }
                  });
      case "patternProperties" ->
          wanted
              .properties()
              .forEach(
                  pattern ->
                      value.properties().stream()
                          .filter(own -> finds(pattern.getKey(), own.getKey()))
                          .forEach(
                              own ->
                                  nested(
                                      pattern.getValue(),
                                      own.getValue(),
                                      at + "." + own.getKey())));
      case "additionalProperties" ->
          value.properties().stream()
              .filter(own -> additional(own.getKey()))
              .forEach(own -> nested(wanted, own.getValue(), at + "." + own.getKey()));
      case "minProperties" -> atLeast(value.size(), "fields");
      case "maxProperties" -> atMost(value.size(), "fields");
      default -> {}
    }
  }

  private boolean additional(String field) {
    return !schema.path("properties").has(field)
        && schema.path("patternProperties").propertyNames().stream()
            .noneMatch(pattern -> finds(pattern, field));
  }

  private void ofArray(JsonNode value) {
    int prefix = schema.path("prefixItems").size();
    switch (name) {
      case "prefixItems" -> {
        for (int i = 0; i < Math.min(prefix, value.size()); i++) {
          nested(wanted.get(i), value.get(i), at + "[" + i + "]");
        }
      }
      case "items" -> {
        for (int i = prefix; i < value.size(); i++) {
          nested(wanted, value.get(i), at + "[" + i + "]");
        }
      }
      case "contains" ->
          demand(
              value.valueStream().anyMatch(one -> fits(wanted, one)),
              "has no element as it must have one (contains)");
      case "minItems" -> atLeast(value.size(), "elements");
      case "maxItems" -> atMost(value.size(), "elements");
      case "uniqueItems" ->
          demand(
              !wanted.booleanValue()
                  || new HashSet<>(value.valueStream().map(Json::text).toList()).size()
                      == value.size(),
              "has an element twice");
      default -> {}
    }
  }

  private void ofText(String value) {
    switch (name) {
      case "minLength" -> atLeast(value.codePointCount(0, value.length()), "characters");
      case "maxLength" -> atMost(value.codePointCount(0, value.length()), "characters");
      case "pattern" -> demand(finds(wanted.asString(), value), "must match " + wanted.asString());
      default -> {}
    }
  }

  private void ofNumber(BigDecimal value) {
    BigDecimal limit = wanted.isNumber() ? wanted.decimalValue() : BigDecimal.ZERO;
    int order = value.compareTo(limit);
    switch (name) {
      case "minimum" -> demand(order >= 0, "must be at least " + limit);
      case "maximum" -> demand(order <= 0, "must be at most " + limit);
      case "exclusiveMinimum" -> demand(order > 0, "must be more than " + limit);
      case "exclusiveMaximum" -> demand(order < 0, "must be less than " + limit);
      case "multipleOf" ->
          demand(
              limit.signum() != 0 && value.remainder(limit).signum() == 0,
              "must be a multiple of " + limit);
      default -> {}
    }
  }

  private void atLeast(int count, String what) {
    demand(count >= wanted.asInt(), "must have at least %s %s".formatted(wanted, what));
  }

  private void atMost(int count, String what) {
    demand(count <= wanted.asInt(), "must have at most %s %s".formatted(wanted, what));
  }

  private boolean hasType(JsonNode value) {
    return wanted.isArray()
        ? wanted.valueStream().anyMatch(one -> isOf(one.asString(), value))
        : isOf(wanted.asString(), value);
  }

  private long passing(JsonNode value) {
    return wanted.valueStream().filter(one -> fits(one, value)).count();
  }

  private boolean fits(JsonNode alternative, JsonNode value) {
    var problems = new ArrayList<String>();
    whole.check(alternative, value, at, problems, depth + 1);
    return problems.isEmpty();
  }

  private void nested(JsonNode inner, JsonNode value, String place) {
    whole.check(inner, value, place, found, depth + 1);
  }

  private void demand(boolean holds, String otherwise) {
    if (!holds) {
      found.add(at + " " + otherwise);
    }
  }

  private static boolean isOf(String type, JsonNode value) {
    return switch (type.toLowerCase(Locale.ROOT)) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isString();
      case "boolean" -> value.isBoolean();
      case "null" -> value.isNull();
      case "number" -> value.isNumber();
      case "integer" -> value.isNumber() && value.decimalValue().stripTrailingZeros().scale() <= 0;
      default -> false;
    };
  }

  private static boolean finds(String pattern, String text) {
    return BoundedRegex.finds(null, pattern, text, Rendering.plain());
  }

  private static String text(JsonNode wanted) {
    return wanted.isString() ? wanted.stringValue() : Json.text(wanted);
  }
}
