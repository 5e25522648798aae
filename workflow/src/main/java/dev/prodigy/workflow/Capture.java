package dev.prodigy.workflow;

import org.jspecify.annotations.Nullable;

/// What of a step's output becomes variables.
///
/// @param enabled false: nothing is kept in variables nor stored
/// @param name an extra variable that holds the output
/// @param explicit whether the step itself says `capture_output`
public record Capture(
    boolean enabled,
    @Nullable String name,
    Format format,
    boolean stdout,
    boolean stderr,
    boolean explicit) {

  public static final Capture DEFAULT = new Capture(true, null, Format.STRING, true, false, false);

  /// What the output is parsed as.
  public enum Format {
    STRING,
    JSON,
    LINES,
    NUMBER,
    BOOLEAN
  }
}
