package dev.prodigy.storage.file;

import dev.prodigy.model.Owner;
import dev.prodigy.storage.EventFiles;
import dev.prodigy.storage.EventFilter;
import dev.prodigy.storage.EventLine;
import dev.prodigy.storage.ProcessIdentity;
import dev.prodigy.storage.Segment;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Who wrote a segment, and whether they may write on: every record names its process.
final class SegmentWriters {
  private static final Duration QUIET = Duration.ofSeconds(10);
  private static final Duration QUIET_ABROAD = Duration.ofHours(24);

  private SegmentWriters() {}

  /// The process that wrote the last whole record; null if it does not say.
  static @Nullable Owner of(Segment segment) {
    EventLine last = last(segment);
    return last == null ? null : of(last);
  }

  /// The last whole record; null if there is none.
  static @Nullable EventLine last(Segment segment) {
    List<EventLine> last = new ArrayList<>();
    EventFiles.newest(List.of(segment), EventFilter.ALL, 1, last::add);
    return last.isEmpty() ? null : last.getFirst();
  }

  /// The process that wrote a record; null if it does not say.
  static @Nullable Owner of(EventLine record) {
    JsonNode metadata = record.json().path("metadata");
    JsonNode pid = metadata.path("pid");
    JsonNode start = metadata.path("pid_start");
    JsonNode host = metadata.path("host");
    return pid.canConvertToLong() && start.canConvertToLong() && host.isString()
        ? new Owner(pid.longValue(), host.stringValue(), start.longValue())
        : null;
  }

  static boolean isOfThisHost(Owner writer) {
    return writer.host().equals(ProcessIdentity.current().host());
  }

  /// Whether the segment has not changed for so long that no one is about to write; a process of
  /// another host, which cannot be looked at, is given a day.
  static boolean isQuiet(Segment segment, @Nullable Owner writer, InstantSource clock) {
    boolean abroad = writer != null && !isOfThisHost(writer);
    Duration wait = abroad ? QUIET_ABROAD : QUIET;
    return clock.millis() - segment.modifiedMillis() >= wait.toMillis();
  }

  /// Whether no one appends to the segment any more. The caller holds the job's lock, so there is
  /// no run; and a later run begins a segment of its own.
  static boolean isClosed(Segment segment, InstantSource clock) {
    Owner writer = of(segment);
    boolean dead = writer != null && isOfThisHost(writer) && !ProcessIdentity.isAlive(writer);
    return dead || isQuiet(segment, writer, clock);
  }

  /// Whether the job's end is its last record, or this process wrote it, which would hold the job's
  /// lock if it were still writing.
  static boolean isEnded(Segment segment) {
    EventLine last = last(segment);
    return last != null && (last.endsJob() || ProcessIdentity.current().equals(of(last)));
  }
}
