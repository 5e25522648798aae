package dev.prodigy.engine;

import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The smallest of the limits that hold for one execution.
///
/// @param left how long it may take
/// @param limit what the user had set; more than `left` where it covers several steps
/// @param name the setting, for the message
record TimeLimit(Duration left, Duration limit, String name) {

  static @Nullable TimeLimit of(
      @Nullable Duration step, @Nullable Duration command, @Nullable Deadline deadline) {
    return Stream.of(
            step == null ? null : new TimeLimit(step, step, "timeout"),
            command == null ? null : new TimeLimit(command, command, "command_timeouts"),
            deadline == null
                ? null
                : new TimeLimit(deadline.left(), deadline.limit(), deadline.name()))
        .filter(limit -> limit != null)
        .reduce((a, b) -> b.left.compareTo(a.left) < 0 ? b : a)
        .orElse(null);
  }

  String message() {
    String seconds =
        limit.toMillisPart() == 0
            ? Long.toString(limit.toSeconds())
            : "%.3f".formatted(limit.toMillis() / 1000.0);
    String unit = seconds.equals("1") ? "second" : "seconds";
    return "Command timed out after %s %s (%s)".formatted(seconds, unit, name);
  }
}
