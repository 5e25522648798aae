package dev.prodigy.workflow.expression;

import dev.prodigy.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// A way to a value: `item.tags[0]`, `a["any key"]`, `results[*].score`. An index is a key like any
/// other, so `items[0]` is `items.0`.
final class VariablePath {
  /// One step; a quoted key is never part of a variable's name.
  private record Key(String text, boolean quoted, boolean each) {}

  private static final Key EACH = new Key("*", false, true);

  private final List<Key> keys;

  /// `a`, `a.b`, `a.b.0`: the names of variables this path may begin with.
  private final List<String> names;

  private VariablePath(List<Key> keys) {
    this.keys = List.copyOf(keys);
    this.names = new ArrayList<>();
    StringBuilder name = new StringBuilder();
    for (Key key : keys) {
      if (key.quoted || key.each) {
        break;
      }
      names.add(name.append(name.isEmpty() ? "" : ".").append(key.text).toString());
    }
  }

  /// A path found in a text, and where the text goes on.
  record Found(VariablePath path, int end) {}

  static VariablePath of(String name) {
    return new VariablePath(List.of(new Key(name, false, false)));
  }

  /// The whole text as a path, with or without a leading `$`; null if it is none.
  static @Nullable VariablePath parse(String text) {
    int start = text.startsWith("$.") ? 2 : text.startsWith("$") ? 1 : 0;
    Found found =
        text.startsWith("[", start)
            ? suffix(text, start, text.length())
            : at(text, start, text.length());
    return found == null || found.end != text.length() ? null : found.path;
  }

  /// The path that begins at an offset; null if none does.
  static @Nullable Found at(String text, int at, int end) {
    int keyEnd = keyEnd(text, at, end);
    if (keyEnd == at || text.charAt(at) == '-') {
      return null;
    }
    List<Key> keys = new ArrayList<>();
    keys.add(new Key(text.substring(at, keyEnd), false, false));
    return segments(text, keyEnd, end, keys);
  }

  /// The `.key` and `[…]` that begin at an offset; an empty path if none do.
  static Found suffix(String text, int at, int end) {
    return segments(text, at, end, new ArrayList<>());
  }

  private static Found segments(String text, int at, int end, List<Key> keys) {
    int next = at;
    while (next < end) {
      int after = segment(text, next, end, keys);
      if (after < 0) {
        break;
      }
      next = after;
    }
    return new Found(new VariablePath(keys), next);
  }

  /// Adds one segment to the keys; -1 if none begins here.
  private static int segment(String text, int at, int end, List<Key> keys) {
    if (text.charAt(at) == '.') {
      int keyEnd = keyEnd(text, at + 1, end);
      if (keyEnd == at + 1) {
        return -1;
      }
      keys.add(new Key(text.substring(at + 1, keyEnd), false, false));
      return keyEnd;
    }
    if (text.charAt(at) != '[' || at + 1 >= end) {
      return -1;
    }
    char first = text.charAt(at + 1);
    if (first == '"' || first == '\'') {
      return quotedKey(text, at + 1, end, keys);
    }
    int close = at + 1;
    while (close < end && text.charAt(close) >= '0' && text.charAt(close) <= '9') {
      close++;
    }
    if (first == '*') {
      close = at + 2;
    }
    if (close == at + 1 || close >= end || text.charAt(close) != ']') {
      return -1;
    }
    keys.add(first == '*' ? EACH : new Key(text.substring(at + 1, close), false, false));
    return close + 1;
  }

  private static int quotedKey(String text, int quote, int end, List<Key> keys) {
    StringBuilder key = new StringBuilder();
    for (int i = quote + 1; i + 1 < end; i++) {
      char c = text.charAt(i);
      if (c == text.charAt(quote)) {
        if (text.charAt(i + 1) != ']') {
          return -1;
        }
        keys.add(new Key(key.toString(), true, false));
        return i + 2;
      }
      if (c == '\\') {
        i++;
      }
      key.append(text.charAt(i));
    }
    return -1;
  }

  private static int keyEnd(String text, int at, int end) {
    int i = at;
    while (i < end && isKeyCharacter(text.charAt(i))) {
      i++;
    }
    return i;
  }

  static boolean isKeyCharacter(char c) {
    return c == '_' || c == '-' || (c < 128 && Character.isLetterOrDigit(c));
  }

  /// The value the path leads to: of the longest name that is defined, then inside it.
  JsonNode resolve(Function<String, @Nullable JsonNode> variables) {
    for (int length = names.size(); length > 0; length--) {
      JsonNode value = variables.apply(names.get(length - 1));
      if (value != null) {
        return navigate(value, length);
      }
    }
    return Values.MISSING;
  }

  /// The value the whole path leads to inside a document.
  JsonNode navigate(JsonNode root) {
    return navigate(root, 0);
  }

  private JsonNode navigate(JsonNode root, int from) {
    JsonNode value = root;
    for (int i = from; i < keys.size() && !value.isMissingNode(); i++) {
      if (keys.get(i).each) {
        return collect(value, i + 1);
      }
      value = child(value, keys.get(i).text);
    }
    return value;
  }

  private JsonNode collect(JsonNode value, int next) {
    JsonNode container = parsed(value);
    if (!container.isContainer()) {
      return Values.MISSING;
    }
    boolean nested = keys.subList(next, keys.size()).contains(EACH);
    ArrayNode found = Json.NODES.arrayNode();
    for (JsonNode element : container) {
      JsonNode inside = navigate(element, next);
      if (nested && inside.isArray()) {
        inside.forEach(found::add);
      } else if (!inside.isMissingNode()) {
        found.add(inside);
      }
    }
    return found;
  }

  private static JsonNode child(JsonNode value, String key) {
    JsonNode container = parsed(value);
    if (container.isObject()) {
      return container.path(key);
    }
    return container.isArray() && isIndex(key)
        ? container.path(Integer.parseInt(key))
        : Values.MISSING;
  }

  /// A text that is JSON of an object or array, as captured output often is, is that value.
  private static JsonNode parsed(JsonNode value) {
    if (!value.isString()) {
      return value;
    }
    String text = value.stringValue().strip();
    if (!text.startsWith("{") && !text.startsWith("[")) {
      return value;
    }
    try {
      return Json.parse(text);
    } catch (JacksonException _) {
      return value; // plain text that happens to begin with a bracket
    }
  }

  /// The first key; empty for the empty path.
  String base() {
    return keys.isEmpty() ? "" : keys.getFirst().text;
  }

  /// One key only, and not a quoted one.
  boolean simple() {
    return keys.size() == 1 && names.size() == 1;
  }

  private static boolean isIndex(String key) {
    return !key.isEmpty() && key.length() < 10 && key.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /// `name[3]`, `name[*]`: what elements of a shell array look like.
  boolean baseAndIndex() {
    return keys.size() == 2
        && !names.isEmpty()
        && (keys.get(1).each || (!keys.get(1).quoted && isIndex(keys.get(1).text)));
  }

  /// Without the first keys.
  VariablePath from(int count) {
    return new VariablePath(keys.subList(count, keys.size()));
  }

  /// Without a last key of that name; null if it has another one, or nothing before it.
  @Nullable VariablePath before(String last) {
    return keys.size() > 1 && keys.getLast().equals(new Key(last, false, false))
        ? new VariablePath(keys.subList(0, keys.size() - 1))
        : null;
  }

  /// The environment entry of this name: `PORT`, `env.PORT`; null if it cannot be one.
  @Nullable String environmentName() {
    if (simple()) {
      return keys.getFirst().text;
    }
    return keys.size() > 1 && base().equals("env") && names.size() == keys.size()
        ? names.getLast().substring("env.".length())
        : null;
  }

  /// As `.key["quoted key"][*]`, to stand behind something.
  String asSuffix() {
    StringBuilder text = new StringBuilder();
    for (Key key : keys) {
      if (key.each) {
        text.append("[*]");
      } else if (key.quoted) {
        text.append("[\"")
            .append(key.text.replace("\\", "\\\\").replace("\"", "\\\""))
            .append("\"]");
      } else {
        text.append('.').append(key.text);
      }
    }
    return text.toString();
  }

  @Override
  public String toString() {
    if (!keys.isEmpty() && names.size() == keys.size()) {
      return names.getLast(); // nearly always, so it is put together once
    }
    String text = asSuffix();
    return text.startsWith(".") ? text.substring(1) : text;
  }
}
