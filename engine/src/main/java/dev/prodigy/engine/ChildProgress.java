package dev.prodigy.engine;

import dev.prodigy.model.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// How far the workflows within the steps of a run have come, by their place, so that a resumed run
/// does not repeat what is over.
///
/// Thread-safe: workflows run beside each other.
public final class ChildProgress {
  private final Map<String, JsonNode> states = new LinkedHashMap<>(); // guarded by this
  private final Runnable save;

  /// @param save makes the present states durable
  public ChildProgress(Runnable save) {
    this.save = save;
  }

  /// For runs whose step is repeated as a whole.
  static ChildProgress inMemory() {
    return new ChildProgress(() -> {});
  }

  synchronized @Nullable JsonNode of(String place) {
    return states.get(place);
  }

  /// Durable on return.
  void put(String place, JsonNode state) {
    synchronized (this) {
      states.put(place, state);
    }
    save.run();
  }

  /// What lies below a step that is over; durable with the next state.
  synchronized void forget(String place) {
    states.keySet().removeIf(key -> key.equals(place) || key.startsWith(place + "/"));
  }

  /// For a checkpoint; null if there is nothing to remember.
  public synchronized @Nullable JsonNode store() {
    if (states.isEmpty()) {
      return null;
    }
    ObjectNode stored = Json.NODES.objectNode();
    states.forEach(stored::set);
    return stored;
  }

  /// @param stored what [#store] gave
  public synchronized void restore(@Nullable JsonNode stored) {
    if (stored != null) {
      stored.properties().forEach(entry -> states.put(entry.getKey(), entry.getValue()));
    }
  }
}
