package dev.prodigy.workflow;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What of a step's output becomes variables.
///
/// @param enabled false: nothing is kept in variables nor stored
/// @param name an extra variable that holds the output
/// @param explicit whether the step itself says `capture_output`
/// @param withheld which of `exit_code`, `success` and `duration` are not kept beside the named
///   output
public record Capture(
    boolean enabled,
    @Nullable String name,
    Format format,
    boolean stdout,
    boolean stderr,
    boolean explicit,
    Set<String> withheld) {

  public static final Capture DEFAULT = new Capture(true, null, Format.STRING, true, false, false);

  public Capture {
    withheld = Set.copyOf(withheld);
  }

  /// With everything kept beside the output.
  public Capture(
      boolean enabled,
      @Nullable String name,
      Format format,
      boolean stdout,
      boolean stderr,
      boolean explicit) {
    this(enabled, name, format, stdout, stderr, explicit, Set.of());
  }

  /// What the output is parsed as.
  public enum Format {
    STRING,
    JSON,
    LINES,
    NUMBER,
    BOOLEAN
  }
}
