package dev.prodigy.storage;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Watches directories for new events. Keeps a position in every segment, since several writers may
/// append at once, each to its own.
///
/// It polls: a listing and a length per segment cost microseconds, work on every file system, and
/// see new directories, which a watch would miss.
final class Follower {
  private static final Duration PAUSE = Duration.ofMillis(40);

  /// Looking at thousands of jobs takes long; it may take this share of the time.
  private static final int LOOKING_SHARE = 5;

  private final Supplier<List<File>> directories;
  private final EventFilter filter;
  private final LineJudge judge;
  private final EventSink sink;
  private final BooleanSupplier stop;
  private final Map<Path, Long> positions = new HashMap<>();
  private long events;
  private boolean stopped;

  Follower(
      Supplier<List<File>> directories, EventFilter filter, EventSink sink, BooleanSupplier stop) {
    this.directories = directories;
    this.filter = filter;
    this.judge = new LineJudge(filter);
    this.sink = sink;
    this.stop = stop;
  }

  /// Leaves out what stands before the cursor.
  void skipTo(Cursor from, List<Segment> segments) {
    for (Segment segment : segments) {
      int order = segment.name().compareTo(from.segment());
      if (order < 0) {
        positions.put(segment.path(), endOfLines(segment));
      } else if (order == 0) {
        positions.put(segment.path(), from.offset());
      }
    }
  }

  /// Gives the last events that are there and leaves out the others.
  void giveLast(long lines) {
    if (lines == EventFiles.UNLIMITED) {
      return; // the first look finds them all
    }
    List<Segment> now = look();
    List<EventLine> newest = new ArrayList<>();
    ReadSummary summary = EventFiles.newest(now, filter, lines, newest::add);
    judge.countUnreadable(summary.unreadable());
    now.forEach(segment -> positions.put(segment.path(), endOfLines(segment)));
    newest.reversed().forEach(this::give);
  }

  ReadSummary run() {
    while (!stopped && !stop.getAsBoolean()) {
      long begun = System.nanoTime();
      List<Segment> grown = look();
      if (!grown.isEmpty()) {
        readOn(grown);
      }
      long looked = System.nanoTime() - begun;
      pause(Math.max(PAUSE.toNanos(), looked * LOOKING_SHARE));
    }
    return new ReadSummary(events, judge.unreadable());
  }

  /// Segments that are longer than we have read.
  private List<Segment> look() {
    List<Segment> grown = new ArrayList<>();
    for (File directory : directories.get()) {
      for (Segment segment : Segment.list(directory)) {
        if (segment.size() > positions.getOrDefault(segment.path(), 0L)) {
          grown.add(segment);
        }
      }
    }
    return grown;
  }

  private void readOn(List<Segment> grown) {
    List<OldestFirst> sources = new ArrayList<>();
    for (Segment segment : grown) {
      long from = positions.getOrDefault(segment.path(), 0L);
      sources.add(new OldestFirst(segment, from, judge, grown.size(), false));
    }
    try {
      TimeMerge.oldestFirst(sources, Long.MAX_VALUE, this::give);
    } finally {
      for (OldestFirst source : sources) {
        positions.put(source.segment().path(), source.position());
        source.close();
      }
    }
  }

  private boolean give(EventLine event) {
    if (!stopped) {
      events++;
      stopped = !sink.accept(event) || stop.getAsBoolean();
    }
    return !stopped;
  }

  private void pause(long nanos) {
    try {
      if (!stopped) {
        Thread.sleep(Duration.ofNanos(nanos));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      stopped = true;
    }
  }

  /// Behind the last whole line: a line half written now is to be given when it is whole.
  private static long endOfLines(Segment segment) {
    BackwardLines lines = new BackwardLines(segment, 4096, LineReader.BUFFER);
    return lines.next() ? lines.after() : 0;
  }
}
