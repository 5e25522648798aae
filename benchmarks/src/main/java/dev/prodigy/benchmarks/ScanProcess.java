package dev.prodigy.benchmarks;

import dev.prodigy.model.JobId;
import dev.prodigy.storage.EventCounts;
import dev.prodigy.storage.EventFiles;
import dev.prodigy.storage.EventFilter;
import dev.prodigy.storage.EventLine;
import dev.prodigy.storage.EventSink;
import dev.prodigy.storage.Segment;
import dev.prodigy.storage.TextQuery;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What [ScanBenchmark] runs in a small JVM of its own: reads, writes what it finds to `/dev/null`,
/// and prints how many events that were, how long it took inside, and the most memory it had.
final class ScanProcess {
  private static final int BUFFER = 64 << 10;

  private ScanProcess() {}

  public static void main(String[] args) throws IOException {
    long begun = System.nanoTime();
    List<Segment> segments = new EventFiles(Path.of(args[1])).segments(new JobId(args[2]));
    long events;
    try (OutputStream out =
        new BufferedOutputStream(Files.newOutputStream(Path.of("/dev/null")), BUFFER)) {
      events = read(args[0], segments, new Printer(out));
    }
    long millis = (System.nanoTime() - begun) / 1_000_000;
    System.out.println(events + " events, " + millis + " ms inside, " + peakMemory());
  }

  private static long read(String what, List<Segment> segments, EventSink sink) {
    return switch (what) {
      case "filter" ->
          EventFiles.scan(segments, EventFilter.ofTypes("AgentCompleted"), sink).events();
      case "listing" ->
          EventFiles.newest(
                  segments, EventFilter.ofTypes("AgentCompleted"), EventFiles.UNLIMITED, sink)
              .events();
      case "search" -> EventFiles.scan(segments, containing("12 tests, 3 failures"), sink).events();
      case "expression" ->
          EventFiles.scan(segments, containing("[1-9][0-9]* failures"), sink).events();
      case "newest" -> EventFiles.newest(segments, EventFilter.ALL, 1, sink).events();
      case "count" ->
          EventFiles.count(segments, EventFilter.ALL, EventCounts.Grouping.EVENT_TYPE).total();
      default -> throw new IllegalArgumentException(what);
    };
  }

  private static EventFilter containing(String regex) {
    return EventFilter.ALL.containing(new TextQuery(regex, List.of()));
  }

  private static String peakMemory() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM")) {
        return line.replaceAll("\\s+", " ");
      }
    }
    return "";
  }

  private record Printer(OutputStream out) implements EventSink {
    @Override
    public boolean accept(EventLine event) {
      try {
        event.writeTo(out);
        return true;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
