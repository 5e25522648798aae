package dev.prodigy.agent;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Adds up what a stream tells about tokens. The totals of its result count; without one the sum
/// over the messages, each once: a message comes as several lines that repeat its usage, the last
/// of which knows most.
final class UsageMeter {
  private static final Usage NOTHING = new Usage(0, 0, 0, 0, null, 0, true);

  private final Map<String, Usage> byMessage = new LinkedHashMap<>();
  private Usage others = NOTHING;
  private boolean seen;

  void message(String id, JsonNode usage) {
    seen = true;
    byMessage.put(id, tokens(usage, "cache_read_input_tokens", null, 0, true));
  }

  /// Usage that belongs to no message, as in the older `token_usage` events.
  ///
  /// @return what was added
  Usage event(JsonNode usage) {
    seen = true;
    Usage added = tokens(usage, "cache_read_tokens", null, 0, true);
    others = others.plus(added);
    return added;
  }

  int messages() {
    return byMessage.size();
  }

  /// Null if nothing was told.
  @Nullable Usage total(@Nullable JsonNode result, int numTurns) {
    if (result != null && result.path("usage").isObject()) {
      JsonNode usage = result.path("usage");
      return tokens(usage, "cache_read_input_tokens", cost(result), numTurns, false);
    }
    Double cost = result == null ? null : cost(result);
    if (!seen && cost == null) {
      return null;
    }
    Usage sum = byMessage.values().stream().reduce(others, Usage::plus);
    return sum.plus(new Usage(0, 0, 0, 0, cost, numTurns, true));
  }

  private static @Nullable Double cost(JsonNode result) {
    for (String name : new String[] {"total_cost_usd", "cost_usd"}) {
      if (result.path(name).isNumber()) {
        return result.path(name).doubleValue();
      }
    }
    return null;
  }

  private static Usage tokens(
      JsonNode usage, String cacheRead, @Nullable Double cost, int numTurns, boolean partial) {
    return new Usage(
        usage.path("input_tokens").asLong(0),
        usage.path("output_tokens").asLong(0),
        usage.path(cacheRead).asLong(0),
        usage.path("cache_creation_input_tokens").asLong(0),
        cost,
        numTurns,
        partial);
  }
}
