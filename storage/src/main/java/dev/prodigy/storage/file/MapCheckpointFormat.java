package dev.prodigy.storage.file;

import dev.prodigy.model.AgentId;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.MapCheckpoint;
import dev.prodigy.model.MapCheckpoint.Completed;
import dev.prodigy.model.MapCheckpoint.Failed;
import dev.prodigy.model.MapCheckpoint.InProgress;
import dev.prodigy.model.WorkItem;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.ObjectWriter;

/// Writes a map checkpoint item by item, in the shape users' tools know. What the model holds once
/// some readers expect in several places; the copies are derived here and not read back.
final class MapCheckpointFormat {
  /// `work_item_state`, its lists, and one line per item.
  static final int DEEPEST_BROKEN = 3;

  private static final ObjectWriter ITEMS = StoredJson.lean();

  private final MapCheckpoint checkpoint;
  private final JsonGenerator out;

  private MapCheckpointFormat(MapCheckpoint checkpoint, JsonGenerator out) {
    this.checkpoint = checkpoint;
    this.out = out;
  }

  static void write(MapCheckpoint checkpoint, JsonGenerator out) {
    var format = new MapCheckpointFormat(checkpoint, out);
    // Directly behind the metadata, where CheckpointFile.head finds it without reading the items.
    out.writeNumberProperty("journal_seq", checkpoint.journalSeq());
    format.executionState();
    format.workItemState();
    format.agentState();
    format.variableState();
    format.resourceState();
    format.errorState();
    format.retryCounts();
    out.writeNullProperty("workflow"); // the exact text is beside it: workflow.yml
    out.writeNullProperty("event_cursor"); // state never depends on events
  }

  private void executionState() {
    out.writeObjectPropertyStart("execution_state");
    out.writeStringProperty("current_phase", Encodings.pascalName(checkpoint.phase()));
    out.writeStringProperty("phase_start_time", Timestamps.text(checkpoint.phaseStartedAt()));
    out.writeNullProperty("setup_results");
    out.writeNullProperty("map_results");
    out.writeNullProperty("reduce_results");
    empty("workflow_variables");
    out.writeEndObject();
  }

  private void workItemState() {
    out.writeObjectPropertyStart("work_item_state");
    out.writeArrayPropertyStart("pending_items");
    checkpoint.pending().forEach(item -> ITEMS.writeValue(out, item));
    out.writeEndArray();
    out.writeObjectPropertyStart("in_progress_items");
    checkpoint.inProgress().forEach(this::inProgress);
    out.writeEndObject();
    out.writeArrayPropertyStart("completed_items");
    checkpoint.completed().forEach(item -> ITEMS.writeValue(out, item));
    out.writeEndArray();
    out.writeArrayPropertyStart("failed_items");
    checkpoint.failed().forEach(item -> ITEMS.writeValue(out, item));
    out.writeEndArray();
    out.writeNullProperty("current_batch");
    out.writeEndObject();
  }

  private void inProgress(InProgress item) {
    out.writeName(item.workItem().id().value());
    out.writeStartObject();
    out.writeName("work_item");
    ITEMS.writeValue(out, item.workItem());
    out.writeStringProperty("agent_id", item.agentId().value());
    out.writeStringProperty("started_at", Timestamps.text(item.startedAt()));
    out.writeStringProperty("last_update", Timestamps.text(item.startedAt()));
    out.writeNumberProperty("attempt", item.attempt());
    if (item.worktreePath() != null) {
      out.writeStringProperty("worktree_path", item.worktreePath());
    }
    if (item.branchName() != null) {
      out.writeStringProperty("branch_name", item.branchName());
    }
    out.writeEndObject();
  }

  private void agentState() {
    out.writeObjectPropertyStart("agent_state");
    out.writeObjectPropertyStart("active_agents");
    checkpoint.inProgress().forEach(this::activeAgent);
    out.writeEndObject();
    out.writeObjectPropertyStart("agent_assignments");
    for (InProgress item : checkpoint.inProgress()) {
      out.writeArrayPropertyStart(item.agentId().value());
      out.writeString(item.workItem().id().value());
      out.writeEndArray();
    }
    out.writeEndObject();
    empty("agent_results");
    empty("resource_allocation");
    out.writeEndObject();
  }

  private void activeAgent(InProgress item) {
    AgentId agent = item.agentId();
    String path = item.worktreePath();
    out.writeObjectPropertyStart(agent.value());
    out.writeStringProperty("agent_id", agent.value());
    out.writeStringProperty("worktree_path", path == null ? "" : path);
    out.writeStringProperty("started_at", Timestamps.text(item.startedAt()));
    out.writeStringProperty("last_heartbeat", Timestamps.text(item.startedAt()));
    out.writeStringProperty("status", "Running");
    out.writeEndObject();
  }

  private void variableState() {
    out.writeObjectPropertyStart("variable_state");
    empty("workflow_variables");
    out.writePOJOProperty("captured_outputs", checkpoint.captured());
    out.writePOJOProperty("environment_variables", checkpoint.environment());
    empty("item_variables");
    out.writeEndObject();
  }

  private void resourceState() {
    out.writeObjectPropertyStart("resource_state");
    out.writeNumberProperty("total_agents_allowed", checkpoint.maxParallel());
    out.writeNumberProperty("current_agents_active", checkpoint.inProgress().size());
    out.writePOJOProperty("worktrees_created", new String[0]);
    out.writePOJOProperty("worktrees_cleaned", new String[0]);
    out.writeNullProperty("disk_usage_bytes");
    out.writeEndObject();
  }

  private void errorState() {
    out.writeObjectPropertyStart("error_state");
    out.writeNumberProperty("error_count", checkpoint.failed().size());
    out.writeArrayPropertyStart("dlq_items");
    checkpoint.deadLettered().forEach(item -> out.writeString(item.value()));
    out.writeEndArray();
    out.writeBooleanProperty("error_threshold_reached", false);
    out.writePOJOProperty("circuit_breaker_states", checkpoint.breakers());
    out.writeName("last_error");
    out.writePOJO(checkpoint.failed().isEmpty() ? null : checkpoint.failed().getLast().error());
    out.writeEndObject();
  }

  private void retryCounts() {
    out.writeObjectPropertyStart("item_retry_counts");
    checkpoint.retryCounts().entrySet().stream()
        .sorted(
            Map.Entry.<ItemId, Integer>comparingByKey(
                Comparator.comparingInt(ItemId::index).thenComparing(ItemId::value)))
        .forEach(count -> out.writeNumberProperty(count.getKey().value(), count.getValue()));
    out.writeEndObject();
  }

  private void empty(String name) {
    out.writeObjectPropertyStart(name);
    out.writeEndObject();
  }

  /// The item that is in two lists, if there is one: such a checkpoint is never written nor used.
  static Optional<ItemId> itemInTwoLists(MapCheckpoint checkpoint) {
    Set<ItemId> seen = HashSet.newHashSet(checkpoint.totalItems());
    return Stream.of(
            checkpoint.pending().stream(),
            checkpoint.inProgress().stream().map(InProgress::workItem),
            checkpoint.completed().stream().map(Completed::workItem),
            checkpoint.failed().stream().map(Failed::workItem))
        .flatMap(items -> items)
        .map(WorkItem::id)
        .filter(id -> !seen.add(id))
        .findFirst();
  }
}
