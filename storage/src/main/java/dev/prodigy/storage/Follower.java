package dev.prodigy.storage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// Watches directories for new events. Keeps a position in every segment, since several writers may
/// append at once, each to its own.
///
/// It polls: a listing and a length per segment cost microseconds, work on every file system, and
/// see new directories, which a watch would miss.
final class Follower {
  private static final Duration PAUSE = Duration.ofMillis(40);

  /// Looking at thousands of jobs takes long; it may take this share of the time.
  private static final int LOOKING_SHARE = 5;

  private final SegmentListing listing;
  private final EventFilter filter;
  private final LineJudge judge;
  private final EventSink sink;
  private final BooleanSupplier stop;
  private Consumer<Bookmark> progress = _ -> {};
  private Bookmark from = Bookmark.START;

  /// Bytes read of each segment, removed ones counted, by its directory and its writer's name.
  private final Map<Place, Long> positions = new HashMap<>();

  private long events;
  private boolean looked;
  private boolean stopped;

  /// @param part where an archived part begins, which never changes; -1 for a segment, which may be
  ///   cut while it is followed
  private record Place(String directory, String segment, long part) {}

  Follower(SegmentListing listing, EventFilter filter, EventSink sink, BooleanSupplier stop) {
    this.listing = listing;
    this.filter = filter;
    this.judge = new LineJudge(filter);
    this.sink = sink;
    this.stop = stop;
  }

  /// Leaves out what stands before the bookmark.
  void continueAt(Bookmark bookmark) {
    from = bookmark;
  }

  /// Is told where to go on, whenever something was given.
  void tell(Consumer<Bookmark> listener) {
    progress = listener;
  }

  /// Gives the last events that are there and leaves out the others.
  void giveLast(long lines) {
    if (lines == EventFiles.UNLIMITED) {
      return; // the first look finds them all
    }
    List<Segment> now = listing.list(true);
    ReadSummary summary = EventFiles.lastInOrder(now, filter, lines, this::give);
    judge.countUnreadable(summary.unreadable());
    now.forEach(segment -> reached(segment, endOfLines(segment)));
    looked = true;
    progress.accept(bookmark());
  }

  ReadSummary run() {
    while (!stopped && !stop.getAsBoolean()) {
      long begun = System.nanoTime();
      runOnce();
      long looking = System.nanoTime() - begun;
      pause(Math.max(PAUSE.toNanos(), looking * LOOKING_SHARE));
    }
    return new ReadSummary(events, judge.unreadable());
  }

  ReadSummary runOnce() {
    List<Segment> grown = look();
    if (!grown.isEmpty()) {
      readOn(grown);
      progress.accept(bookmark());
    }
    return new ReadSummary(events, judge.unreadable());
  }

  /// Where a later reader goes on. Makes sense for one job.
  Bookmark bookmark() {
    Map<String, Long> read = new HashMap<>();
    positions.forEach((place, bytes) -> read.merge(place.segment(), bytes, Math::max));
    return read.isEmpty() ? from : Bookmark.of(read);
  }

  /// Segments that are longer than we have read.
  private List<Segment> look() {
    List<Segment> grown = new ArrayList<>();
    for (Segment segment : listing.list(!looked)) {
      if (segment.size() > position(segment)) {
        grown.add(segment);
      }
    }
    looked = true;
    return grown;
  }

  /// How far the file is read. One that is no segment and has become shorter than that is another
  /// file now, and begins anew; the time between two steps of retention must not look like that.
  private long position(Segment segment) {
    Long read = positions.get(place(segment));
    if (read == null) {
      long before = Math.min(from.in(segment), segment.size());
      reached(segment, before);
      return before;
    }
    long here = Math.max(read - segment.base(), 0);
    if (here > segment.size() && !segment.isSegmentName()) {
      positions.remove(place(segment));
      return 0;
    }
    return here;
  }

  private static Place place(Segment segment) {
    return new Place(
        String.valueOf(segment.path().getParent()),
        segment.original(),
        segment.archived() ? segment.base() : -1);
  }

  private void reached(Segment segment, long position) {
    positions.merge(place(segment), segment.base() + position, Math::max);
  }

  private void readOn(List<Segment> grown) {
    List<OldestFirst> sources = new ArrayList<>();
    for (Segment segment : grown) {
      sources.add(new OldestFirst(segment, position(segment), judge, grown.size(), false));
    }
    try {
      TimeMerge.oldestFirst(sources, Long.MAX_VALUE, this::give);
    } finally {
      for (OldestFirst source : sources) {
        if (!stopped) { // else it may have read ahead of what was given
          reached(source.segment(), source.position());
        }
        source.close();
      }
    }
  }

  private boolean give(EventLine event) {
    if (!stopped) {
      events++;
      reached(event.segment(), event.end());
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
