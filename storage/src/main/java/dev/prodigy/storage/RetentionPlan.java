package dev.prodigy.storage;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// What a policy takes from one log, worked out without changing anything.
///
/// @param cuts the segments that lose something
/// @param bytes of the whole log now
public record RetentionPlan(List<Cut> cuts, long bytes) {

  public RetentionPlan {
    cuts = List.copyOf(cuts);
  }

  /// What one segment loses.
  ///
  /// @param before older events go
  /// @param keepFrom events that begin before it go
  /// @param unreadable lines that are no events; they stay
  public record Cut(
      Segment segment,
      long before,
      long keepFrom,
      long removedEvents,
      long removedBytes,
      long keptEvents,
      long unreadable) {

    /// Whether the event goes.
    public boolean takes(EventLine event) {
      return event.timeMillis() < before || event.start() < keepFrom;
    }

    /// True if nothing of the segment stays.
    public boolean takesAll() {
      return keptEvents == 0 && unreadable == 0;
    }
  }

  public long events() {
    return cuts.stream().mapToLong(Cut::removedEvents).sum();
  }

  public long removedBytes() {
    return cuts.stream().mapToLong(Cut::removedBytes).sum();
  }

  public boolean isEmpty() {
    return cuts.isEmpty();
  }

  /// Works it out.
  ///
  /// @param segments of one log, oldest first, without archives
  /// @param closed segments no one appends to: only these lose anything
  /// @throws StorageException if a segment cannot be read
  public static RetentionPlan of(
      List<Segment> segments, Predicate<Segment> closed, RetentionPolicy policy, Instant now) {
    long before =
        policy.maxAge() == null ? Long.MIN_VALUE : now.minus(policy.maxAge()).toEpochMilli();
    Map<Path, Long> kept = policy.limitsSize() ? newest(segments, policy) : Map.of();
    List<Cut> cuts = new ArrayList<>();
    long bytes = 0;
    for (Segment segment : segments) {
      bytes += segment.size();
      if (closed.test(segment)) {
        long all = policy.limitsSize() ? segment.size() : 0;
        Cut cut = cut(segment, before, kept.getOrDefault(segment.path(), all));
        if (cut.removedEvents > 0) {
          cuts.add(cut);
        }
      }
    }
    return new RetentionPlan(cuts, bytes);
  }

  /// Where in each segment the newest events begin that are within the policy's limits.
  private static Map<Path, Long> newest(List<Segment> segments, RetentionPolicy policy) {
    Map<Path, Long> starts = new HashMap<>();
    long[] sum = new long[2];
    EventFiles.newest(
        segments,
        EventFilter.ALL,
        EventFiles.UNLIMITED,
        event -> {
          sum[0]++;
          sum[1] += event.storedBytes();
          boolean stays = policy.allows(sum[0], sum[1]);
          if (stays) {
            starts.merge(event.segment().path(), event.start(), Math::min);
          }
          return stays;
        });
    return starts;
  }

  private static Cut cut(Segment segment, long before, long keepFrom) {
    Cut rule = new Cut(segment, before, keepFrom, 0, 0, 0, 0);
    long[] sum = new long[4];
    new ParallelScan<long[]>(
            EventFilter.ALL,
            () -> new long[3],
            (tally, event) -> {
              if (rule.takes(event)) {
                tally[0]++;
                tally[1] += event.storedBytes();
              } else {
                tally[2]++;
              }
            })
        .run(
            List.of(segment),
            chunk -> {
              for (int i = 0; i < 3; i++) {
                sum[i] += chunk.gathered()[i];
              }
              sum[3] += chunk.unreadable();
              return true;
            });
    return new Cut(segment, before, keepFrom, sum[0], sum[1], sum[2], sum[3]);
  }
}
