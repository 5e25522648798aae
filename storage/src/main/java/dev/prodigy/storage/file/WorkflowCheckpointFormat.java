package dev.prodigy.storage.file;

import dev.prodigy.model.WorkflowCheckpoint;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The shape of `<workflow id>.checkpoint.json`, which nests what the model holds flat.
final class WorkflowCheckpointFormat {
  private WorkflowCheckpointFormat() {}

  static void write(WorkflowCheckpoint checkpoint, Instant now, JsonGenerator out) {
    out.writeStringProperty("workflow_id", checkpoint.workflowId());
    out.writeStringProperty("session_id", checkpoint.sessionId().value());
    executionState(checkpoint, now, out);
    out.writePOJOProperty("completed_steps", checkpoint.completedSteps());
    out.writePOJOProperty("variable_state", checkpoint.variables());
    out.writeNullProperty("mapreduce_state");
    out.writeStringProperty("timestamp", Timestamps.text(now));
    out.writeNumberProperty("version", 1);
    out.writeStringProperty("workflow_hash", checkpoint.workflowHash());
    out.writeNumberProperty("total_steps", checkpoint.totalSteps());
    out.writeStringProperty("workflow_name", checkpoint.workflowName());
    text("workflow_path", checkpoint.workflowPath(), out);
    out.writePOJOProperty("retry_checkpoint_state", checkpoint.retryCheckpointState());
    out.writePOJOProperty("variable_checkpoint_state", checkpoint.variableCheckpointState());
    out.writePOJOProperty("step_hashes", checkpoint.stepHashes());
    out.writePOJOProperty("worktree", checkpoint.worktree());
    out.writePOJOProperty("args", checkpoint.args());
    out.writePOJOProperty("failed_step", checkpoint.failedStep());
  }

  private static void executionState(
      WorkflowCheckpoint checkpoint, Instant now, JsonGenerator out) {
    out.writeObjectPropertyStart("execution_state");
    out.writeNumberProperty("current_step_index", checkpoint.currentStepIndex());
    out.writeNumberProperty("total_steps", checkpoint.totalSteps());
    out.writeStringProperty("status", Encodings.pascalName(checkpoint.status()));
    out.writeStringProperty("start_time", Timestamps.text(checkpoint.startTime()));
    out.writeStringProperty("last_checkpoint", Timestamps.text(now));
    out.writeNumberProperty("current_iteration", checkpoint.currentIteration());
    out.writeNumberProperty("total_iterations", checkpoint.totalIterations());
    out.writeEndObject();
  }

  private static void text(String name, @Nullable String value, JsonGenerator out) {
    out.writeName(name);
    out.writePOJO(value);
  }

  /// Also reads checkpoints of the original tool, which knows no worktree and keeps the error among
  /// the variables.
  static WorkflowCheckpoint read(JsonNode document) {
    if (!(document instanceof ObjectNode flat)) {
      throw new StoredJson.Unreadable("not a JSON object");
    }
    if (flat.path("execution_state") instanceof ObjectNode state) {
      flat.setAll(state);
    }
    flat.set("variables", document.path("variable_state"));
    foreign(flat);
    ours(flat, "retry_checkpoint_state", "checkpointed_at");
    ours(flat, "variable_checkpoint_state", "salt");
    WorkflowCheckpoint checkpoint = StoredJson.value(flat, WorkflowCheckpoint.class);
    int next = checkpoint.currentStepIndex();
    if (next < 0 || next > checkpoint.totalSteps()) {
      throw new StoredJson.Unreadable("step %d of %d".formatted(next, checkpoint.totalSteps()));
    }
    return checkpoint;
  }

  /// The original tool has other things under these names.
  private static void ours(ObjectNode flat, String name, String key) {
    if (!flat.path(name).has(key)) {
      flat.putNull(name);
    }
  }

  private static void foreign(ObjectNode flat) {
    if (!flat.has("worktree")) {
      flat.putObject("worktree")
          .put("name", flat.path("session_id").asString(""))
          .put("path", "")
          .put("branch", "")
          .put("head", "");
    }
    if (!flat.has("workflow_name")) {
      flat.put("workflow_name", flat.path("workflow_id").asString(""));
    }
    JsonNode variables = flat.path("variables");
    if (!flat.has("failed_step") && variables.has("__error_message")) {
      flat.putObject("failed_step")
          .put("index", variables.path("__failed_step_index").asInt(0))
          .put("error", variables.path("__error_message").asString(""))
          .put(
              "at",
              variables.path("__error_timestamp").asString(flat.path("timestamp").asString("")));
    }
  }

  /// Names and sizes of the five largest variables.
  static String largestVariables(WorkflowCheckpoint checkpoint) {
    record Sized(String name, int characters) {}
    List<Sized> sized =
        checkpoint.variables().entrySet().stream()
            .map((Map.Entry<String, JsonNode> v) -> new Sized(v.getKey(), length(v.getValue())))
            .sorted(Comparator.comparingInt(Sized::characters).reversed())
            .limit(5)
            .toList();
    return sized.stream()
        .map(variable -> "%s (%d characters)".formatted(variable.name(), variable.characters()))
        .collect(Collectors.joining(", "));
  }

  private static int length(JsonNode value) {
    return value.isString() ? value.asString().length() : value.toString().length();
  }
}
