package dev.prodigy.storage;

import dev.prodigy.model.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Reads lines that our writer did not make: complete records of other programs pass as they are,
/// older shapes are brought into today's. Streams over the text and stops as soon as the filter
/// says no.
final class ForeignLines {
  /// @param record with newline; empty if the filter does not want it
  @SuppressWarnings("ArrayRecordComponent") // handed on at once, never compared
  record Found(byte[] record, long time) {
    static final Found UNWANTED = new Found(new byte[0], EventTime.NONE);
  }

  private final JsonFactory factory = new JsonFactory();
  private final EventFilter filter;

  ForeignLines(EventFilter filter) {
    this.filter = filter;
  }

  /// Null if the line is no event. The filter's times are left to the caller.
  @Nullable Found read(byte[] line, int from, int to, Segment segment) {
    try {
      Fields fields = scan(line, from, to);
      if (fields == null) {
        return Found.UNWANTED;
      }
      return fields.isComplete()
          ? complete(fields, Arrays.copyOfRange(line, from, to + 1))
          : older(new String(line, from, to - from, StandardCharsets.UTF_8), segment);
    } catch (JacksonException _) {
      return null;
    }
  }

  /// Null if the type is known and not wanted.
  private @Nullable Fields scan(byte[] line, int from, int to) {
    try (JsonParser parser =
        factory.createParser(ObjectReadContext.empty(), line, from, to - from)) {
      Fields fields = new Fields();
      fields.isObject = parser.nextToken() == JsonToken.START_OBJECT;
      while (fields.isObject && parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        if (parser.nextToken() == JsonToken.VALUE_STRING) {
          fields.set(name, parser.getString());
          if (name.equals("type") && fields.hasType() && !wanted(filter.types(), fields.type)) {
            return null;
          }
        } else {
          parser.skipChildren();
        }
      }
      if (fields.isObject && parser.nextToken() != null) {
        fields.isObject = false; // something follows the object
      }
      return fields;
    }
  }

  private Found complete(Fields fields, byte[] record) {
    record[record.length - 1] = '\n';
    return wants(fields) ? new Found(record, EventTime.parse(fields.timestamp)) : Found.UNWANTED;
  }

  private @Nullable Found older(String line, Segment segment) {
    String record = OlderShapes.normalise(Json.parse(line), line, segment);
    if (record == null) {
      return null;
    }
    byte[] bytes = record.concat("\n").getBytes(StandardCharsets.UTF_8);
    Fields fields = scan(bytes, 0, bytes.length - 1);
    return fields == null ? Found.UNWANTED : complete(fields, bytes);
  }

  private boolean wants(Fields fields) {
    return wanted(filter.types(), fields.type)
        && same(filter.jobId(), fields.jobId)
        && same(filter.agentId(), fields.agentId)
        && same(filter.itemId(), fields.itemId)
        && same(filter.correlationId(), fields.correlationId);
  }

  private static boolean wanted(List<String> types, String type) {
    return types.isEmpty() || types.contains(type);
  }

  private static boolean same(@Nullable String wanted, String found) {
    return wanted == null || wanted.equals(found);
  }

  /// The top-level text fields of one line; empty where absent.
  private static final class Fields {
    private boolean isObject;
    private String type = "";
    private String id = "";
    private String timestamp = "";
    private String jobId = "";
    private String agentId = "";
    private String itemId = "";
    private String correlationId = "";

    void set(String name, String value) {
      switch (name) {
        case "type" -> type = value;
        case "id" -> id = value;
        case "timestamp" -> timestamp = value;
        case "job_id" -> jobId = value;
        case "agent_id" -> agentId = value;
        case "item_id" -> itemId = value;
        case "correlation_id" -> correlationId = value;
        default -> {}
      }
    }

    boolean hasType() {
      return !type.isEmpty() && type.charAt(0) >= 'A' && type.charAt(0) <= 'Z';
    }

    boolean isComplete() {
      return isObject && hasType() && !id.isEmpty() && !timestamp.isEmpty() && !jobId.isEmpty();
    }
  }
}
