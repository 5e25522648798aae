package dev.prodigy.workflow;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// What every work item must look like before an agent may start on it.
public record ItemValidation(
    List<String> requiredFields, Map<String, FieldType> fieldTypes, Action onFailure) {

  /// The JSON types a field can be asked to have.
  public enum FieldType {
    STRING,
    NUMBER,
    BOOLEAN,
    ARRAY,
    OBJECT,
    NULL;

    boolean matches(JsonNode value) {
      return switch (this) {
        case STRING -> value.isString();
        case NUMBER -> value.isNumber();
        case BOOLEAN -> value.isBoolean();
        case ARRAY -> value.isArray();
        case OBJECT -> value.isObject();
        case NULL -> value.isNull();
      };
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// What becomes of an item that does not pass: dead letter, end of the job, or left out.
  public enum Action {
    DLQ,
    FAIL,
    SKIP
  }

  public ItemValidation {
    requiredFields = List.copyOf(requiredFields);
    fieldTypes = Collections.unmodifiableMap(new LinkedHashMap<>(fieldTypes));
  }

  /// Everything wrong with an item; empty = it passes. Types of absent fields are not looked at.
  public List<String> problems(JsonNode item) {
    var found = new ArrayList<String>();
    for (String field : requiredFields) {
      if (!item.has(field)) {
        found.add("required field '%s' is missing".formatted(field));
      }
    }
    fieldTypes.forEach(
        (field, type) -> {
          JsonNode value = item.get(field);
          if (value != null && !type.matches(value)) {
            found.add(
                "field '%s' must be of type %s, not %s"
                    .formatted(
                        field, type.word(), value.getNodeType().name().toLowerCase(Locale.ROOT)));
          }
        });
    return found;
  }
}
