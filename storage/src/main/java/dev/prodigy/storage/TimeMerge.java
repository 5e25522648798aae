package dev.prodigy.storage;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// Merges segments by the time of their events. Each is a sorted run, since it has one writer. A
/// segment is opened only when the merge comes to its time, so the newest few of thousands of
/// segments cost a few reads.
final class TimeMerge {
  /// One segment being read in one direction.
  interface Source {
    /// No event it can give comes before this, in the merge's order.
    long bound();

    /// The next event, or null at the end.
    @Nullable EventLine next();
  }

  private final Comparator<Source> byBound;
  private final Comparator<Head> byTime;
  private final boolean newestFirst;

  private TimeMerge(boolean newestFirst) {
    this.newestFirst = newestFirst;
    this.byTime = new HeadOrder(newestFirst);
    this.byBound = new BoundOrder(newestFirst);
  }

  /// @param sources in the order of their names; on equal times this order decides, too
  static long oldestFirst(List<? extends Source> sources, long limit, EventSink sink) {
    return new TimeMerge(false).run(sources, limit, sink);
  }

  /// @param sources latest names first
  static long newestFirst(List<? extends Source> sources, long limit, EventSink sink) {
    return new TimeMerge(true).run(sources, limit, sink);
  }

  private long run(List<? extends Source> sources, long limit, EventSink sink) {
    List<Source> waiting = new ArrayList<>(sources);
    waiting.sort(byBound); // stable
    PriorityQueue<Head> heads = new PriorityQueue<>(byTime);
    long given = 0;
    int opened = 0;
    while (given < limit) {
      Head first = heads.peek();
      if (opened < waiting.size() && mayPrecede(waiting.get(opened), first)) {
        advance(heads, waiting.get(opened), opened);
        opened++;
      } else if (first == null) {
        break;
      } else {
        heads.poll();
        given++;
        if (!sink.accept(first.line)) {
          break;
        }
        advance(heads, first.source, first.rank);
      }
    }
    return given;
  }

  private boolean mayPrecede(Source source, @Nullable Head first) {
    if (first == null) {
      return true;
    }
    return newestFirst ? source.bound() >= first.time : source.bound() <= first.time;
  }

  private static void advance(PriorityQueue<Head> heads, Source source, int rank) {
    EventLine line = source.next();
    if (line != null) {
      heads.add(new Head(line, source, rank));
    }
  }

  private static final class Head {
    private final EventLine line;
    private final long time;
    private final Source source;
    private final int rank;

    Head(EventLine line, Source source, int rank) {
      this.line = line;
      this.time = line.timeMillis();
      this.source = source;
      this.rank = rank;
    }
  }

  // Named classes, not lambdas: a command that prints one event must not pay for linking them.

  private static final class HeadOrder implements Comparator<Head> {
    private final boolean newestFirst;

    HeadOrder(boolean newestFirst) {
      this.newestFirst = newestFirst;
    }

    @Override
    public int compare(Head a, Head b) {
      int byTime = newestFirst ? Long.compare(b.time, a.time) : Long.compare(a.time, b.time);
      return byTime != 0 ? byTime : Integer.compare(a.rank, b.rank);
    }
  }

  private static final class BoundOrder implements Comparator<Source> {
    private final boolean newestFirst;

    BoundOrder(boolean newestFirst) {
      this.newestFirst = newestFirst;
    }

    @Override
    public int compare(Source a, Source b) {
      return newestFirst ? Long.compare(b.bound(), a.bound()) : Long.compare(a.bound(), b.bound());
    }
  }
}
