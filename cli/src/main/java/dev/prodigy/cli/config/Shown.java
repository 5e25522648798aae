package dev.prodigy.cli.config;

import dev.prodigy.model.Json;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Settings as they may be shown: keys and the like never whole.
final class Shown {
  private static final int LEADING = 8;
  private static final int LONG = 16;
  private static final List<String> SECRET_NAMES =
      List.of("api_key", "apikey", "token", "secret", "password", "passwd");

  private Shown() {}

  static JsonNode value(Traced traced, @Nullable JsonNode value) {
    if (value == null) {
      return Json.NODES.nullNode();
    }
    return isSecret(traced) ? Json.NODES.stringNode(masked(value)) : value;
  }

  private static boolean isSecret(Traced traced) {
    String name = traced.path().substring(traced.path().lastIndexOf('.') + 1);
    String lower = name.toLowerCase(Locale.ROOT);
    return traced.setting().is(Setting.Trait.SECRET)
        || (traced.path().startsWith("project.variables.")
            && SECRET_NAMES.stream().anyMatch(lower::contains));
  }

  private static String masked(JsonNode value) {
    String text = value.isString() ? value.stringValue() : Json.text(value);
    return text.length() > LONG ? text.substring(0, LEADING) + "..." : "***";
  }

  /// What is set, nested as in a file; with a path only what lies at or below it.
  static ObjectNode document(Configuration configuration, @Nullable String path) {
    ObjectNode root = Json.NODES.objectNode();
    configuration
        .settings()
        .values()
        .forEach(
            traced -> {
              boolean wanted =
                  path == null
                      || traced.path().equals(path)
                      || traced.path().startsWith(path + ".");
              if (wanted && traced.value() != null) {
                put(root, traced.path(), value(traced, traced.value()));
              }
            });
    return root;
  }

  private static void put(ObjectNode root, String path, JsonNode value) {
    ObjectNode node = root;
    String[] names = path.split("\\.", -1);
    for (int i = 0; i < names.length - 1; i++) {
      node = node.withObjectProperty(names[i]);
    }
    node.set(names[names.length - 1], value);
  }

  /// What lies at a path of such a document; null if nothing does.
  static @Nullable JsonNode at(ObjectNode document, String path) {
    JsonNode node = document;
    for (String name : path.split("\\.", -1)) {
      node = node.get(name);
      if (node == null) {
        return null;
      }
    }
    return node;
  }
}
