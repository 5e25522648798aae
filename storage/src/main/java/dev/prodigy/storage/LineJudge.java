package dev.prodigy.storage;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Decides line by line what is an event, and one the reader wants. A line of our own writer is
/// judged by its bytes; anything else goes to [ForeignLines]. Not for several threads.
final class LineJudge {
  private final EventFilter filter;
  private final byte[][] types;
  private final byte @Nullable [] job;
  private final byte @Nullable [] agent;
  private final byte @Nullable [] item;
  private final byte @Nullable [] correlation;
  private final long since;
  private final long until;
  private final boolean onlyTypes;
  private final @Nullable TextQuery text;
  private final Envelope envelope = new Envelope();
  private @Nullable ForeignLines foreign;
  private long unreadable;

  LineJudge(EventFilter filter) {
    this.filter = filter;
    this.types = new byte[filter.types().size()][];
    for (int i = 0; i < types.length; i++) {
      types[i] = closed(filter.types().get(i));
    }
    this.job = closedOrNull(filter.jobId());
    this.agent = closedOrNull(filter.agentId());
    this.item = closedOrNull(filter.itemId());
    this.correlation = closedOrNull(filter.correlationId());
    this.since = millis(filter.since(), Long.MIN_VALUE);
    this.until = millis(filter.until(), Long.MAX_VALUE);
    this.text = filter.text();
    this.onlyTypes =
        job == null
            && agent == null
            && item == null
            && correlation == null
            && filter.since() == null
            && filter.until() == null;
  }

  /// Lines that were no events.
  long unreadable() {
    return unreadable;
  }

  void countUnreadable(long lines) {
    unreadable += lines;
  }

  /// The event in `[from, to)`; null if it is none, or not wanted.
  ///
  /// @param after the position in the segment behind the line
  @Nullable EventLine judge(byte[] line, int from, int to, Segment segment, long after) {
    if (Envelope.opensAsOurs(line, from, to)) {
      if (!wantsType(line, from + Envelope.TYPE_AT, to)) {
        return null;
      }
      if (Envelope.hasChecksum(line, from, to)) {
        return judgeOurs(line, from, to, segment, after);
      }
    }
    return isBlank(line, from, to) ? null : judgeForeign(line, from, to, segment, after);
  }

  private @Nullable EventLine judgeOurs(
      byte[] line, int from, int to, Segment segment, long after) {
    if (!onlyTypes && !wantsFields(line, from, to)) {
      return null;
    }
    if (text != null && !text.mayMatch(line, from, to)) {
      return null;
    }
    if (!envelope.isIntact(line, from, to)) {
      unreadable++;
      return null;
    }
    if (text != null && !text.matchesOurs(line, from, to)) {
      return null;
    }
    byte[] copy = Arrays.copyOfRange(line, from, to + 1);
    copy[to - from] = '\n'; // a complete last line may lack it
    return new EventLine(copy, true, segment, startOf(from, to, after), after, EventTime.NONE);
  }

  private boolean wantsType(byte[] line, int at, int to) {
    for (byte[] type : types) {
      if (Envelope.startsWith(line, at, to, type)) {
        return true;
      }
    }
    return types.length == 0;
  }

  private boolean wantsFields(byte[] line, int from, int to) {
    if (!has(line, from, to, Envelope.JOB_ID, job)
        || !has(line, from, to, Envelope.AGENT_ID, agent)
        || !has(line, from, to, Envelope.ITEM_ID, item)
        || !has(line, from, to, Envelope.CORRELATION_ID, correlation)) {
      return false;
    }
    return wantsTime(Envelope.time(line, from, to));
  }

  private static boolean has(byte[] line, int from, int to, byte[] key, byte @Nullable [] value) {
    return value == null || Envelope.has(line, from, to, key, value);
  }

  private boolean wantsTime(long time) {
    return time >= since && time <= until;
  }

  private @Nullable EventLine judgeForeign(
      byte[] line, int from, int to, Segment segment, long after) {
    ForeignLines lines = foreign;
    if (lines == null) {
      lines = new ForeignLines(filter);
      foreign = lines;
    }
    ForeignLines.Found found = lines.read(line, from, to, segment);
    if (found == null) {
      unreadable++;
      return null;
    }
    byte[] record = found.record();
    if (record.length == 0 || !(onlyTypes || wantsTime(found.time()))) {
      return null;
    }
    if (text != null && !text.matches(record, 0, record.length - 1)) {
      return null;
    }
    return new EventLine(record, false, segment, startOf(from, to, after), after, found.time());
  }

  /// Whether the line, and so every one before it in its segment, is older than wanted: a writer's
  /// times never go back.
  boolean isTooOld(byte[] line, int from, int to) {
    return since != Long.MIN_VALUE
        && Envelope.opensAsOurs(line, from, to)
        && Envelope.hasChecksum(line, from, to)
        && Envelope.time(line, from, to) < since
        && envelope.isIntact(line, from, to);
  }

  long since() {
    return since;
  }

  private static long startOf(int from, int to, long after) {
    return Math.max(after - (to - from) - 1, 0);
  }

  private static boolean isBlank(byte[] line, int from, int to) {
    for (int i = from; i < to; i++) {
      if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r') {
        return false;
      }
    }
    return true;
  }

  /// The value as our writer stores it, with the closing quote.
  private static byte[] closed(String value) {
    StringBuilder stored = new StringBuilder(value.length() + 1);
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' || c == '"' || c == '\\' || c == 0x7f) {
        stored.append("\\u00").append(Integer.toHexString(0x100 | c), 1, 3);
      } else {
        stored.append(c);
      }
    }
    return stored.append('"').toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte @Nullable [] closedOrNull(@Nullable String value) {
    return value == null ? null : closed(value);
  }

  private static long millis(@Nullable Instant time, long otherwise) {
    return time == null ? otherwise : time.toEpochMilli();
  }
}
