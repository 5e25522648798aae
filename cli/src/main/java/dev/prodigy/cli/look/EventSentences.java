package dev.prodigy.cli.look;

import dev.prodigy.cli.terminal.Human;
import dev.prodigy.storage.EventLine;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// One event as a line for people.
final class EventSentences {
  private static final Set<String> ENVELOPE =
      Set.of(
          "type",
          "agent_id",
          "id",
          "timestamp",
          "event_type",
          "job_id",
          "item_id",
          "session_id",
          "correlation_id",
          "seq",
          "metadata",
          "crc");

  private EventSentences() {}

  static String of(EventLine event) {
    JsonNode json = event.json();
    String time = Human.time(Instant.ofEpochMilli(event.timeMillis()), ZoneId.systemDefault());
    String head = "[%s] %s - Job: %s".formatted(time, event.type(), event.jobId());
    String agent = event.agentId() == null ? "" : " - Agent: " + event.agentId();
    return head
        + agent
        + " - "
        + switch (event.type()) {
          case "JobCompleted" ->
              "Success: %s, Failures: %s"
                  .formatted(text(json, "success_count"), text(json, "failure_count"));
          case "AgentProgress" ->
              "Step: %s (%s%%)".formatted(text(json, "step"), text(json, "progress_pct"));
          case "AgentCompleted" ->
              "Item: %s - %.1fs, %d commits"
                  .formatted(
                      text(json, "item_id"),
                      json.path("duration_ms").asLong(0) / 1000.0,
                      json.path("commits").size());
          case "AgentFailed" -> text(json, "error").lines().findFirst().orElse("");
          default -> fields(json);
        };
  }

  private static String fields(JsonNode json) {
    var line = new StringBuilder();
    for (var field : json.properties()) {
      if (!ENVELOPE.contains(field.getKey())) {
        line.append(line.isEmpty() ? "" : " ")
            .append(field.getKey())
            .append('=')
            .append(
                field.getValue().isValueNode() ? field.getValue().asString() : field.getValue());
      }
    }
    return line.toString();
  }

  private static String text(JsonNode json, String field) {
    return json.path(field).asString("");
  }
}
