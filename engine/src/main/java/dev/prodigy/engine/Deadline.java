package dev.prodigy.engine;

import java.time.Duration;

/// The moment when a whole list of steps must be over.
///
/// @param nanoTime on the clock of [System#nanoTime]
/// @param limit as the user gave it
/// @param name the setting it comes from, for the message: `map.agent_timeout_secs`
public record Deadline(long nanoTime, Duration limit, String name) {

  public static Deadline after(Duration limit, String name) {
    return new Deadline(System.nanoTime() + limit.toNanos(), limit, name);
  }

  /// Zero once it has passed.
  public Duration left() {
    return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
  }
}
