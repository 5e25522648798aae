package dev.prodigy.storage.file;

import java.time.Duration;

/// What the user may set about the store.
///
/// @param lockPatience how long to wait for a document another process is changing
/// @param segmentBytes at which an event segment is closed and the next one begun; at least 1 MiB
public record StoreSettings(Duration lockPatience, long segmentBytes) {
  public static final StoreSettings DEFAULT =
      new StoreSettings(Duration.ofSeconds(30), FileEventLog.Options.DEFAULT.maxSegmentBytes());
}
