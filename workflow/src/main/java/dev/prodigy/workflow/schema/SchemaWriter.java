package dev.prodigy.workflow.schema;

import dev.prodigy.model.Json;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The language as JSON Schema (draft 2020-12), by which editors complete and check. Stricter than
/// the loader in one thing: to it, an unknown field is worth a warning only.
public final class SchemaWriter {

  private static final String DRAFT = "https://json-schema.org/draft/2020-12/schema";

  /// A variable that holds the value.
  private static final String VARIABLE = "^\\$";

  /// With one of these, what must be there may come from elsewhere.
  private static final List<String> COMPOSING =
      List.of("extends", "imports", "template", "workflows", "sub_workflows");

  private SchemaWriter() {}

  /// The schema of workflow files.
  public static ObjectNode schema() {
    ObjectNode schema = Json.NODES.objectNode();
    schema.put("$schema", DRAFT);
    schema.put("title", "Prodigy workflow");
    ArrayNode kinds = schema.putArray("anyOf");
    kinds.add(of(Language.STEPS).put("minItems", 1));
    kinds.add(reference(Language.SEQUENTIAL));
    kinds.add(reference(Language.JOB));
    ObjectNode blocks = schema.putObject("$defs");
    Language.all().values().forEach(block -> blocks.set(block.name(), of(block)));
    return schema;
  }

  private static ObjectNode of(Block block) {
    ObjectNode schema = Json.NODES.objectNode();
    schema.put("type", "object");
    schema.put("description", block.about());
    ObjectNode properties = schema.putObject("properties");
    for (Field field : block.fields()) {
      properties.set(field.name(), of(field));
      field.aliases().forEach(alias -> properties.set(alias, alias(field)));
    }
    if (!block.open()) {
      schema.put("additionalProperties", false);
    }
    ObjectNode needed = needed(block);
    if (block.field("extends").isPresent()) {
      schema.putArray("anyOf").add(needed);
      COMPOSING.forEach(
          name -> schema.withArray("anyOf").addObject().putArray("required").add(name));
    } else {
      schema.setAll(needed);
    }
    return schema;
  }

  private static ObjectNode of(Field field) {
    ObjectNode schema = of(field.shape());
    schema.put("description", field.about());
    if (field.standard() != null) {
      schema.set("default", standard(field));
    }
    if (field.old()) {
      schema.put("deprecated", true);
    }
    return schema;
  }

  private static ObjectNode alias(Field field) {
    return of(field.shape()).put("description", "Another name of `%s`.".formatted(field.name()));
  }

  private static JsonNode standard(Field field) {
    String text = String.valueOf(field.standard());
    boolean json = text.matches("true|false|-?\\d+(\\.\\d+)?|\".*\"|\\{}");
    return json ? Json.parse(text) : Json.NODES.stringNode(text);
  }

  /// What must be there, under one of its names.
  private static ObjectNode needed(Block block) {
    ObjectNode schema = Json.NODES.objectNode();
    List<Field> required = block.fields().stream().filter(Field::required).toList();
    List<String> plain =
        required.stream().filter(field -> field.aliases().isEmpty()).map(Field::name).toList();
    if (!plain.isEmpty()) {
      plain.forEach(schema.putArray("required")::add);
    }
    ArrayNode all = Json.NODES.arrayNode();
    for (Field field : required) {
      if (!field.aliases().isEmpty()) {
        all.add(oneOfNames(field.names()));
      }
    }
    if (!block.commands().isEmpty()) {
      all.add(oneOfNames(block.commands()));
    }
    if (!all.isEmpty()) {
      schema.set("allOf", all);
    }
    return schema;
  }

  private static ObjectNode oneOfNames(List<String> names) {
    ObjectNode schema = Json.NODES.objectNode();
    ArrayNode any = schema.putArray("anyOf");
    names.forEach(name -> any.addObject().putArray("required").add(name));
    return schema;
  }

  private static ObjectNode of(Shape shape) {
    ObjectNode schema = Json.NODES.objectNode();
    switch (shape) {
      case Shape.Text _ -> types(schema, "string", "number", "boolean");
      case Shape.Flag _ -> types(schema, "boolean");
      case Shape.Whole(int least) -> {
        ArrayNode any = schema.putArray("anyOf");
        any.addObject().put("type", "integer").put("minimum", least);
        any.addObject().put("type", "string").put("pattern", VARIABLE);
      }
      case Shape.Decimal(double least, double most) -> number(schema, least, most);
      case Shape.Duration _ -> {
        types(schema, "number", "string");
        schema.put("minimum", 0);
      }
      case Shape.Words(List<String> words) -> words(schema, words);
      case Shape.Anything _ -> {}
      case Shape.Nothing _ -> types(schema, "null");
      case Shape.ListOf(Shape element) -> {
        types(schema, "array");
        schema.set("items", of(element));
      }
      case Shape.MapOf(Shape value) -> {
        types(schema, "object");
        schema.set("additionalProperties", of(value));
      }
      case Shape.OneOf(List<Shape> shapes) -> {
        ArrayNode any = schema.putArray("anyOf");
        shapes.forEach(one -> any.add(of(one)));
      }
      case Shape.Fields(String block) -> schema.setAll(reference(block));
    }
    return schema;
  }

  private static void number(ObjectNode schema, double least, double most) {
    ArrayNode any = schema.putArray("anyOf");
    ObjectNode number = any.addObject().put("type", "number");
    number.set("minimum", Json.parse(plain(least)));
    if (most < Double.MAX_VALUE) {
      number.set("maximum", Json.parse(plain(most)));
    }
    any.addObject().put("type", "string").put("pattern", VARIABLE);
  }

  private static String plain(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }

  /// As one would write them; `PascalCase` and `kebab-case` are understood as well.
  private static void words(ObjectNode schema, List<String> words) {
    ArrayNode any = schema.putArray("anyOf");
    ArrayNode values = any.addObject().putArray("enum");
    words.forEach(values::add);
    any.addObject().put("type", "string").put("pattern", "^[A-Z]|-");
  }

  private static void types(ObjectNode schema, String... types) {
    if (types.length == 1) {
      schema.put("type", types[0]);
    } else {
      ArrayNode array = schema.putArray("type");
      for (String type : types) {
        array.add(type);
      }
    }
  }

  private static ObjectNode reference(String block) {
    return Json.NODES.objectNode().put("$ref", "#/$defs/" + block);
  }
}
