package dev.prodigy.storage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The newest so many events, the oldest of them first. A few are kept in memory. Of many only
/// where they begin is kept, segment by segment, and then they are read again from there.
final class LastInOrder {
  private static final long FEW = 1_000;

  private final List<Segment> segments;
  private final EventFilter filter;
  private final long limit;

  LastInOrder(List<Segment> segments, EventFilter filter, long limit) {
    this.segments = segments;
    this.filter = filter;
    this.limit = limit;
  }

  ReadSummary give(EventSink sink) {
    return limit <= FEW ? fromMemory(sink) : again(sink);
  }

  private ReadSummary fromMemory(EventSink sink) {
    List<EventLine> newest = new ArrayList<>();
    ReadSummary summary = EventFiles.newest(segments, filter, limit, newest::add);
    for (EventLine event : newest.reversed()) {
      if (!sink.accept(event)) {
        break;
      }
    }
    return summary;
  }

  private ReadSummary again(EventSink sink) {
    Map<Path, Long> starts = new HashMap<>();
    ReadSummary summary =
        EventFiles.newest(
            segments,
            filter,
            limit,
            event -> {
              starts.merge(event.segment().path(), event.start(), Math::min);
              return true;
            });
    LineJudge judge = new LineJudge(filter);
    List<OldestFirst> sources = new ArrayList<>();
    for (Segment segment : segments) {
      Long start = starts.get(segment.path());
      if (start != null) {
        sources.add(new OldestFirst(segment, start, judge, starts.size(), true));
      }
    }
    try {
      long given = TimeMerge.oldestFirst(sources, limit, sink);
      return new ReadSummary(given, summary.unreadable());
    } finally {
      sources.forEach(OldestFirst::close);
    }
  }
}
