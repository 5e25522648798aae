package dev.prodigy.storage.file;

import dev.prodigy.model.ItemId;
import dev.prodigy.model.MapCheckpoint;
import dev.prodigy.model.MapCheckpoint.Completed;
import dev.prodigy.model.MapCheckpoint.Failed;
import dev.prodigy.model.MapCheckpoint.InProgress;
import dev.prodigy.model.Phase;
import dev.prodigy.model.RetryCheckpoint.BreakerStanding;
import dev.prodigy.model.WorkItem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/// Reads a map checkpoint in one pass, keeping nothing but the items. Members may come in any
/// order, and the item lists may stand at the top level, too.
final class MapCheckpointReader {
  private final JsonParser in;

  private Phase phase = Phase.MAP;
  private Instant phaseStartedAt = Instant.EPOCH;
  private final List<WorkItem> pending = new ArrayList<>();
  private final List<InProgress> inProgress = new ArrayList<>();
  private final List<Completed> completed = new ArrayList<>();
  private final List<Failed> failed = new ArrayList<>();
  private final Map<ItemId, Integer> retryCounts = new LinkedHashMap<>();
  private final List<ItemId> deadLettered = new ArrayList<>();
  private final Map<String, JsonNode> captured = new LinkedHashMap<>();
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final Map<String, BreakerStanding> breakers = new LinkedHashMap<>();
  private long journalSeq;
  private int maxParallel = 1;

  private MapCheckpointReader(JsonParser in) {
    this.in = in;
  }

  /// @param in behind `metadata`
  static MapCheckpoint read(JsonParser in) {
    var reader = new MapCheckpointReader(in);
    reader.members();
    MapCheckpoint checkpoint = reader.checkpoint();
    MapCheckpointFormat.itemInTwoLists(checkpoint)
        .ifPresent(
            item -> {
              throw new StoredJson.Unreadable("item '" + item + "' is in two lists");
            });
    return checkpoint;
  }

  private MapCheckpoint checkpoint() {
    return new MapCheckpoint(
        phase,
        phaseStartedAt,
        pending,
        inProgress,
        completed,
        failed,
        Map.copyOf(retryCounts),
        List.copyOf(deadLettered),
        Map.copyOf(captured),
        Map.copyOf(environment),
        journalSeq,
        maxParallel,
        Map.copyOf(breakers));
  }

  private void members() {
    for (String name = in.nextName(); name != null; name = in.nextName()) {
      in.nextToken();
      member(name);
    }
  }

  private void member(String name) {
    switch (name) {
      case "journal_seq" -> journalSeq = in.getLongValue();
      case "work_item_state" -> members();
      case "pending_items" -> items(WorkItem.class, pending);
      case "completed_items" -> items(Completed.class, completed);
      case "failed_items" -> items(Failed.class, failed);
      case "in_progress_items" -> inProgressItems();
      case "execution_state" -> executionState(tree());
      case "variable_state" -> variableState(tree());
      case "resource_state" -> maxParallel = tree().path("total_agents_allowed").asInt(1);
      case "error_state" -> errorState(tree());
      case "item_retry_counts" ->
          tree()
              .properties()
              .forEach(e -> retryCounts.put(new ItemId(e.getKey()), e.getValue().asInt()));
      default -> in.skipChildren();
    }
  }

  private <T> void items(Class<T> type, List<T> into) {
    var reader = StoredJson.readerFor(type);
    while (in.nextToken() != JsonToken.END_ARRAY) {
      T item = reader.readValue(in);
      Completeness.check(item);
      into.add(item);
    }
  }

  private void inProgressItems() {
    var reader = StoredJson.readerFor(InProgress.class);
    while (in.nextName() != null) {
      in.nextToken();
      InProgress item = reader.readValue(in);
      Completeness.check(item);
      inProgress.add(item);
    }
  }

  private void executionState(JsonNode state) {
    phase = Encodings.constant(Phase.class, state.path("current_phase").asString("Map"));
    phaseStartedAt = Timestamps.parse(state.path("phase_start_time").asString());
  }

  private void variableState(JsonNode state) {
    state
        .path("captured_outputs")
        .properties()
        .forEach(e -> captured.put(e.getKey(), e.getValue()));
    state
        .path("environment_variables")
        .properties()
        .forEach(e -> environment.put(e.getKey(), e.getValue().asString("")));
  }

  private void errorState(JsonNode state) {
    state.path("dlq_items").forEach(id -> deadLettered.add(new ItemId(id.asString())));
    state
        .path("circuit_breaker_states")
        .properties()
        .forEach(
            each ->
                breakers.put(
                    each.getKey(), StoredJson.value(each.getValue(), BreakerStanding.class)));
  }

  private JsonNode tree() {
    return StoredJson.reader().readTree(in);
  }
}
