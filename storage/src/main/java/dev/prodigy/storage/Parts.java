package dev.prodigy.storage;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Puts a job's segments and the archived parts of them together, so that every event is there
/// once.
///
/// Archiving ends with taking from the segment what the archive holds. Until then, also if we died
/// in between, both have it; the segment counts, and its name tells where it begins.
final class Parts {
  private Parts() {}

  static List<Segment> of(List<Segment> found) {
    Map<String, Long> liveFrom = new HashMap<>();
    for (Segment segment : found) {
      if (!segment.archived()) {
        liveFrom.merge(segment.key(), segment.base(), Math::min);
      }
    }
    List<Segment> sorted = new ArrayList<>(found);
    sorted.sort(new Segment.ByPart());
    List<Segment> parts = new ArrayList<>(sorted.size());
    for (Segment segment : sorted) {
      Long live = segment.archived() ? liveFrom.get(segment.key()) : null;
      boolean unfinished = live != null && segment.base() >= live;
      if (!unfinished && !isTwin(segment, parts)) {
        parts.add(segment);
      }
    }
    return parts;
  }

  /// The same part kept twice, plain and packed.
  private static boolean isTwin(Segment segment, List<Segment> parts) {
    if (parts.isEmpty() || !segment.archived()) {
      return false;
    }
    Segment before = parts.getLast();
    return before.archived()
        && before.base() == segment.base()
        && before.key().equals(segment.key());
  }
}
