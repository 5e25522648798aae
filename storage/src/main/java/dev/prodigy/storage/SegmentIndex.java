package dev.prodigy.storage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What is known of one segment without reading it again.
///
/// @param file its name
/// @param size bytes that were looked at: whole lines
/// @param modifiedMillis when the file was last written, as it was listed
/// @param counts events by type
/// @param unreadable lines that are no events
/// @param lines all lines
/// @param first the time of the first event; null if there is none
/// @param offsets where every thousandth event stands, beginning with the first
public record SegmentIndex(
    String file,
    long size,
    long modifiedMillis,
    Map<String, Long> counts,
    long unreadable,
    long lines,
    @Nullable Long first,
    @Nullable Long last,
    List<Offset> offsets) {

  /// Events between two offsets.
  public static final int SPACING = 1_000;

  /// Where an event stands.
  ///
  /// @param lineNumber counts from 1
  public record Offset(long byteOffset, long lineNumber, String eventId, long timeMillis) {}

  public SegmentIndex {
    counts = Map.copyOf(counts);
    offsets = List.copyOf(offsets);
  }

  public long events() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /// Whether it is right for the segment as it is now.
  public boolean isCurrent(Segment segment) {
    return segment.size() == size && segment.modifiedMillis() == modifiedMillis;
  }

  /// Looks at a segment, or only at what has been added since it was looked at.
  ///
  /// @param known from an earlier look, which may have been at another file of that name
  /// @throws StorageException if the segment cannot be read
  public static SegmentIndex of(Segment segment, @Nullable SegmentIndex known) {
    if (known != null && known.isCurrent(segment)) {
      return known;
    }
    boolean grown = known != null && known.size < segment.size() && known.begins(segment);
    var look = new Look(segment, grown ? known : null);
    look.read();
    return look.index();
  }

  /// Whether the segment still begins with what was looked at: the last event noted stands there.
  private boolean begins(Segment segment) {
    if (offsets.isEmpty()) {
      return false;
    }
    Offset noted = offsets.getLast();
    List<String> found = new ArrayList<>();
    LineJudge judge = new LineJudge(EventFilter.ALL);
    OldestFirst source = new OldestFirst(segment, noted.byteOffset, judge, 1, false);
    try (source) {
      EventLine event = source.next();
      if (event != null && event.start() == noted.byteOffset) {
        found.add(String.valueOf(event.id()));
      }
    }
    return found.contains(noted.eventId);
  }

  /// One pass over what is new.
  private static final class Look {
    private final Segment segment;
    private final Map<String, long[]> counts = new TreeMap<>();
    private final List<Offset> offsets = new ArrayList<>();
    private final LineJudge judge = new LineJudge(EventFilter.ALL);
    private long size;
    private long lines;
    private long events;
    private long unreadable;
    private @Nullable Long first;
    private @Nullable Long last;

    Look(Segment segment, @Nullable SegmentIndex known) {
      this.segment = segment;
      if (known != null) {
        size = known.size;
        lines = known.lines;
        events = known.events();
        unreadable = known.unreadable;
        first = known.first;
        last = known.last;
        offsets.addAll(known.offsets);
        known.counts.forEach((type, count) -> counts.put(type, new long[] {count}));
      }
    }

    void read() {
      byte[] buffer = new byte[LineReader.BUFFER];
      try (LineReader reader =
          LineReader.open(segment, size, Long.MAX_VALUE, buffer, segment.archived())) {
        while (reader != null && reader.next()) {
          lines++;
          size = reader.after();
          EventLine event =
              judge.judge(reader.buffer(), reader.start(), reader.end(), segment, size);
          if (event != null) {
            count(event);
          }
        }
        unreadable += judge.unreadable() + (reader == null ? 0 : reader.dropped());
      } catch (IOException e) {
        throw StorageException.io(segment.path(), e);
      }
    }

    private void count(EventLine event) {
      long time = event.timeMillis();
      if (events % SPACING == 0) {
        offsets.add(new Offset(event.start(), lines, String.valueOf(event.id()), time));
      }
      events++;
      counts.computeIfAbsent(event.type(), _ -> new long[1])[0]++;
      first = first == null ? Long.valueOf(time) : Long.valueOf(Math.min(first, time));
      last = last == null ? Long.valueOf(time) : Long.valueOf(Math.max(last, time));
    }

    SegmentIndex index() {
      Map<String, Long> sums = new TreeMap<>();
      counts.forEach((type, count) -> sums.put(type, count[0]));
      return new SegmentIndex(
          segment.name(),
          size,
          segment.modifiedMillis(),
          sums,
          unreadable,
          lines,
          first,
          last,
          offsets);
    }
  }
}
