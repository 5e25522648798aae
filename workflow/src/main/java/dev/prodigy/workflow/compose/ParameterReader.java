package dev.prodigy.workflow.compose;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.workflow.expression.ExpressionException;
import dev.prodigy.workflow.yaml.Mapping;
import dev.prodigy.workflow.yaml.Value;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads a `parameters` block in any of its forms: lists `required` and `optional`, a mapping
/// `definitions`, the parameters themselves by name, or a plain list.
final class ParameterReader {
  static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*");
  private static final Set<String> RESERVED =
      Set.of(
          "item",
          "item_id",
          "item_json",
          "map",
          "shell",
          "claude",
          "agent",
          "step",
          "workflow",
          "merge",
          "error",
          "validation",
          "env",
          "ARG");
  private static final Pattern POSITIONAL = Pattern.compile("ARG_\\d+");

  private final Map<String, ParameterDeclaration> found = new LinkedHashMap<>();

  private ParameterReader() {}

  static Map<String, ParameterDeclaration> read(@Nullable Value block) {
    var reader = new ParameterReader();
    if (block != null) {
      reader.block(block);
    }
    return reader.found;
  }

  static boolean isReserved(String name) {
    return RESERVED.contains(name) || POSITIONAL.matcher(name).matches();
  }

  private void block(Value block) {
    switch (block.kind()) {
      case NOTHING -> {}
      case LIST -> entries(block, true);
      case MAPPING -> mapping(block);
      default -> block.expected("a list or mapping of parameters");
    }
  }

  /// `required` may also be the list of names among `definitions`, or a parameter of that name.
  private void mapping(Value block) {
    Value definitions = block.peek("definitions");
    Set<String> names = new LinkedHashSet<>();
    for (Value.Entry entry : block.fields()) {
      boolean list = entry.value().is(Value.Kind.LIST);
      switch (entry.name()) {
        case "required" -> {
          if (list && definitions == null) {
            entries(entry.value(), true);
          } else if (list) {
            entry.value().list().forEach(name -> names.add(name.text()));
          } else {
            definition(entry.name(), entry.value(), false);
          }
        }
        case "optional" -> {
          if (list) {
            entries(entry.value(), false);
          } else {
            definition(entry.name(), entry.value(), false);
          }
        }
        case "definitions" ->
            entry.value().fields().forEach(each -> definition(each.name(), each.value(), false));
        default -> definition(entry.name(), entry.value(), false);
      }
    }
    if (definitions != null && !definitions.is(Value.Kind.MAPPING)) {
      definitions.expected("a mapping of parameters");
    }
    names.forEach(name -> require(name, block));
  }

  private void require(String name, Value block) {
    ParameterDeclaration declared = found.get(name);
    if (declared == null) {
      block.problem("`required` names `%s`, which is not among `definitions`".formatted(name));
      return;
    }
    found.put(
        name,
        new ParameterDeclaration(
            name,
            declared.typeName(),
            declared.kind(),
            declared.description(),
            declared.standard(),
            true,
            declared.choices(),
            declared.secret(),
            declared.at()));
  }

  private void entries(Value list, boolean required) {
    for (Value entry : list.list()) {
      if (entry.is(Value.Kind.MAPPING)) {
        Mapping fields = entry.mapping();
        Value name = fields.require("name");
        if (name != null) {
          declare(name.text(), name, fields, required);
        }
      } else if (entry.isScalar()) {
        plain(entry.text(), entry, required);
      } else {
        entry.expected("a parameter: its name, or a mapping with `name`");
      }
    }
  }

  private void definition(String name, Value value, boolean required) {
    switch (value.kind()) {
      case MAPPING -> declare(name, value, value.mapping(), required);
      case NOTHING -> plain(name, value, required);
      default -> value.expected("a mapping that declares parameter `%s`".formatted(name));
    }
  }

  private void plain(String name, Value at, boolean required) {
    checkName(name, at);
    add(
        new ParameterDeclaration(
            name,
            ParameterType.ANY.shown(),
            new ParameterDeclaration.ParameterKind(ParameterType.ANY, null),
            null,
            null,
            required,
            null,
            false,
            at));
  }

  private void declare(String name, Value at, Mapping fields, boolean requiredByForm) {
    checkName(name, at);
    Value typeValue = fields.take("type");
    Value required = fields.take("required");
    Value standard = fields.take("default");
    Value validation = fields.take("validation");
    Value choices = fields.take("enum");
    Value description = fields.take("description");
    boolean secret = fields.flag("secret", false);
    ParameterType type = typeValue == null ? ParameterType.ANY : type(typeValue);
    fields.finish();
    boolean isRequired = required == null ? requiredByForm && standard == null : required.flag();
    if (choices != null && !choices.is(Value.Kind.LIST)) {
      choices.expected("a list of values");
    }
    add(
        new ParameterDeclaration(
            name,
            type.shown(),
            new ParameterDeclaration.ParameterKind(
                type, validation == null ? null : rule(validation)),
            description == null || description.is(Value.Kind.NOTHING) ? null : description.text(),
            standard == null ? null : standard(standard, type),
            isRequired,
            choices == null ? null : choices.json(),
            secret,
            at));
  }

  private void add(ParameterDeclaration declaration) {
    if (found.putIfAbsent(declaration.name(), declaration) != null) {
      declaration.at().problem("parameter `%s` is declared twice".formatted(declaration.name()));
    }
  }

  private static void checkName(String name, Value at) {
    if (!NAME.matcher(name).matches()) {
      at.problem(
          ErrorCode.CONFIG_INVALID_VALUE,
          "`%s` cannot be a parameter's name (letters, digits, _ and -, no digit first)"
              .formatted(name));
    } else if (isReserved(name)) {
      at.problem(
          ErrorCode.CONFIG_INVALID_VALUE,
          "`%s` is a name of Prodigy's own: call the parameter something else".formatted(name));
    }
  }

  private static ParameterType type(Value value) {
    return ParameterType.of(value.text())
        .orElseGet(
            () -> {
              value.problem(
                  "unknown type `%s` (valid: string, number, integer, boolean, array, object, any)"
                      .formatted(value.scalar()));
              return ParameterType.ANY;
            });
  }

  private static @Nullable ParameterRule rule(Value value) {
    try {
      return ParameterRule.parse(value.text());
    } catch (ExpressionException e) {
      value.problem(ErrorCode.WORKFLOW_SYNTAX, "not a validation: " + e.message());
      return null;
    }
  }

  private static @Nullable JsonNode standard(Value value, ParameterType type) {
    if (value.is(Value.Kind.NOTHING)) {
      return null;
    }
    JsonNode accepted = type.accept(given(value));
    if (accepted == null) {
      value.problem(
          ErrorCode.PARAMETER_TYPE,
          "expected %s, got %s".formatted(type.shown(), ParameterType.kindOf(value.json())));
    }
    return accepted;
  }

  static Given given(Value value) {
    return new Given.Data(value.json(), value.scalar());
  }
}
