package dev.prodigy.storage.file;

import dev.prodigy.model.Event;
import dev.prodigy.model.JobId;
import dev.prodigy.model.Owner;
import dev.prodigy.storage.EventTime;
import dev.prodigy.storage.WriterIdentity;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Turns the events of one job into lines, one flat JSON object each, with the keys in this order:
/// `type`, `agent_id`?, `id`, `timestamp`, `event_type`, `job_id`, `item_id`?, `session_id`,
/// `correlation_id`, `seq`, the event's components, `metadata`, `crc`.
///
/// A component is stored under its name in snake case; an absent one is left out. `crc` is the
/// CRC-32C of the line's bytes before `,"crc":`. Not for several threads.
final class EventEncoder {
  /// No line is longer, its newline included.
  static final int LONGEST_LINE = 64 << 10;

  private static final byte[] ID = LineBuffer.ascii(",\"id\":\"");
  private static final byte[] TIMESTAMP = LineBuffer.ascii("\",\"timestamp\":\"");
  private static final byte[] CRC = LineBuffer.ascii(",\"crc\":\"");
  private static final byte[] END = LineBuffer.ascii("\"}\n");

  private final byte[] jobId;
  private final byte[] who;
  private final byte[] metadata;
  private final EventIds ids = new EventIds();
  private final CRC32C crc = new CRC32C();
  private long timeMillis = Long.MIN_VALUE;
  private byte[] time = {};
  private long threadId;
  private byte[] thread = {};

  /// @param writer 8 hex digits that no other writer has
  EventEncoder(JobId job, WriterIdentity who, Owner process, String writer) {
    this.jobId = LineBuffer.ascii(",\"job_id\":\"%s\"".formatted(job));
    LineBuffer identity = new LineBuffer();
    identity.name(LineBuffer.quotedName("session_id"));
    identity.text(who.session().value(), Integer.MAX_VALUE);
    identity.name(LineBuffer.quotedName("correlation_id"));
    identity.text(Cut.plain(who.correlationId()), Integer.MAX_VALUE);
    identity.name(LineBuffer.quotedName("seq"));
    this.who = content(identity);
    LineBuffer origin = new LineBuffer();
    origin.name(LineBuffer.quotedName("metadata"));
    origin.open('{');
    origin.name(LineBuffer.quotedName("host"));
    origin.text(Cut.plain(process.host()), Integer.MAX_VALUE);
    origin.name(LineBuffer.quotedName("pid"));
    origin.number(process.pid());
    origin.name(LineBuffer.quotedName("pid_start"));
    origin.number(process.processStartedAt());
    origin.name(LineBuffer.quotedName("writer"));
    origin.text(writer, Integer.MAX_VALUE);
    origin.name(LineBuffer.quotedName("thread"));
    this.metadata = content(origin);
  }

  private static byte[] content(LineBuffer buffer) {
    return Arrays.copyOf(buffer.bytes(), buffer.size());
  }

  /// Adds the event as one line.
  void encode(Event event, long seq, long millis, LineBuffer to) {
    EventShape shape = EventShape.of(event);
    int begin = to.size();
    for (Cut cut : Cut.EVER_SHORTER) {
      to.truncate(begin);
      line(shape, event, seq, millis, new Values(to, cut, shape.plain()), to);
      if (to.size() - begin <= LONGEST_LINE) {
        return;
      }
    }
    throw new IllegalStateException(event.getClass() + " does not fit into a line");
  }

  private void line(
      EventShape shape, Event event, long seq, long millis, Values values, LineBuffer to) {
    int begin = to.size();
    to.raw(shape.opening());
    component(shape.agentId(), event, values, to);
    to.raw(ID);
    ids.next(millis, to);
    to.raw(TIMESTAMP);
    to.raw(time(millis));
    to.raw('"');
    to.name(shape.eventType());
    to.raw(jobId);
    component(shape.itemId(), event, values, to);
    to.raw(',');
    to.raw(who);
    to.digits(seq);
    for (EventShape.Part part : shape.others()) {
      component(part, event, values, to);
    }
    to.raw(',');
    to.raw(metadata);
    to.raw(thread());
    to.raw('}');
    crc.reset();
    crc.update(to.bytes(), begin, to.size() - begin);
    to.raw(CRC);
    to.hex(crc.getValue(), 8);
    to.raw(END);
  }

  private static void component(
      EventShape.@Nullable Part part, Event event, Values values, LineBuffer to) {
    Object value = part == null ? null : part.of(event);
    if (part != null && value != null) {
      to.name(part.name());
      values.write(part.key(), value);
    }
  }

  private byte[] time(long millis) {
    if (millis != timeMillis) {
      time = LineBuffer.ascii(EventTime.format(millis));
      timeMillis = millis;
    }
    return time;
  }

  /// The name of the thread that appends, with quotes; the same thread often appends again.
  private byte[] thread() {
    Thread current = Thread.currentThread();
    if (current.threadId() != threadId) {
      threadId = current.threadId();
      String name = current.getName();
      LineBuffer text = new LineBuffer();
      text.text(name.isEmpty() ? "#" + threadId : Cut.plain(name), 200);
      thread = content(text);
    }
    return thread;
  }
}
