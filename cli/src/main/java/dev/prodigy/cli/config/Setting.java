package dev.prodigy.cli.config;

import dev.prodigy.model.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Something one can set.
///
/// @param path of names with dots between; `*` stands for any one name
/// @param standard what it is if nobody sets it; null: nothing
/// @param traits what else there is to say of it
record Setting(String path, SettingType type, @Nullable JsonNode standard, List<Trait> traits) {

  enum Trait {
    /// Never shown whole.
    SECRET,
    /// A path: `~` and `${VAR}` are expanded, a relative one starts where its file belongs.
    PATH,
    /// Nothing in this version asks for it.
    NO_EFFECT,
    /// Counts only where the user sets it, not where a repository does.
    USER_ONLY
  }

  Setting {
    traits = List.copyOf(traits);
  }

  static Setting of(String path, SettingType type, Trait... traits) {
    return new Setting(path, type, null, List.of(traits));
  }

  Setting standard(String value) {
    return new Setting(path, type, Json.NODES.stringNode(value), traits);
  }

  Setting standard(long value) {
    return new Setting(path, type, Json.NODES.numberNode(value), traits);
  }

  Setting standard(boolean value) {
    return new Setting(path, type, Json.NODES.booleanNode(value), traits);
  }

  Setting standard(JsonNode value) {
    return new Setting(path, type, value, traits);
  }

  boolean is(Trait trait) {
    return traits.contains(trait);
  }

  boolean isFamily() {
    return path.contains("*");
  }

  /// Whether a path without `*` is this setting's.
  boolean matches(String other) {
    String[] own = path.split("\\.", -1);
    String[] asked = other.split("\\.", -1);
    if (own.length != asked.length) {
      return false;
    }
    for (int i = 0; i < own.length; i++) {
      if (!own[i].equals("*") && !own[i].equals(asked[i])) {
        return false;
      }
    }
    return true;
  }

  /// Whether this setting lies below a path.
  boolean below(String prefix) {
    String[] own = path.split("\\.", -1);
    String[] above = prefix.split("\\.", -1);
    if (own.length <= above.length) {
      return false;
    }
    for (int i = 0; i < above.length; i++) {
      if (!own[i].equals("*") && !own[i].equals(above[i])) {
        return false;
      }
    }
    return true;
  }
}
