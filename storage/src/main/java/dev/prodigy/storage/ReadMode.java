package dev.prodigy.storage;

/// Whether to hold a job's events in memory or one at a time.
public enum ReadMode {
  BATCH,
  STREAM;

  private static final int FEW = 1_000;
  private static final int MANY = 10_000;

  /// The choice for a log of so many events: few are simplest as a batch, many must not fill the
  /// memory, and in between it is streaming where the log changes or someone watches.
  public static ReadMode choose(long events, boolean concurrentWriters, boolean live) {
    if (events < FEW) {
      return BATCH;
    }
    return events > MANY || concurrentWriters || live ? STREAM : BATCH;
  }
}
