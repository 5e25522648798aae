package dev.prodigy.workflow.reading;

import dev.prodigy.model.Json;
import dev.prodigy.model.Sha256;
import dev.prodigy.workflow.yaml.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Hashes of what a workflow says, not of how it is written: comments, spacing, quotes, anchors and
/// the order of keys do not matter. They tell at resume what was changed in the meantime.
///
/// They are made when somebody asks: only a run or resume does.
public final class Fingerprints {

  /// The keys of `map` that decide which items there are and what is done with them.
  private static final List<String> MAP_DEFINITION =
      List.of(
          "input",
          "json_path",
          "filter",
          "sort_by",
          "distinct",
          "offset",
          "max_items",
          "limit",
          "agent_template");

  private final Value workflow;
  private final boolean mapReduce;
  private @Nullable String whole;
  private @Nullable List<String> steps;

  /// @param workflow without problems
  public Fingerprints(Value workflow, boolean mapReduce) {
    this.workflow = workflow;
    this.mapReduce = mapReduce;
  }

  /// Of everything.
  public synchronized String whole() {
    String known = whole;
    if (known == null) {
      JsonNode sorted = sorted(workflow.json());
      known = hash(sorted.isArray() ? Json.NODES.objectNode().set("commands", sorted) : sorted);
      whole = known;
    }
    return known;
  }

  /// Of each step; in a MapReduce workflow of each setup step, what the map does with which items,
  /// and each reduce step.
  public synchronized List<String> steps() {
    List<String> known = steps;
    if (known == null) {
      JsonNode sorted = sorted(workflow.json());
      known = List.copyOf(mapReduce ? ofPhases(sorted) : each(mainList(sorted)));
      steps = known;
    }
    return known;
  }

  private static List<String> ofPhases(JsonNode workflow) {
    var hashes = new ArrayList<>(each(stepsOf(workflow.get("setup"))));
    JsonNode map = workflow.path("map");
    var definition = Json.NODES.objectNode();
    for (String key : MAP_DEFINITION) {
      if (map.has(key)) {
        definition.set(key, map.get(key));
      }
    }
    hashes.add(hash(sorted(definition)));
    hashes.addAll(each(stepsOf(workflow.get("reduce"))));
    return hashes;
  }

  private static JsonNode mainList(JsonNode workflow) {
    if (workflow.isArray()) {
      return workflow;
    }
    return workflow.has("commands") ? workflow.get("commands") : workflow.path("steps");
  }

  /// Of a list, or a mapping with `commands`.
  private static JsonNode stepsOf(@Nullable JsonNode block) {
    if (block == null) {
      return Json.NODES.arrayNode();
    }
    return block.isArray() ? block : block.path("commands");
  }

  private static List<String> each(JsonNode list) {
    var hashes = new ArrayList<String>();
    list.forEach(step -> hashes.add(hash(step)));
    return hashes;
  }

  /// @param sorted with the keys of every object in their order
  private static String hash(JsonNode sorted) {
    return "sha256:" + Sha256.hex(Json.text(sorted));
  }

  private static JsonNode sorted(JsonNode node) {
    if (node.isArray()) {
      var array = Json.NODES.arrayNode();
      node.forEach(element -> array.add(sorted(element)));
      return array;
    }
    if (!node.isObject()) {
      return node;
    }
    var object = Json.NODES.objectNode();
    for (String key : new TreeSet<>(node.propertyNames())) {
      object.set(key, sorted(node.get(key)));
    }
    return object;
  }
}
