package dev.prodigy.storage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One segment read forward from a position, for [TimeMerge].
final class OldestFirst implements TimeMerge.Source, AutoCloseable {
  private static final long SLACK_MILLIS = 2_000;
  private static final int SMALLEST_BUFFER = 16 << 10;
  private static final int MEMORY = 8 << 20;

  private final Segment segment;
  private final long from;
  private final LineJudge judge;
  private final int bufferSize;
  private final boolean withRest;
  private @Nullable LineReader reader;
  private boolean opened;
  private long position;

  /// @param share how many of them are read together
  /// @param withRest whether an unterminated last line of a quiet segment counts
  OldestFirst(Segment segment, long from, LineJudge judge, int share, boolean withRest) {
    this.segment = segment;
    this.from = from;
    this.judge = judge;
    int fair = Math.min(Math.max(MEMORY / share, SMALLEST_BUFFER), LineReader.BUFFER);
    this.bufferSize = Math.clamp(segment.size() - from, SMALLEST_BUFFER, fair);
    this.withRest = withRest && segment.quiet();
    this.position = from;
  }

  static List<OldestFirst> of(List<Segment> segments, LineJudge judge) {
    List<OldestFirst> sources = new ArrayList<>(segments.size());
    for (Segment segment : segments) {
      sources.add(new OldestFirst(segment, 0, judge, segments.size(), true));
    }
    return sources;
  }

  Segment segment() {
    return segment;
  }

  /// Behind the last whole line seen.
  long position() {
    return position;
  }

  @Override
  public long bound() {
    // A name made unique may be some milliseconds later than the first event.
    return segment.notBefore() == Long.MIN_VALUE
        ? Long.MIN_VALUE
        : segment.notBefore() - SLACK_MILLIS;
  }

  @Override
  public @Nullable EventLine next() {
    LineReader lines = opened();
    if (lines == null) {
      return null;
    }
    try {
      while (lines.next()) {
        position = lines.after();
        EventLine line = judge.judge(lines.buffer(), lines.start(), lines.end(), segment, position);
        if (line != null) {
          return line;
        }
      }
    } catch (IOException e) {
      throw StorageException.io(segment.path(), e);
    }
    judge.countUnreadable(lines.dropped());
    close();
    return null;
  }

  /// Open files are as few as segments overlap in time.
  private @Nullable LineReader opened() {
    if (!opened) {
      opened = true;
      reader = LineReader.open(segment, from, Long.MAX_VALUE, new byte[bufferSize], withRest);
    }
    return reader;
  }

  @Override
  public void close() {
    LineReader open = reader;
    reader = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        throw StorageException.io(segment.path(), e);
      }
    }
  }
}
