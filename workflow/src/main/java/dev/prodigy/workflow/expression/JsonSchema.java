package dev.prodigy.workflow.expression;

import dev.prodigy.model.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import tools.jackson.databind.JsonNode;

/// What a JSON value must look like: the part of JSON Schema (draft 2020-12) that people write by
/// hand. A keyword that is not understood is refused when the schema is read, so that nothing is
/// believed to be checked that is not.
public final class JsonSchema {
  private static final Set<String> ANNOTATIONS =
      Set.of(
          "$schema",
          "$id",
          "$comment",
          "$defs",
          "definitions",
          "title",
          "description",
          "default",
          "examples",
          "deprecated",
          "readOnly",
          "writeOnly",
          "format");
  private static final Set<String> CHECKED =
      Set.of(
          "$ref",
          "type",
          "enum",
          "const",
          "properties",
          "required",
          "additionalProperties",
          "patternProperties",
          "minProperties",
          "maxProperties",
          "items",
          "prefixItems",
          "contains",
          "minItems",
          "maxItems",
          "uniqueItems",
          "minLength",
          "maxLength",
          "pattern",
          "minimum",
          "maximum",
          "exclusiveMinimum",
          "exclusiveMaximum",
          "multipleOf",
          "allOf",
          "anyOf",
          "oneOf",
          "not");
  private static final Set<String> MAPS_OF_SCHEMAS =
      Set.of("properties", "patternProperties", "$defs", "definitions");
  private static final Set<String> SCHEMAS =
      Set.of(
          "additionalProperties",
          "items",
          "contains",
          "not",
          "prefixItems",
          "allOf",
          "anyOf",
          "oneOf");
  private static final int DEEPEST = 200;

  private final JsonNode root;

  private JsonSchema(JsonNode root) {
    this.root = root;
  }

  /// @throws IllegalArgumentException saying what in it is not understood
  public static JsonSchema of(JsonNode schema) {
    require(schema, "schema", schema);
    return new JsonSchema(schema);
  }

  /// Everything wrong with a value; empty = it is as it must be.
  public List<String> problems(JsonNode value) {
    var found = new ArrayList<String>();
    check(root, value, "result", found, 0);
    return found;
  }

  private static void require(JsonNode schema, String at, JsonNode root) {
    if (schema.isBoolean()) {
      return;
    }
    if (!schema.isObject()) {
      throw new IllegalArgumentException(at + ": a schema is a mapping, or true or false");
    }
    for (Map.Entry<String, JsonNode> entry : schema.properties()) {
      String name = entry.getKey();
      String here = at + "." + name;
      if (!ANNOTATIONS.contains(name) && !CHECKED.contains(name)) {
        throw new IllegalArgumentException(here + ": this keyword is not supported");
      }
      requireInside(name, entry.getValue(), here, root);
    }
  }

  private static void requireInside(String name, JsonNode value, String at, JsonNode root) {
    if (MAPS_OF_SCHEMAS.contains(name)) {
      value.properties().forEach(e -> require(e.getValue(), at + "." + e.getKey(), root));
    } else if (SCHEMAS.contains(name)) {
      (value.isArray() ? value.values() : List.of(value)).forEach(s -> require(s, at, root));
    }
    if (name.equals("$ref") && target(root, value.asString()).isMissingNode()) {
      throw new IllegalArgumentException(at + ": points to nothing in this schema");
    }
    if (name.equals("pattern")) {
      requirePattern(value.asString(), at);
    }
    if (name.equals("patternProperties")) {
      value.propertyNames().forEach(pattern -> requirePattern(pattern, at));
    }
  }

  private static void requirePattern(String pattern, String at) {
    try {
      var _ = Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          at + ": not a regular expression: " + e.getDescription(), e);
    }
  }

  private static JsonNode target(JsonNode root, String reference) {
    return reference.startsWith("#") ? root.at(reference.substring(1)) : Values.MISSING;
  }

  private void check(JsonNode schema, JsonNode value, String at, List<String> found, int depth) {
    if (depth > DEEPEST) {
      found.add(at + ": the schema refers to itself without end");
    } else if (schema.isBoolean()) {
      if (!schema.booleanValue()) {
        found.add(at + " must not be there");
      }
    } else {
      for (Map.Entry<String, JsonNode> rule : schema.properties()) {
        new Rule(schema, rule.getKey(), rule.getValue(), at, found, depth).check(value);
      }
    }
  }

  /// One keyword against one value.
  private final class Rule {
    private final JsonNode schema;
    private final String name;
    private final JsonNode wanted;
    private final String at;
    private final List<String> found;
    private final int depth;

    Rule(JsonNode schema, String name, JsonNode wanted, String at, List<String> found, int depth) {
      this.schema = schema;
      this.name = name;
      this.wanted = wanted;
      this.at = at;
      this.found = found;
      this.depth = depth;
    }

    void check(JsonNode value) {
      switch (name) {
        case "$ref" -> nested(target(root, wanted.asString()), value, at);
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
        case "pattern" ->
            demand(finds(wanted.asString(), value), "must match " + wanted.asString());
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
      JsonSchema.this.check(alternative, value, at, problems, depth + 1);
      return problems.isEmpty();
    }

    private void nested(JsonNode inner, JsonNode value, String place) {
      JsonSchema.this.check(inner, value, place, found, depth + 1);
    }

    private void demand(boolean holds, String otherwise) {
      if (!holds) {
        found.add(at + " " + otherwise);
      }
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
