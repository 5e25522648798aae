package dev.prodigy.workflow.compose;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where files that others refer to are looked for.
///
/// @param environment for `~` and `${VAR}` in paths
/// @param project root of the repository; null: none
/// @param templates directories of registered templates, the first hit counts
/// @param remote who fetches those named by a URL
public record Places(
    Map<String, String> environment, @Nullable Path project, List<Path> templates, Remote remote) {
  /// Only what is named by its path.
  public static final Places NONE = new Places(Map.of(), null, List.of(), Remote.NONE);

  public Places {
    environment = Map.copyOf(environment);
    templates = List.copyOf(templates);
  }
}
