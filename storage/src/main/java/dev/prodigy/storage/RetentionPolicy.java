package dev.prodigy.storage;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Which events of a job may go. Only the limits that are given count; an event goes if any of them
/// says so.
///
/// @param maxAge older events go
/// @param maxEvents of a job so many stay, the newest
/// @param maxBytes of a job so much stays, the newest
public record RetentionPolicy(
    @Nullable Duration maxAge, @Nullable Long maxEvents, @Nullable Long maxBytes) {

  /// True if everything stays.
  public boolean isEmpty() {
    return maxAge == null && !limitsSize();
  }

  /// Whether a job may keep only so much.
  boolean limitsSize() {
    return maxEvents != null || maxBytes != null;
  }

  /// Whether a job with so many events of so many bytes is within its limits.
  boolean allows(long events, long bytes) {
    return (maxEvents == null || events <= maxEvents) && (maxBytes == null || bytes <= maxBytes);
  }
}
