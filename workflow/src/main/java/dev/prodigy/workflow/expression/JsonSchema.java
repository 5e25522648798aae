package dev.prodigy.workflow.expression;

import java.util.ArrayList;
import java.util.List;
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

  /// What `$ref` points to.
  JsonNode target(String reference) {
    return target(root, reference);
  }

  private static JsonNode target(JsonNode root, String reference) {
    return reference.startsWith("#") ? root.at(reference.substring(1)) : Values.MISSING;
  }

  void check(JsonNode schema, JsonNode value, String at, List<String> found, int depth) {
    if (depth > DEEPEST) {
      found.add(at + ": the schema refers to itself without end");
    } else if (schema.isBoolean()) {
      if (!schema.booleanValue()) {
        found.add(at + " must not be there");
      }
    } else {
      for (Map.Entry<String, JsonNode> rule : schema.properties()) {
        new JsonSchemaRule(this, schema, rule.getKey(), rule.getValue(), at, found, depth)
            .check(value);
      }
    }
  }
}
