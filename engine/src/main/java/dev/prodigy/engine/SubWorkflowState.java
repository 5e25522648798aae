package dev.prodigy.engine;

import dev.prodigy.model.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What is kept of one workflow within a step, so that it goes on where it was cut off.
final class SubWorkflowState {
  private static final String DONE = "done";
  private static final String OUTPUTS = "outputs";
  private static final String BASE = "base";
  private static final String ITERATION = "iteration";
  private static final String NEXT = "next";
  private static final String VARIABLES = "variables";

  private final ChildProgress progress;
  private final String place;

  SubWorkflowState(ChildProgress progress, String place) {
    this.progress = progress;
    this.place = place;
  }

  /// Whether an earlier run has done it.
  boolean isDone() {
    return kept().path(DONE).asBoolean(false);
  }

  /// Of one that is done, secrets by name.
  Map<String, JsonNode> outputs() {
    return entries(OUTPUTS);
  }

  /// The commit its own worktree was made from, if it has begun in one.
  Optional<String> base() {
    return Optional.ofNullable(kept().path(BASE).asString(null));
  }

  /// Whether that is the state of one that is at work in a worktree of its own.
  static boolean isInOwnWorktree(JsonNode state) {
    return state.has(BASE);
  }

  /// The iteration to go on with, counted from 1.
  int iteration() {
    return kept().path(ITERATION).asInt(1);
  }

  /// The step of it to go on with.
  int next() {
    return kept().path(NEXT).asInt(0);
  }

  /// What its steps have captured, secrets by name.
  Map<String, JsonNode> variables() {
    return entries(VARIABLES);
  }

  /// In a worktree of its own; nothing has been done there.
  void begun(String base) {
    progress.put(place, Json.NODES.objectNode().put(BASE, base));
  }

  /// Nothing is left of what was done: it begins anew.
  void lost() {
    if (progress.of(place) != null) {
      progress.put(place, Json.NODES.objectNode());
    }
  }

  void stepDone(int iteration, int next, Map<String, JsonNode> variables) {
    ObjectNode state = Json.NODES.objectNode();
    base().ifPresent(base -> state.put(BASE, base));
    state.put(ITERATION, iteration).put(NEXT, next);
    ObjectNode kept = state.putObject(VARIABLES);
    variables.forEach(kept::set);
    progress.put(place, state);
  }

  void done(Map<String, JsonNode> outputs) {
    ObjectNode state = Json.NODES.objectNode().put(DONE, true);
    ObjectNode kept = state.putObject(OUTPUTS);
    outputs.forEach(kept::set);
    progress.put(place, state);
  }

  private Map<String, JsonNode> entries(String name) {
    var entries = new LinkedHashMap<String, JsonNode>();
    kept().path(name).properties().forEach(e -> entries.put(e.getKey(), e.getValue()));
    return entries;
  }

  private JsonNode kept() {
    @Nullable JsonNode state = progress.of(place);
    return state == null ? Json.NODES.missingNode() : state;
  }
}
