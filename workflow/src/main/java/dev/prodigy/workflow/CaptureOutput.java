package dev.prodigy.workflow;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How a variable is cut out of a setup command's output. Order: source, size, pattern, multiline,
/// JSON path; a trailing newline is trimmed.
///
/// @param commandIndex from 0
/// @param maxSize in bytes
/// @param pattern first group, else the whole match
/// @param defaultValue used when pattern or JSON path finds nothing; without it the capture is
///   skipped with a warning
public record CaptureOutput(
    int commandIndex,
    Source source,
    int maxSize,
    @Nullable Pattern pattern,
    Multiline multiline,
    @Nullable String jsonPath,
    @Nullable String defaultValue) {

  public static final int DEFAULT_MAX_SIZE = 1_048_576;

  /// `BOTH` labels the two streams, `COMBINED` keeps the order of arrival.
  public enum Source {
    STDOUT,
    STDERR,
    BOTH,
    COMBINED
  }

  /// `JOIN` puts a space between lines, `ARRAY` makes a JSON array of them.
  public enum Multiline {
    PRESERVE,
    JOIN,
    FIRST_LINE,
    LAST_LINE,
    ARRAY
  }
}
