package dev.prodigy.storage.file;

import dev.prodigy.model.AgentResult;
import dev.prodigy.model.CleanupStatus;
import dev.prodigy.model.FailureReason;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.SessionId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.std.StdDeserializer;

/// An agent's result, without absent and empty members: a large job keeps thousands of them in each
/// checkpoint. A failure is told once, in `status`.
final class AgentResults {
  private AgentResults() {}

  static void write(AgentResult result, JsonGenerator out) {
    out.writeStartObject();
    out.writeStringProperty("item_id", result.itemId().value());
    writeStatus(result, out);
    text(out, "output", result.output());
    values(out, "commits", result.commits());
    values(out, "files_modified", result.filesModified());
    value(out, "duration", result.duration());
    value(out, "error_type", result.errorType());
    text(out, "worktree_path", result.worktreePath());
    text(out, "branch_name", result.branchName());
    value(out, "worktree_session_id", result.worktreeSessionId());
    text(out, "json_log_location", result.jsonLogLocation());
    value(out, "cleanup_status", result.cleanupStatus());
    out.writeNumberProperty("attempt", result.attempt());
    value(out, "output_bytes", result.outputBytes());
    text(out, "output_ref", result.outputRef());
    if (!result.outputs().isEmpty()) {
      value(out, "outputs", result.outputs());
    }
    out.writeEndObject();
  }

  private static void writeStatus(AgentResult result, JsonGenerator out) {
    String error = result.error();
    if (result.status() == AgentResult.Status.FAILED && error != null) {
      out.writeObjectPropertyStart("status");
      out.writeStringProperty("Failed", error);
      out.writeEndObject();
    } else {
      out.writeStringProperty("status", Encodings.pascalName(result.status()));
      text(out, "error", error);
    }
  }

  private static void text(JsonGenerator out, String key, @Nullable String value) {
    if (value != null) {
      out.writeStringProperty(key, value);
    }
  }

  private static void values(JsonGenerator out, String key, List<String> values) {
    if (!values.isEmpty()) {
      out.writeArrayPropertyStart(key);
      values.forEach(out::writeString);
      out.writeEndArray();
    }
  }

  private static void value(JsonGenerator out, String key, @Nullable Object value) {
    if (value != null) {
      out.writePOJOProperty(key, value);
    }
  }

  /// The members as they stand in the document, before `status` is taken apart.
  private record Raw(
      ItemId itemId,
      JsonNode status,
      @Nullable String output,
      List<String> commits,
      List<String> filesModified,
      @Nullable Duration duration,
      @Nullable String error,
      @Nullable FailureReason errorType,
      @Nullable String worktreePath,
      @Nullable String branchName,
      @Nullable SessionId worktreeSessionId,
      @Nullable String jsonLogLocation,
      @Nullable CleanupStatus cleanupStatus,
      int attempt,
      @Nullable Long outputBytes,
      @Nullable String outputRef,
      Map<String, JsonNode> outputs) {

    AgentResult result() {
      boolean failedWithMessage = status.isObject();
      return new AgentResult(
          itemId,
          failedWithMessage
              ? AgentResult.Status.FAILED
              : Encodings.constant(AgentResult.Status.class, status.asString("")),
          output,
          commits,
          filesModified,
          duration == null ? Duration.ZERO : duration,
          failedWithMessage && error == null ? status.path("Failed").asString(null) : error,
          errorType,
          worktreePath,
          branchName,
          worktreeSessionId,
          jsonLogLocation,
          cleanupStatus,
          attempt,
          outputBytes,
          outputRef,
          outputs);
    }
  }

  static ValueDeserializer<AgentResult> deserializer() {
    return new StdDeserializer<>(AgentResult.class) {
      @Override
      public AgentResult deserialize(JsonParser in, DeserializationContext context) {
        return context.readValue(in, Raw.class).result();
      }
    };
  }

  static void writeCleanup(CleanupStatus status, JsonGenerator out) {
    switch (status) {
      case CleanupStatus.Success _ -> out.writeString("Success");
      case CleanupStatus.Skipped _ -> out.writeString("Skipped");
      case CleanupStatus.Failed(String message) -> {
        out.writeStartObject();
        out.writeStringProperty("Failed", message);
        out.writeEndObject();
      }
    }
  }

  static CleanupStatus readCleanup(JsonNode node) {
    if (node.isObject()) {
      return new CleanupStatus.Failed(node.path("Failed").asString(""));
    }
    return switch (Encodings.letters(node.asString(""))) {
      case "success" -> new CleanupStatus.Success();
      case "skipped" -> new CleanupStatus.Skipped();
      default -> new CleanupStatus.Failed(node.asString(""));
    };
  }
}
