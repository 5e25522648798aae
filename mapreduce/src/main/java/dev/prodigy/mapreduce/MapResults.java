package dev.prodigy.mapreduce;

import dev.prodigy.engine.Masked;
import dev.prodigy.model.AgentResult;
import dev.prodigy.model.Failure;
import dev.prodigy.model.FailureReason;
import dev.prodigy.model.JobId;
import dev.prodigy.model.Json;
import dev.prodigy.storage.JobStore;
import dev.prodigy.workflow.expression.Variables;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What the map phase achieved, as reduce and merge steps see it: one element per item in item
/// order, failed and skipped ones included.
final class MapResults {
  private final JobId job;
  private final JobStore store;
  private final List<ItemState> states;
  private final Masked revealing;

  /// @param revealing gives values back the secrets that storage has only by name
  MapResults(JobId job, JobStore store, List<ItemState> states, Masked revealing) {
    this.revealing = revealing;
    this.job = job;
    this.store = store;
    this.states = states;
  }

  /// All `map.*` variables into the given scope.
  void publish(Variables variables, ItemTable.Tally tally, Duration mapDuration) {
    ArrayNode stored = results();
    ArrayNode results = (ArrayNode) revealing.value(stored);
    var map = Json.NODES.objectNode();
    map.put("total", tally.total());
    map.put("successful", tally.successful());
    map.put("success_count", tally.successful());
    map.put("failed", tally.failed());
    map.put("failure_count", tally.failed());
    map.put("skipped", tally.skipped());
    map.set("success_rate", rate(tally.successful(), tally.total(), 100));
    map.set("failure_rate", rate(tally.failed(), tally.total(), 1));
    map.put("duration", seconds(mapDuration));
    map.set("results", results);
    map.set("results_json", results);
    map.set("results_array", results);
    map.set("outputs", outputs(results));
    map.set("failed_items", failedItems(results));
    JobSummary summary = JobSummary.of(states, tally);
    map.set("error_types", summary.errorTypes());
    map.set("failure_patterns", summary.failurePatterns());
    addDurations(map);
    map.put("results_file", store.directory().resolve(saveWhole(stored)).toString());
    variables.set("map", map);
    variables.set("result", shortResults(results));
    variables.set("job_id", job.value());
  }

  private ArrayNode results() {
    ArrayNode results = Json.NODES.arrayNode(states.size());
    for (ItemState state : states) {
      results.add(element(state));
    }
    return results;
  }

  private ObjectNode element(ItemState state) {
    ObjectNode node = Json.NODES.objectNode();
    node.put("item_id", state.item().id().value());
    node.put("item_index", state.item().index());
    node.put("agent_id", job.agent(state.item().id()).value());
    node.set("item", state.item().data());
    AgentResult result = state.result();
    boolean success = state.status() == ItemState.Status.DONE;
    node.put("success", success);
    node.put("status", statusOf(state));
    if (result != null && success) {
      describe(node, result);
    } else if (!state.failures().isEmpty()) {
      describe(node, state.failures().getLast());
    }
    return node;
  }

  private static String statusOf(ItemState state) {
    if (state.status() == ItemState.Status.DONE) {
      return "success";
    }
    if (state.skipped()) {
      return "skipped";
    }
    boolean timeout =
        !state.failures().isEmpty()
            && state.failures().getLast().errorType() instanceof FailureReason.Timeout;
    return timeout ? "timeout" : "failed";
  }

  private void describe(ObjectNode node, AgentResult result) {
    String ref = result.outputRef();
    String output = ref == null ? result.output() : store.output(ref);
    node.put("output", output == null ? "" : output);
    node.putNull("error");
    addAll(node.putArray("commits"), result.commits());
    addAll(node.putArray("files_modified"), result.filesModified());
    node.put("duration", seconds(result.duration()));
    node.put("duration_ms", result.duration().toMillis());
    node.put("attempt", result.attempt());
    ObjectNode captured = node.putObject("outputs");
    result.outputs().forEach(captured::set);
  }

  private static void describe(ObjectNode node, Failure failure) {
    node.put("output", "");
    node.put("error", failure.errorMessage());
    node.put("error_type", failure.errorType().typeName());
    node.putArray("commits");
    node.putArray("files_modified");
    node.put("duration", seconds(Duration.ofMillis(failure.durationMs())));
    node.put("duration_ms", failure.durationMs());
    node.put("attempt", failure.attemptNumber());
    node.putObject("outputs");
  }

  private String saveWhole(ArrayNode results) {
    return store.saveOutput(new dev.prodigy.model.ItemId("map-results"), Json.text(results));
  }

  private static ArrayNode outputs(ArrayNode results) {
    ArrayNode outputs = Json.NODES.arrayNode();
    for (JsonNode result : results) {
      if (result.get("success").booleanValue()) {
        outputs.add(result.get("output"));
      }
    }
    return outputs;
  }

  private static ArrayNode failedItems(ArrayNode results) {
    ArrayNode failed = Json.NODES.arrayNode();
    for (JsonNode result : results) {
      if (!result.get("success").booleanValue()) {
        ObjectNode node = failed.addObject();
        node.set("item_id", result.get("item_id"));
        node.set("item", result.get("item"));
        node.set("error", result.path("error"));
      }
    }
    return failed;
  }

  /// `result.<i>.item_id|status|output|commits`, where `commits` is their number.
  private static ArrayNode shortResults(ArrayNode results) {
    ArrayNode list = Json.NODES.arrayNode(results.size());
    for (JsonNode result : results) {
      ObjectNode node = list.addObject();
      node.set("item_id", result.get("item_id"));
      node.set("status", result.get("status"));
      node.set("output", result.path("output"));
      node.put("commits", result.path("commits").size());
    }
    return list;
  }

  private void addDurations(ObjectNode map) {
    double total = 0;
    int count = 0;
    for (ItemState state : states) {
      AgentResult result = state.result();
      if (result != null) {
        total += seconds(result.duration());
        count++;
      }
    }
    map.put("total_duration_secs", total);
    map.put("average_duration_secs", count == 0 ? 0 : total / count);
  }

  /// `part / total * scale` with two decimals, whole numbers without: 66.67, 100.
  private static JsonNode rate(int part, int total, int scale) {
    if (total == 0) {
      return Json.NODES.numberNode(0);
    }
    BigDecimal rate =
        BigDecimal.valueOf((long) part * scale)
            .divide(BigDecimal.valueOf(total), scale == 1 ? 4 : 2, RoundingMode.HALF_UP)
            .stripTrailingZeros();
    return Json.NODES.numberNode(rate.scale() < 0 ? rate.setScale(0) : rate);
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  private static void addAll(ArrayNode array, List<String> values) {
    values.forEach(array::add);
  }
}
