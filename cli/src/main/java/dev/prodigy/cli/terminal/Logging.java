package dev.prodigy.cli.terminal;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;

/// Which lines beside the answer are said, and in what form: for people, or one JSON object each.
///
/// @param least what is less important is not said
/// @param json for programs that collect logs
public record Logging(Level least, boolean json) {
  public static final Logging STANDARD = new Logging(Level.WARN, false);

  /// What a line is, the least important first.
  public enum Level {
    TRACE("trace"),
    DEBUG("debug"),
    INFO("info"),
    WARN("warn"),
    ERROR("error");

    private final String word;

    Level(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  boolean says(Level level) {
    return level.compareTo(least) >= 0;
  }

  /// The line as an object `{"timestamp","level","message"}`.
  static String json(Level level, String message, Instant at) {
    return "{\"timestamp\":"
        + JsonText.quote(Times.MILLISECONDS.format(at))
        + ",\"level\":"
        + JsonText.quote(level.word())
        + ",\"message\":"
        + JsonText.quote(message)
        + "}";
  }

  /// Loaded only where it is needed.
  private static final class Times {
    static final DateTimeFormatter MILLISECONDS =
        new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);
  }
}
