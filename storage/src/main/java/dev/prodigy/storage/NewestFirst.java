package dev.prodigy.storage;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One segment read backwards, for [TimeMerge].
final class NewestFirst implements TimeMerge.Source {
  /// A file's time may lag the clock by a tick, and be set by copying; a little early is no harm.
  private static final long SLACK_MILLIS = 2_000;

  private static final int SMALLEST_BLOCK = 16 << 10;
  private static final int LARGEST_BLOCK = 1 << 20;
  private static final int MEMORY = 8 << 20;

  /// Who has read so much backwards goes on in chunks.
  private static final int WANTS_MANY = 4 << 20;

  private final Segment segment;
  private final LineJudge judge;
  private final BackwardLines lines;
  private final ReverseScan.Turns turns;
  private @Nullable ReverseScan scan;
  private final long enough;

  private NewestFirst(Segment segment, LineJudge judge, int largestBlock, ReverseScan.Turns turns) {
    this.segment = segment;
    this.judge = judge;
    this.turns = turns;
    this.enough = segment.size() - WANTS_MANY;
    this.lines = new BackwardLines(segment, Math.min(SMALLEST_BLOCK, largestBlock), largestBlock);
  }

  /// @param segments in the order of their names
  static List<NewestFirst> of(List<Segment> segments, LineJudge judge, ReverseScan.Turns turns) {
    int fair = MEMORY / Math.max(segments.size(), 1);
    int largest = Math.min(Math.max(fair, SMALLEST_BLOCK), LARGEST_BLOCK);
    List<NewestFirst> sources = new ArrayList<>(segments.size());
    for (int i = segments.size() - 1; i >= 0; i--) {
      if (mayHaveWanted(segments.get(i), judge.since())) {
        sources.add(new NewestFirst(segments.get(i), judge, largest, turns));
      }
    }
    return sources;
  }

  /// A segment of our writer was changed last when its newest event was written.
  static boolean mayHaveWanted(Segment segment, long since) {
    return segment.modifiedMillis() + SLACK_MILLIS >= since
        || segment.notBefore() == Long.MIN_VALUE;
  }

  @Override
  public long bound() {
    return segment.modifiedMillis() + SLACK_MILLIS;
  }

  @Override
  public @Nullable EventLine next() {
    return scan == null ? nextLine() : nextOf(scan);
  }

  private @Nullable EventLine nextLine() {
    while (lines.next()) {
      EventLine line =
          judge.judge(lines.buffer(), lines.start(), lines.end(), segment, lines.after());
      if (line != null) {
        return line;
      }
      if (judge.isTooOld(lines.buffer(), lines.start(), lines.end())) {
        break;
      }
      ReverseScan begun = lines.unread() < enough ? turns.begin(segment, lines.unread()) : null;
      if (begun != null) {
        judge.countUnreadable(lines.dropped());
        scan = begun;
        return nextOf(begun);
      }
    }
    judge.countUnreadable(lines.dropped());
    return null;
  }

  private @Nullable EventLine nextOf(ReverseScan many) {
    EventLine line = many.next();
    if (line == null) {
      judge.countUnreadable(many.unreadable());
    }
    return line;
  }
}
