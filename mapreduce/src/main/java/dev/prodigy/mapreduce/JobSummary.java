package dev.prodigy.mapreduce;

import dev.prodigy.model.ItemId;
import dev.prodigy.model.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// How a map phase ended, and what its failures have in common.
///
/// @param byType the items that failed, by the type of their last failure
record JobSummary(ItemTable.Tally tally, Map<String, List<ItemId>> byType) {
  private static final int PATTERN = 3;

  static JobSummary of(List<ItemState> states, ItemTable.Tally tally) {
    var byType = new LinkedHashMap<String, List<ItemId>>();
    for (ItemState state : states) {
      if (state.lost() && !state.failures().isEmpty()) {
        String type = state.failures().getLast().errorType().typeName();
        byType.computeIfAbsent(type, _ -> new ArrayList<>()).add(state.item().id());
      }
    }
    return new JobSummary(tally, byType);
  }

  /// What one could do about failures that many items share.
  List<String> suggestions() {
    var all = new ArrayList<String>();
    byType.forEach(
        (type, items) -> {
          if (items.size() >= PATTERN) {
            all.add("%d items failed with %s: %s".formatted(items.size(), type, action(type)));
          }
        });
    return all;
  }

  private static String action(String type) {
    return switch (type) {
      case "Timeout" -> "raise agent_timeout_secs";
      case "PermissionDenied" -> "check file permissions";
      case "ResourceExhausted" -> "lower max_parallel";
      default -> "review the logs";
    };
  }

  JsonNode errorTypes() {
    ObjectNode types = Json.NODES.objectNode();
    byType.forEach((type, items) -> types.put(type, items.size()));
    return types;
  }

  JsonNode failurePatterns() {
    ArrayNode patterns = Json.NODES.arrayNode();
    byType.forEach(
        (type, items) -> {
          if (items.size() >= PATTERN) {
            ObjectNode pattern = patterns.addObject();
            pattern.put("pattern_type", type).put("frequency", items.size());
            ArrayNode names = pattern.putArray("items");
            items.forEach(item -> names.add(item.value()));
            pattern.put("suggested_action", action(type));
          }
        });
    return patterns;
  }

  JsonNode json() {
    ObjectNode json = Json.NODES.objectNode();
    json.put("total_items", tally.total());
    json.put("successful", tally.successful());
    json.put("failed", tally.failed());
    json.put("skipped", tally.skipped());
    json.put("failure_rate", tally.total() == 0 ? 0 : tally.failed() / (double) tally.total());
    json.set("error_types", errorTypes());
    json.set("failure_patterns", failurePatterns());
    return json;
  }
}
