package dev.prodigy.storage;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Gives the events of many segments in the order of time. Segments that overlap no other in time,
/// as those of jobs run one after another and of one writer do, are scanned in parallel; those that
/// overlap are merged.
final class TimeScan {
  private final EventFilter filter;
  private final long since;
  private final EventSink sink;
  private long events;
  private long unreadable;
  private boolean stopped;

  TimeScan(EventFilter filter, EventSink sink) {
    this.filter = filter;
    this.since = filter.since() == null ? Long.MIN_VALUE : filter.since().toEpochMilli();
    this.sink = sink;
  }

  ReadSummary run(List<Segment> segments) {
    List<Segment> alone = new ArrayList<>();
    for (List<Segment> group : overlapping(segments)) {
      if (group.size() == 1) {
        alone.add(group.getFirst());
      } else {
        scan(alone);
        alone.clear();
        merge(group);
      }
    }
    scan(alone);
    return new ReadSummary(events, unreadable);
  }

  private void merge(List<Segment> group) {
    if (stopped) {
      return;
    }
    LineJudge judge = new LineJudge(filter);
    List<OldestFirst> sources = OldestFirst.of(group, judge);
    try {
      TimeMerge.oldestFirst(sources, Long.MAX_VALUE, this::give);
    } finally {
      sources.forEach(OldestFirst::close);
    }
    unreadable += judge.unreadable();
  }

  private boolean give(EventLine event) {
    events++;
    stopped = !sink.accept(event);
    return !stopped;
  }

  private void scan(List<Segment> segments) {
    if (stopped || segments.isEmpty()) {
      return;
    }
    new ParallelScan<List<EventLine>>(filter, ArrayList::new, List::add).run(segments, this::take);
  }

  private boolean take(ChunkWorker.Result<List<EventLine>> chunk) {
    unreadable += chunk.unreadable();
    for (EventLine event : chunk.gathered()) {
      if (!give(event)) {
        return false;
      }
    }
    return true;
  }

  /// Groups of segments whose times overlap, in the order of time. A segment lasts from the time in
  /// its name to its last modification.
  private List<List<Segment>> overlapping(List<Segment> segments) {
    List<Segment> byStart = new ArrayList<>();
    for (Segment segment : segments) {
      if (NewestFirst.mayHaveWanted(segment, since)) {
        byStart.add(segment);
      }
    }
    byStart.sort(Comparator.comparingLong(Segment::notBefore)); // stable: parts stay in order
    List<List<Segment>> groups = new ArrayList<>();
    long end = Long.MIN_VALUE;
    for (Segment segment : byStart) {
      if (groups.isEmpty() || segment.notBefore() < end) {
        groups.add(groups.isEmpty() ? new ArrayList<>() : groups.removeLast());
      } else {
        groups.add(new ArrayList<>());
      }
      groups.getLast().add(segment);
      end = Math.max(end, segment.modifiedMillis());
    }
    return groups;
  }
}
