package dev.prodigy.storage;

import dev.prodigy.model.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Brings records of earlier versions into today's flat shape:
///
/// | shape | recognised by |
/// |---|---|
/// | `{id,timestamp,correlation_id,event:{event_type,…},metadata}` | object `event` |
/// | `{id,timestamp,job_id,event_type,data:{…}}` | `event_type` and object `data` |
/// | `{event_type,…}` | `event_type` |
/// | `{"AgentCompleted":{…},"timestamp"?}` | a known name as key |
///
/// What is missing is made up from what is there, always alike: the same line gives the same
/// record.
final class OlderShapes {
  private static final List<String> ENVELOPE =
      List.of("item_id", "session_id", "correlation_id", "seq");
  private static final List<String> TIMES =
      List.of("timestamp", "time", "started_at", "completed_at", "created_at", "failed_at");

  private OlderShapes() {}

  /// Null if the object is no event.
  static @Nullable String normalise(JsonNode line, String text, Segment segment) {
    if (!(line instanceof ObjectNode outer)) {
      return null;
    }
    ObjectNode fields = Json.NODES.objectNode();
    String type = flatten(outer, fields);
    if (type == null) {
      return null;
    }
    ObjectNode record = Json.NODES.objectNode();
    record.put("type", type);
    move(fields, record, "agent_id");
    record.put("id", textOr(fields, "id", hash(text)));
    record.put("timestamp", time(fields, segment));
    record.put("event_type", EventTypes.snakeCase(type));
    record.put("job_id", textOr(fields, "job_id", segment.directory()));
    ENVELOPE.forEach(name -> move(fields, record, name));
    fields.remove(List.of("type", "id", "timestamp", "event_type", "job_id", "crc"));
    JsonNode metadata = fields.remove("metadata");
    fields.properties().forEach(field -> record.set(field.getKey(), value(field)));
    if (metadata != null) {
      record.set("metadata", metadata);
    }
    return Json.text(record);
  }

  /// Gathers all fields at one level and gives the type; null if there is none.
  private static @Nullable String flatten(ObjectNode outer, ObjectNode fields) {
    fields.setAll(outer);
    if (outer.path("type").isString()) {
      return EventTypes.pascalCase(outer.path("type").stringValue());
    }
    if (outer.get("event") instanceof ObjectNode event && event.path("event_type").isString()) {
      fields.remove("event");
      fields.setAll(event);
    } else if (outer.path("event_type").isString()) {
      if (outer.get("data") instanceof ObjectNode data) {
        fields.remove("data");
        data.properties().forEach(field -> fields.putIfAbsent(field.getKey(), field.getValue()));
      }
    } else {
      return flattenTagged(outer, fields);
    }
    return EventTypes.pascalCase(fields.path("event_type").asString());
  }

  private static @Nullable String flattenTagged(ObjectNode outer, ObjectNode fields) {
    for (Map.Entry<String, JsonNode> field : outer.properties()) {
      if (field.getValue() instanceof ObjectNode body
          && EventTypes.KNOWN.contains(field.getKey())) {
        fields.remove(field.getKey());
        fields.setAll(body);
        return field.getKey();
      }
    }
    return null;
  }

  private static void move(ObjectNode from, ObjectNode to, String name) {
    JsonNode value = from.remove(name);
    if (value != null && !value.isNull()) {
      to.set(name, value);
    }
  }

  private static String textOr(ObjectNode fields, String name, String otherwise) {
    JsonNode value = fields.path(name);
    return value.isString() && !value.stringValue().isEmpty() ? value.stringValue() : otherwise;
  }

  private static String hash(String line) {
    return UUID.nameUUIDFromBytes(line.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private static String time(ObjectNode fields, Segment segment) {
    for (String name : TIMES) {
      JsonNode value = fields.path(name);
      long millis = value.isString() ? EventTime.parse(value.stringValue()) : EventTime.NONE;
      if (millis != EventTime.NONE) {
        return EventTime.format(millis);
      }
    }
    return EventTime.format(segment.modifiedMillis());
  }

  private static JsonNode value(Map.Entry<String, JsonNode> field) {
    return field.getKey().equals("duration") ? duration(field.getValue()) : field.getValue();
  }

  /// `[45,0]`, `45` and `"45s"` are what `{"secs":45,"nanos":0}` is today.
  private static JsonNode duration(JsonNode value) {
    long secs;
    long nanos = 0;
    if (value.isArray() && value.size() == 2) {
      secs = value.get(0).asLong(0);
      nanos = value.get(1).asLong(0);
    } else if (value.isNumber()) {
      secs = (long) value.asDouble();
      nanos = Math.round((value.asDouble() - secs) * 1_000_000_000);
    } else if (value.isString() && value.stringValue().matches("\\d{1,12}s")) {
      String text = value.stringValue();
      secs = Long.parseLong(text, 0, text.length() - 1, 10);
    } else {
      return value;
    }
    return Json.NODES.objectNode().put("secs", secs).put("nanos", nanos);
  }
}
