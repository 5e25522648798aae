package dev.prodigy.storage;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/// How many events there are of each kind.
///
/// @param counts by key, most first, then by key
/// @param total the sum of all counts
/// @param unreadable lines that are no events
public record EventCounts(Map<String, Long> counts, long total, long unreadable) {

  /// @param counts in any order
  public static EventCounts sorted(Map<String, Long> counts, long unreadable) {
    Map<String, Long> sorted = new LinkedHashMap<>();
    counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    long total = sorted.values().stream().mapToLong(Long::longValue).sum();
    return new EventCounts(sorted, total, unreadable);
  }

  /// What events are counted by.
  public enum Grouping {
    EVENT_TYPE,
    JOB_ID,
    AGENT_ID,
    DAY;

    /// `event_type` and the like; events without an agent count as `none`.
    String keyOf(EventLine event) {
      return switch (this) {
        case EVENT_TYPE -> event.type();
        case JOB_ID -> orNone(event.jobId());
        case AGENT_ID -> orNone(event.agentId());
        case DAY -> EventTime.format(event.timeMillis()).substring(0, "2025-01-11".length());
      };
    }

    private static String orNone(@org.jspecify.annotations.Nullable String id) {
      return id == null ? "none" : id;
    }
  }
}
