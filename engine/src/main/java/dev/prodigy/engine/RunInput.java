package dev.prodigy.engine;

import dev.prodigy.model.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What one pass over a sequential workflow's steps is about.
///
/// @param arg the value of `$ARG`; null if there is no input at all
/// @param file the path it was made of, for an input of `--map`
record RunInput(@Nullable String arg, @Nullable String file) {
  /// For workflows that are about nothing in particular.
  static final RunInput NONE = new RunInput(null, null);

  static RunInput of(String arg) {
    return new RunInput(arg, null);
  }

  /// `specs/65-cook.md` is about `65`; a file that does not begin with a number is about itself.
  static RunInput ofFile(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    int digits = 0;
    while (digits < name.length() && name.charAt(digits) >= '0' && name.charAt(digits) <= '9') {
      digits++;
    }
    boolean numbered = digits > 0 && name.startsWith("-", digits);
    return new RunInput(numbered ? name.substring(0, digits) : path, path);
  }

  /// How people know it.
  String shown() {
    return file == null ? String.valueOf(arg) : file;
  }

  /// What commands see as the positional arguments.
  List<String> args() {
    return arg == null ? List.of() : List.of(arg);
  }

  static JsonNode store(List<RunInput> inputs) {
    ArrayNode stored = Json.NODES.arrayNode();
    for (RunInput input : inputs) {
      ObjectNode one = stored.addObject();
      one.put("arg", input.arg);
      one.put("file", input.file);
    }
    return stored;
  }

  static List<RunInput> restore(JsonNode stored) {
    var inputs = new ArrayList<RunInput>();
    stored.forEach(one -> inputs.add(new RunInput(text(one, "arg"), text(one, "file"))));
    return inputs;
  }

  private static @Nullable String text(JsonNode object, String name) {
    JsonNode value = object.get(name);
    return value == null || value.isNull() ? null : value.asString();
  }
}
