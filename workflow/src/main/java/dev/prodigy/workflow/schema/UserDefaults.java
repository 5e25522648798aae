package dev.prodigy.workflow.schema;

import org.jspecify.annotations.Nullable;

/// What the user has set for workflows that leave it open, and the limit set for those that do not.
///
/// @param attempts of steps with retries; null: nothing said
/// @param backoff the same
/// @param parallel agents of a job; null: nothing said
/// @param mostParallel no job has more agents; null: no limit
public record UserDefaults(
    @Nullable Said attempts,
    @Nullable Said backoff,
    @Nullable Said parallel,
    @Nullable Said mostParallel) {

  public static final UserDefaults NONE = new UserDefaults(null, null, null, null);

  /// @param value as one would write it in a workflow
  /// @param origin the setting, and where it stands: `retry.default_attempts, config.yml:3`
  public record Said(String value, String origin) {}

  /// The agents of a job that asks for no number.
  ///
  /// @param language the default where the user says nothing
  Said parallelOr(Said language) {
    Said wanted = parallel == null ? language : parallel;
    return mostParallel != null && isOverLimit(Integer.parseInt(wanted.value()))
        ? mostParallel
        : wanted;
  }

  /// Whether a job does not get as many agents as that.
  boolean isOverLimit(int agents) {
    return mostParallel != null && agents > Integer.parseInt(mostParallel.value());
  }
}
