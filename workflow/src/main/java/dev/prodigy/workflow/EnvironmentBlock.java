package dev.prodigy.workflow;

import dev.prodigy.workflow.expression.Template;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The environment a workflow gives to all its commands. Entries may refer to each other in any
/// order. Lowest to highest: what is inherited, files, entries, the active profile; secrets outrank
/// even a step's own `env`.
///
/// @param entries `env`, in the order written
/// @param secrets no name is in `entries`, too
/// @param profiles entries of each profile, which replace those of the same name
/// @param activeProfile unless the user names another; null: none
/// @param inherit false: of the process's variables commands get a minimal set only
/// @param providers commands that know secrets, by name
public record EnvironmentBlock(
    Map<String, EnvValue> entries,
    Map<String, EnvValue> secrets,
    List<EnvFile> files,
    Map<String, Map<String, EnvValue>> profiles,
    @Nullable String activeProfile,
    boolean inherit,
    Map<String, SecretCommand> providers) {

  public static final EnvironmentBlock EMPTY =
      new EnvironmentBlock(Map.of(), Map.of(), List.of(), Map.of(), null, true, Map.of());

  /// A file of `KEY=value` lines.
  ///
  /// @param path relative to the workflow's own file
  /// @param required whether it must exist
  public record EnvFile(Template path, boolean required) {}

  /// Run with a secret's key as its argument; prints the secret.
  public record SecretCommand(String command, Duration limit) {
    public static final Duration DEFAULT_LIMIT = Duration.ofSeconds(30);
  }

  public EnvironmentBlock {
    entries = ordered(entries);
    secrets = ordered(secrets);
    files = List.copyOf(files);
    profiles = ordered(profiles);
    providers = ordered(providers);
  }

  private static <V> Map<String, V> ordered(Map<String, V> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
