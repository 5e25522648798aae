package dev.prodigy.storage;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Puts a job's segments and the archived parts of them together, so that every event is there
/// once.
///
/// Archiving ends with taking from the segment what the archive holds, and telling so in its name.
/// If we died before, the name shows the archive to begin where the segment still does: then it
/// depends on what the segment begins with.
public final class Parts {
  private Parts() {}

  static List<Segment> of(List<Segment> found) {
    Map<String, Segment> live = new HashMap<>();
    for (Segment segment : found) {
      if (!segment.archived()) {
        live.put(segment.key(), segment);
      }
    }
    List<Segment> sorted = new ArrayList<>(found);
    sorted.sort(new Segment.ByPart());
    List<Segment> parts = new ArrayList<>(sorted.size());
    for (Segment segment : sorted) {
      if (!isTwin(segment, parts) && !isStillThere(segment, live.get(segment.key()))) {
        parts.add(segment);
      }
    }
    return parts;
  }

  private static boolean isStillThere(Segment segment, @Nullable Segment live) {
    return live != null && live.begins(segment) && holds(live, segment);
  }

  /// Whether a segment still has what an archived part of it holds: the part's first event stands
  /// where the part's name says.
  public static boolean holds(Segment live, Segment part) {
    String first = first(part, 0);
    return first != null && first.equals(first(live, part.base() - live.base()));
  }

  private static @Nullable String first(Segment segment, long from) {
    try (OldestFirst source =
        new OldestFirst(segment, from, new LineJudge(EventFilter.ALL), 1, true)) {
      EventLine event = source.next();
      return event == null ? null : event.text();
    }
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
