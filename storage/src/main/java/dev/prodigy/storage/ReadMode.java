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
  private static final long LARGEST_BATCH_BYTES = 32 << 20;

  /// The choice for a log of so many events: few are simplest as a batch, many must not fill the
  /// memory, and in between it is streaming where the log changes or someone watches.
  public static ReadMode choose(long events, boolean concurrentWriters, boolean live) {
    if (events < FEW) {
      return BATCH;
    }
    return events > MANY || concurrentWriters || live ? STREAM : BATCH;
  }

  /// The choice for these segments.
  ///
  /// @param known how many events they have, if that is known; else their size tells
  /// @param live whether someone waits for what comes
  public static ReadMode of(List<Segment> segments, OptionalLong known, boolean live) {
    long bytes = 0;
    boolean written = false;
    for (Segment segment : segments) {
      bytes += segment.size();
      written |= !segment.quiet();
    }
    ReadMode mode = choose(known.orElse(EventFiles.estimate(segments)), written, live);
    return bytes > LARGEST_BATCH_BYTES ? STREAM : mode;
  }
}
