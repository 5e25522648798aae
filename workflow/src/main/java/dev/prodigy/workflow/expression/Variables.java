package dev.prodigy.workflow.expression;

import dev.prodigy.model.Json;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Variables in layers: a child sees its parents' variables and keeps its own to itself. A child
/// costs one empty map, whatever the parents hold. One thread may change a layer while others read
/// it or its children.
public final class Variables implements Scope {
  private final @Nullable Variables parent;
  private final Map<String, JsonNode> own = Collections.synchronizedMap(new LinkedHashMap<>());
  private final Map<String, Supplier<JsonNode>> live = new ConcurrentHashMap<>();
  private @Nullable Scope withheld;
  private final Map<String, JsonNode> last = Collections.synchronizedMap(new HashMap<>());

  public Variables() {
    this(null);
  }

  private Variables(@Nullable Variables parent) {
    this.parent = parent;
  }

  /// A layer on top of this one: what is set there hides what is here.
  public Variables child() {
    return new Variables(this);
  }

  public Variables set(String name, JsonNode value) {
    own.put(name, value);
    return this;
  }

  public Variables set(String name, String value) {
    return set(name, Json.NODES.stringNode(value));
  }

  public Variables set(String name, long value) {
    return set(name, Json.NODES.numberNode(value));
  }

  public Variables set(String name, boolean value) {
    return set(name, Json.NODES.booleanNode(value));
  }

  public Variables setAll(Map<String, JsonNode> values) {
    own.putAll(values);
    return this;
  }

  /// Sets a variable that any other of its name, and an environment entry of its name, hides.
  public Variables setLast(String name, JsonNode value) {
    last.put(name, value);
    return this;
  }

  /// Sets a variable whose value is found out each time it is asked for. One set in this layer by
  /// [#set] hides it; it is no part of [#own].
  public Variables setLive(String name, Supplier<JsonNode> value) {
    live.put(name, value);
    return this;
  }

  /// What must not be seen here and in children: who reads a name of it is told so.
  public Variables withhold(Scope others) {
    withheld = others;
    return this;
  }

  /// Removes this layer's variable; one of a parent shows again.
  public Variables remove(String name) {
    own.remove(name);
    return this;
  }

  /// This layer's variables, in the order they were first set; a copy.
  public Map<String, JsonNode> own() {
    synchronized (own) {
      return new LinkedHashMap<>(own);
    }
  }

  /// Every visible variable, outermost layer first; a copy.
  public Map<String, JsonNode> all() {
    Map<String, JsonNode> all = parent == null ? new LinkedHashMap<>() : parent.all();
    all.putAll(own());
    return all;
  }

  @Override
  public @Nullable JsonNode lookup(String name) {
    for (Variables layer = this; layer != null; layer = layer.parent) {
      JsonNode value = layer.own.get(name);
      if (value != null) {
        return value;
      }
      Supplier<JsonNode> source = layer.live.get(name);
      if (source != null) {
        return source.get();
      }
    }
    return null;
  }

  @Override
  public @Nullable JsonNode lookupLast(String name) {
    for (Variables layer = this; layer != null; layer = layer.parent) {
      JsonNode value = layer.last.get(name);
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  @Override
  public boolean withholds(String base) {
    for (Variables layer = this; layer != null; layer = layer.parent) {
      Scope others = layer.withheld;
      if (others != null && defines(others, base)) {
        return true;
      }
    }
    return false;
  }

  private static boolean defines(Scope scope, String base) {
    return scope.lookup(base) != null
        || scope.names().stream().anyMatch(name -> name.startsWith(base + "."));
  }

  @Override
  public Set<String> names() {
    var names = new TreeSet<>(all().keySet());
    names.removeIf(name -> name.startsWith("__"));
    for (Variables layer = this; layer != null; layer = layer.parent) {
      names.addAll(layer.live.keySet());
    }
    return names;
  }
}
