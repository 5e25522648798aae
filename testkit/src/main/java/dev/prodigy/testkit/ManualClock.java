package dev.prodigy.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/// A clock that moves only when told to; any thread may read and move it.
public final class ManualClock implements InstantSource {
  private final AtomicReference<Instant> now;

  public ManualClock(Instant start) {
    now = new AtomicReference<>(start);
  }

  /// Starts at a fixed moment in 2026.
  public ManualClock() {
    this(Instant.parse("2026-01-02T03:04:05.678Z"));
  }

  @Override
  public Instant instant() {
    return now.get();
  }

  public void set(Instant time) {
    now.set(time);
  }

  /// @return the new time
  public Instant advance(Duration by) {
    return now.updateAndGet(time -> time.plus(by));
  }
}
