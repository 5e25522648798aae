package dev.prodigy.cli.look;

import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.Values;
import dev.prodigy.storage.EventFiles;
import dev.prodigy.storage.EventFilter;
import dev.prodigy.storage.EventSink;
import dev.prodigy.storage.ReadMode;
import dev.prodigy.storage.ReadSummary;
import dev.prodigy.storage.Segment;
import dev.prodigy.storage.file.EventIndex;
import java.util.List;
import java.util.OptionalLong;

/// Reads events in the order of time, all at once or one by one, as the user or the log's size
/// says.
final class EventReading {
  enum Mode {
    AUTO,
    BATCH,
    STREAM
  }

  static final Option<Mode> MODE =
      Option.value(
          "read-mode",
          "MODE",
          Values.oneOf(Mode.class),
          "auto, batch (read all, then print) or stream",
          Mode.AUTO);

  private EventReading() {}

  static ReadSummary read(
      Invocation call, List<Segment> segments, EventFilter filter, EventSink sink) {
    return EventFiles.read(mode(call, segments), segments, filter, sink);
  }

  private static ReadMode mode(Invocation call, List<Segment> segments) {
    return switch (call.get(MODE)) {
      case AUTO -> ReadMode.of(segments, known(segments), false);
      case STREAM -> ReadMode.STREAM;
      case BATCH -> {
        if (!ReadMode.fitsMemory(segments)) {
          call.console().warn("too many events for a batch; they are streamed");
          yield ReadMode.STREAM;
        }
        yield ReadMode.BATCH;
      }
    };
  }

  /// From the index, if the segments are of one job and it has one.
  private static OptionalLong known(List<Segment> segments) {
    if (segments.isEmpty()) {
      return OptionalLong.empty();
    }
    var directory = segments.getLast().path().getParent();
    return directory == null ? OptionalLong.empty() : EventIndex.knownEvents(directory, segments);
  }
}
