package dev.prodigy.mapreduce;

import dev.prodigy.engine.Deadline;
import dev.prodigy.model.ItemId;
import dev.prodigy.workflow.AgentTimeouts;
import dev.prodigy.workflow.Limit;
import dev.prodigy.workflow.Step;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The map phase's numbers, resolved: variables looked up, command-line caps applied.
///
/// @param maxParallel agents at once, at least 1
/// @param agentTimeout null: no limit
/// @param commandTimeouts per step of the template
/// @param attemptsAllowed 0: as the retry policy says
/// @param itemVariables additional variables of single items
record MapSettings(
    int maxParallel,
    @Nullable Duration agentTimeout,
    AgentTimeouts.Policy timeoutPolicy,
    Map<Step, Duration> commandTimeouts,
    Duration grace,
    int attemptsAllowed,
    Map<ItemId, Map<String, JsonNode>> itemVariables) {

  /// Looks up `<type>_<k>` (k-th step of that type), `<type>_<i>` (position), then `<type>`.
  static Map<Step, Duration> commandTimeouts(
      AgentTimeouts timeouts, List<Step> template, Function<String, @Nullable String> environment) {
    var found = new HashMap<Step, Duration>();
    var seen = new LinkedHashMap<String, Integer>();
    for (int i = 0; i < template.size(); i++) {
      Step step = template.get(i);
      String type = step.command().type();
      int k = seen.merge(type, 1, Integer::sum) - 1;
      for (String key : List.of(type + "_" + k, type + "_" + i, type)) {
        Limit limit = timeouts.commands().get(key);
        if (limit != null) {
          found.put(step, limit.resolve(environment));
          break;
        }
      }
    }
    return found;
  }

  MapSettings withItemVariables(Map<ItemId, Map<String, JsonNode>> variables) {
    return new MapSettings(
        maxParallel,
        agentTimeout,
        timeoutPolicy,
        commandTimeouts,
        grace,
        attemptsAllowed,
        variables);
  }

  /// The end of an attempt that begins now, where attempts have one.
  @Nullable Deadline agentDeadline() {
    return agentTimeout == null || timeoutPolicy == AgentTimeouts.Policy.PER_COMMAND
        ? null
        : Deadline.after(agentTimeout, "agent_timeout_secs");
  }

  boolean agentLimitPassed(Duration took) {
    return agentTimeout != null && took.compareTo(agentTimeout) >= 0;
  }

  Function<Step, @Nullable Duration> commandLimit() {
    return switch (timeoutPolicy) {
      case PER_AGENT -> _ -> null;
      case PER_COMMAND -> step -> commandTimeouts.getOrDefault(step, agentTimeout);
      case HYBRID -> commandTimeouts::get;
    };
  }

  Map<String, JsonNode> extraVariables(ItemId item) {
    return itemVariables.getOrDefault(item, Map.of());
  }
}
