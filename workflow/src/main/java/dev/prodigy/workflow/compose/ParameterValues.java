package dev.prodigy.workflow.compose;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Finds the value of every parameter: given, else its default, else the workflow's `defaults`; and
/// everything that is wrong with them.
final class ParameterValues {

  /// @param message as told to the user: `'port': Expected Number, got String`
  record Fault(ErrorCode code, String name, String message, @Nullable ParameterDeclaration of) {}

  private final Map<String, JsonNode> values = new LinkedHashMap<>();
  private final List<Fault> faults = new ArrayList<>();

  private ParameterValues() {}

  /// @param defaults lowest; names that are not declared are parameters, too
  /// @param later names that get their value only when the workflow runs
  static ParameterValues of(
      Map<String, ParameterDeclaration> declared,
      Map<String, JsonNode> defaults,
      Map<String, Given> given,
      Set<String> later) {
    var found = new ParameterValues();
    defaults.forEach(found.values::put);
    given.forEach(
        (name, value) -> {
          if (!declared.containsKey(name)) {
            JsonNode any = ParameterType.ANY.accept(value);
            found.values.put(name, any == null ? Json.NODES.nullNode() : any);
          }
        });
    declared.values().forEach(one -> found.resolve(one, given.get(one.name()), later));
    declared.values().forEach(found::check);
    return found;
  }

  /// Without those that have none.
  Map<String, JsonNode> values() {
    return values;
  }

  List<Fault> faults() {
    return faults;
  }

  private void resolve(ParameterDeclaration declared, @Nullable Given given, Set<String> later) {
    String name = declared.name();
    if (given != null) {
      accept(declared, given, "");
    } else if (declared.standard() != null) {
      values.put(name, declared.standard());
    } else if (values.containsKey(name)) {
      JsonNode value = values.get(name);
      accept(declared, new Given.Data(value, ParameterType.text(value)), " in `defaults`");
    } else if (declared.required() && !later.contains(name)) {
      faults.add(
          new Fault(
              ErrorCode.VALIDATION,
              name,
              "Required parameter '%s' not provided".formatted(name),
              declared));
    }
  }

  private void accept(ParameterDeclaration declared, Given given, String where) {
    JsonNode value = declared.kind().type().accept(given);
    if (value == null) {
      values.remove(declared.name());
      faults.add(
          new Fault(
              ErrorCode.PARAMETER_TYPE,
              declared.name(),
              "Expected %s, got %s%s".formatted(declared.typeName(), kind(given, declared), where),
              declared));
    } else {
      values.put(declared.name(), value);
    }
  }

  private static String kind(Given given, ParameterDeclaration declared) {
    return switch (given) {
      case Given.Data(var value, _) -> ParameterType.kindOf(value);
      case Given.Text(var text) ->
          declared.secret()
              ? "something else"
              : "'%s'".formatted(text.length() > 60 ? text.substring(0, 60) + "..." : text);
    };
  }

  private void check(ParameterDeclaration declared) {
    JsonNode value = values.get(declared.name());
    if (value == null) {
      return;
    }
    String shown = declared.secret() ? "***" : Json.text(value);
    JsonNode choices = declared.choices();
    if (choices != null && choices.isArray() && !holds(choices, value)) {
      faults.add(
          new Fault(
              ErrorCode.VALIDATION,
              declared.name(),
              "Value %s is not one of %s".formatted(shown, Json.text(choices)),
              declared));
    }
    ParameterRule rule = declared.kind().rule();
    if (rule != null && !rule.holds(declared.name(), value, values)) {
      faults.add(
          new Fault(
              ErrorCode.VALIDATION,
              declared.name(),
              "Value %s violates '%s'".formatted(shown, rule.written()),
              declared));
    }
  }

  private static boolean holds(JsonNode choices, JsonNode value) {
    return choices
        .valueStream()
        .anyMatch(
            choice ->
                choice.equals(value)
                    || (choice.isNumber()
                        && value.isNumber()
                        && choice.decimalValue().compareTo(value.decimalValue()) == 0));
  }
}
