package dev.prodigy.storage;

import java.util.List;
import java.util.OptionalLong;

/// Whether to hold a job's events in memory or one at a time.
public enum ReadMode {
  BATCH,
  STREAM;

  private static final int FEW = 1_000;
  private static final int MANY = 10_000;

  /// Events may be larger than usual; a batch must not fill the memory all the same.
  private static final long LARGEST_BATCH_BYTES = 8 << 20;

  /// The choice for a log of so many events: few are simplest as a batch, many must not fill the
  /// memory, and in between it is streaming where the log changes or someone watches.
  public static ReadMode choose(long events, boolean concurrentWriters, boolean live) {
    if (events < FEW) {
      return BATCH;
    }
    return events > MANY || concurrentWriters || live ? STREAM : BATCH;
  }

  /// Whether a batch of these would not fill the memory.
  public static boolean fitsMemory(List<Segment> segments) {
    long bytes = 0;
    for (Segment segment : segments) {
      bytes += segment.size();
    }
    return bytes <= LARGEST_BATCH_BYTES;
  }

  /// The choice for these segments.
  ///
  /// @param known how many events they have, if that is known; else their size tells
  /// @param live whether someone waits for what comes
  public static ReadMode of(List<Segment> segments, OptionalLong known, boolean live) {
    boolean written = false;
    for (Segment segment : segments) {
      written |= !segment.quiet();
    }
    return fitsMemory(segments)
        ? choose(known.orElse(EventFiles.estimate(segments)), written, live)
        : STREAM;
  }
}
