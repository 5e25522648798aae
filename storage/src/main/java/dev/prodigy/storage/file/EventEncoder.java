package dev.prodigy.storage.file;

import dev.prodigy.model.AgentId;
import dev.prodigy.model.Event;
import dev.prodigy.model.FailureReason;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.JobId;
import dev.prodigy.model.Owner;
import dev.prodigy.storage.EventTime;
import dev.prodigy.storage.WriterIdentity;
import java.time.Duration;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.SerializableString;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.io.SerializedString;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;

/// Turns events into lines, one flat JSON object each, with the keys in this order: `type`,
/// `agent_id`?, `id`, `timestamp`, `event_type`, `job_id`, `item_id`?, `session_id`,
/// `correlation_id`, `seq`, the event's components, `metadata`, `crc`.
///
/// A component is stored under its name in snake case; an absent one is left out. Within text every
/// character that needs an escape is written as backslash, `u` and four digits, never in the
/// two-character form: the line then survives an `echo` that expands those. `crc` is the CRC-32C of
/// the line's bytes before `,"crc":`. Not for several threads.
final class EventEncoder {
  /// No line is longer, its newline included.
  static final int LONGEST_LINE = 64 << 10;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .characterEscapes(new FourDigitEscapes())
          .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
          .build();

  private static final SerializedString TYPE = new SerializedString("type");
  private static final SerializedString ID = new SerializedString("id");
  private static final SerializedString TIMESTAMP = new SerializedString("timestamp");
  private static final SerializedString EVENT_TYPE = new SerializedString("event_type");
  private static final SerializedString JOB_ID = new SerializedString("job_id");
  private static final SerializedString SESSION_ID = new SerializedString("session_id");
  private static final SerializedString CORRELATION_ID = new SerializedString("correlation_id");
  private static final SerializedString SEQ = new SerializedString("seq");
  private static final SerializedString ERROR_TYPE = new SerializedString("error_type");
  private static final SerializedString METADATA = new SerializedString("metadata");
  private static final SerializedString CRC = new SerializedString("crc");

  private final WriterIdentity who;
  private final String correlation;
  private final Owner process;
  private final String host;
  private final String writer;
  private final EventIds ids = new EventIds();
  private final CRC32C crc = new CRC32C();
  private long timeMillis = Long.MIN_VALUE;
  private String time = "";

  /// @param writer 8 hex digits that no other writer has
  EventEncoder(WriterIdentity who, Owner process, String writer) {
    this.who = who;
    this.correlation = plain(who.correlationId());
    this.process = process;
    this.host = plain(process.host());
    this.writer = writer;
  }

  /// Adds the event as one line.
  void encode(Event event, JobId job, long seq, long millis, LineBuffer to) {
    int begin = to.size();
    EventShape shape = EventShape.of(event);
    String id = ids.next(millis);
    for (Cut cut : Cut.EVER_SHORTER) {
      to.truncate(begin);
      line(shape, event, job, id, seq, millis, cut, to);
      if (to.size() - begin <= LONGEST_LINE) {
        return;
      }
    }
    throw new IllegalStateException(shape.type() + " does not fit into a line");
  }

  private void line(
      EventShape shape,
      Event event,
      JobId job,
      String id,
      long seq,
      long millis,
      Cut cut,
      LineBuffer to) {
    int begin = to.size();
    try (JsonGenerator out = FACTORY.createGenerator(ObjectWriteContext.empty(), to)) {
      Fields fields = new Fields(out, cut, shape.plain());
      out.writeStartObject();
      text(out, TYPE, shape.type());
      fields.write(shape.agentId(), event);
      text(out, ID, id);
      text(out, TIMESTAMP, time(millis));
      text(out, EVENT_TYPE, shape.eventType());
      text(out, JOB_ID, job.value());
      fields.write(shape.itemId(), event);
      text(out, SESSION_ID, who.session().value());
      text(out, CORRELATION_ID, correlation);
      out.writeName(SEQ);
      out.writeNumber(seq);
      for (EventShape.Part part : shape.others()) {
        fields.write(part, event);
      }
      metadata(out);
      out.flush();
      crc.reset();
      crc.update(to.bytes(), begin, to.size() - begin);
      text(out, CRC, eight(Integer.toHexString((int) crc.getValue())));
      out.writeEndObject();
    }
    to.write('\n');
  }

  private void metadata(JsonGenerator out) {
    out.writeName(METADATA);
    out.writeStartObject();
    out.writeStringProperty("host", host);
    out.writeNumberProperty("pid", process.pid());
    out.writeNumberProperty("pid_start", process.processStartedAt());
    out.writeStringProperty("writer", writer);
    Thread thread = Thread.currentThread();
    String name = thread.getName();
    out.writeStringProperty("thread", name.isEmpty() ? "#" + thread.threadId() : plain(name));
    out.writeEndObject();
  }

  private String time(long millis) {
    if (millis != timeMillis) {
      time = EventTime.format(millis);
      timeMillis = millis;
    }
    return time;
  }

  private static void text(JsonGenerator out, SerializedString key, String value) {
    out.writeName(key);
    out.writeString(value);
  }

  private static void text(JsonGenerator out, SerializedString key, SerializedString value) {
    out.writeName(key);
    out.writeString(value);
  }

  private static String eight(String hex) {
    return "0".repeat(8 - hex.length()) + hex;
  }

  /// The text with an underscore for everything that would need an escape.
  private static String plain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (needsEscape(text.charAt(i))) {
        return text.replaceAll("[\\x00-\\x1f\"\\\\\\x7f]", "_");
      }
    }
    return text;
  }

  private static boolean needsEscape(int c) {
    return c < ' ' || c == '"' || c == '\\' || c == 0x7f;
  }

  /// The components of one event.
  private record Fields(JsonGenerator out, Cut cut, boolean mustBePlain) {

    void write(EventShape.@Nullable Part part, Event event) {
      Object value = part == null ? null : part.of(event);
      if (part != null && value != null) {
        out.writeName(part.key());
        boolean onlyName =
            value instanceof FailureReason.CommitValidationFailed && part.key().equals(ERROR_TYPE);
        value(onlyName ? ((FailureReason) value).typeName() : value);
      }
    }

    private void value(Object value) {
      switch (value) {
        case String text -> text(text);
        case Integer number -> out.writeNumber(number);
        case Long number -> out.writeNumber(number);
        case Double number -> out.writeNumber(number);
        case Boolean flag -> out.writeBoolean(flag);
        case AgentId id -> text(id.value());
        case ItemId id -> text(id.value());
        case JobId id -> text(id.value());
        case Duration duration -> duration(duration);
        case FailureReason reason -> FailureReasons.write(reason, out);
        case JsonNode node -> cut.write(node, out);
        case List<?> list -> list(list);
        default -> throw new IllegalStateException("no stored form for " + value.getClass());
      }
    }

    private void text(String text) {
      out.writeString(cut.text(mustBePlain ? plain(text) : text));
    }

    private void duration(Duration duration) {
      out.writeStartObject();
      out.writeNumberProperty("secs", duration.toSeconds());
      out.writeNumberProperty("nanos", duration.toNanosPart());
      out.writeEndObject();
    }

    private void list(List<?> list) {
      out.writeStartArray();
      int kept = cut.entries(list.size());
      for (int i = 0; i < kept; i++) {
        value(list.get(i));
      }
      if (kept < list.size()) {
        out.writeString(Cut.omitted(list.size() - kept, "entries"));
      }
      out.writeEndArray();
    }
  }

  /// Backslash, `u` and four digits for every character that needs an escape.
  private static final class FourDigitEscapes extends CharacterEscapes {
    private static final long serialVersionUID = 1L;

    @Override
    public int[] getEscapeCodesForAscii() {
      int[] escapes = new int[128];
      for (int c = 0; c < escapes.length; c++) {
        escapes[c] = needsEscape(c) ? ESCAPE_STANDARD : ESCAPE_NONE;
      }
      return escapes;
    }

    @Override
    public @Nullable SerializableString getEscapeSequence(int c) {
      return null; // none of our own
    }
  }
}
