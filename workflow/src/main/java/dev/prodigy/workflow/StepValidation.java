package dev.prodigy.workflow;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Commands that look at a step's work and say yes or no.
///
/// @param checks never empty
/// @param needed how many of them must pass
/// @param maxAttempts how often all of them are tried
/// @param retryDelay between two tries
/// @param timeout of everything
/// @param onlyWarn a failure is told, and does not fail the step
public record StepValidation(
    List<Check> checks,
    int needed,
    int maxAttempts,
    Duration retryDelay,
    @Nullable Limit timeout,
    boolean onlyWarn) {

  public static final Duration DEFAULT_RETRY_DELAY = Duration.ofSeconds(5);

  /// @param output what its standard output must contain; null = anything
  public record Check(Step step, @Nullable Pattern output, int exitCode) {}

  public StepValidation {
    checks = List.copyOf(checks);
  }
}
