package dev.prodigy.storage;

import dev.prodigy.storage.EventCounts.Grouping;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Adds up the events of all chunks.
final class EventCounter {
  private final Map<String, Long> sums = new HashMap<>();
  private long unreadable;

  static EventCounts count(List<Segment> segments, EventFilter filter, Grouping grouping) {
    EventCounter counter = new EventCounter();
    new ParallelScan<Map<String, long[]>>(
            filter,
            HashMap::new,
            (tally, event) -> tally.computeIfAbsent(grouping.keyOf(event), _ -> new long[1])[0]++)
        .run(segments, counter::add);
    return counter.counts();
  }

  private boolean add(ChunkWorker.Result<Map<String, long[]>> chunk) {
    chunk.gathered().forEach((key, count) -> sums.merge(key, count[0], Long::sum));
    unreadable += chunk.unreadable();
    return true;
  }

  private EventCounts counts() {
    return EventCounts.sorted(sums, unreadable);
  }
}
