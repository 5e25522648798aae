package dev.prodigy.storage;

import dev.prodigy.model.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One stored event: the line as it stands in the log, or what an older shape means today.
public final class EventLine {
  private final byte[] bytes;
  private final boolean ours;
  private final Segment segment;
  private final long start;
  private final long after;
  private long time;
  private @Nullable JsonNode json;

  /// @param bytes the line with its newline, not shared
  /// @param ours whether [Envelope] can look into it
  /// @param start where the stored line begins in the file of the segment
  /// @param after the position behind it
  /// @param time [EventTime#NONE] to find it in the line when asked
  EventLine(byte[] bytes, boolean ours, Segment segment, long start, long after, long time) {
    this.bytes = bytes;
    this.ours = ours;
    this.segment = segment;
    this.start = start;
    this.after = after;
    this.time = time;
  }

  /// Writes the record with its newline.
  public void writeTo(OutputStream out) throws IOException {
    out.write(bytes, 0, bytes.length);
  }

  /// The record as text, without newline.
  public String text() {
    return new String(bytes, 0, length(), StandardCharsets.UTF_8);
  }

  /// Bytes of the record, without newline.
  public int length() {
    return bytes.length - 1;
  }

  /// The record as a tree; parsed once.
  public JsonNode json() {
    JsonNode tree = json;
    if (tree == null) {
      tree = Json.parse(text());
      json = tree;
    }
    return tree;
  }

  /// In Pascal case.
  public String type() {
    return ours ? Envelope.type(bytes, 0, length()) : json().path("type").asString();
  }

  public @Nullable String id() {
    return field(Envelope.ID, "id");
  }

  public @Nullable String agentId() {
    return field(Envelope.AGENT_ID, "agent_id");
  }

  public @Nullable String itemId() {
    return field(Envelope.ITEM_ID, "item_id");
  }

  public @Nullable String jobId() {
    return field(Envelope.JOB_ID, "job_id");
  }

  /// When it happened, in milliseconds since the epoch.
  public long timeMillis() {
    if (time == EventTime.NONE && ours) {
      time = Envelope.time(bytes, 0, length());
    }
    return time;
  }

  /// True for the last event of a finished job.
  public boolean endsJob() {
    String type = type();
    return type.equals("JobCompleted") || type.equals("JobFailed");
  }

  /// Where to continue reading behind it.
  public Cursor after() {
    return new Cursor(segment.original(), segment.base() + after);
  }

  Segment segment() {
    return segment;
  }

  /// Where its line begins in the file; one byte earlier if it is the last and has no newline.
  long start() {
    return start;
  }

  /// The position in the file behind its line.
  long end() {
    return after;
  }

  /// Bytes of the line as it is stored.
  long storedBytes() {
    return after - start;
  }

  @Override
  public String toString() {
    return text();
  }

  private @Nullable String field(byte[] key, String name) {
    if (ours) {
      return Envelope.text(bytes, 0, length(), key);
    }
    JsonNode value = json().get(name);
    return value != null && value.isString() ? value.stringValue() : null;
  }
}
