package dev.prodigy.cli.look;

import dev.prodigy.cli.terminal.Human;
import dev.prodigy.model.Json;
import dev.prodigy.storage.EventLine;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

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
    String time = Human.time(Instant.ofEpochMilli(event.timeMillis()), ZoneId.systemDefault());
    String head = "[%s] %s - Job: %s".formatted(time, event.type(), event.jobId());
    String agent = event.agentId() == null ? "" : " - Agent: " + event.agentId();
    String details = details(event);
    return printable(head + agent + (details.isEmpty() ? "" : " - " + details));
  }

  /// What is particular about it.
  static String details(EventLine event) {
    JsonNode json = event.json();
    return switch (event.type()) {
      case "JobStarted" -> "Started with " + text(json, "total_items") + " items";
      case "JobCompleted" ->
          "Success: %s, Failures: %s"
              .formatted(text(json, "success_count"), text(json, "failure_count"));
      case "AgentProgress" ->
          "Step: %s (%s%%)"
              .formatted(text(json, "step"), decimal(json.path("progress_pct").asDouble(0)));
      case "AgentCompleted" -> completed(json);
      case "AgentFailed" -> reason(json.path("failure_reason")) + ": " + firstLine(json, "error");
      default -> pairs(event);
    };
  }

  private static String completed(JsonNode json) {
    int commits = json.path("commits").size();
    return "Item: %s - %ss, %s"
        .formatted(
            text(json, "item_id"),
            decimal(json.path("duration_ms").asDouble(0) / 1000),
            Human.count(commits, "commit"));
  }

  private static String decimal(double number) {
    return String.format(Locale.ROOT, "%.1f", number);
  }

  /// `Timeout`; of `{"CommandFailed":{"exit_code":101}}` its name.
  private static String reason(JsonNode reason) {
    if (reason instanceof ObjectNode object && !object.isEmpty()) {
      return object.propertyNames().iterator().next();
    }
    return reason.asString("Unknown");
  }

  /// The fields that not every event has.
  static ObjectNode fields(EventLine event) {
    ObjectNode fields = Json.NODES.objectNode();
    for (Map.Entry<String, JsonNode> field : event.json().properties()) {
      boolean details = field.getKey().equals("item_id") || !ENVELOPE.contains(field.getKey());
      if (details) {
        fields.set(field.getKey(), field.getValue());
      }
    }
    return fields;
  }

  private static String pairs(EventLine event) {
    var line = new StringBuilder();
    for (var field : fields(event).properties()) {
      JsonNode value = field.getValue();
      line.append(line.isEmpty() ? "" : " ")
          .append(field.getKey())
          .append('=')
          .append(value.isValueNode() ? value.asString() : value);
    }
    return line.toString();
  }

  private static String text(JsonNode json, String field) {
    return json.path(field).asString("");
  }

  private static String firstLine(JsonNode json, String field) {
    return text(json, field).lines().findFirst().orElse("");
  }

  /// What agents and commands wrote must not move the cursor or change colours.
  private static String printable(String text) {
    var printable = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> c == '\n' || c == '\t' ? ' ' : c)
        .map(c -> Character.getType(c) == Character.CONTROL ? '\ufffd' : c)
        .forEach(printable::appendCodePoint);
    return printable.toString();
  }
}
