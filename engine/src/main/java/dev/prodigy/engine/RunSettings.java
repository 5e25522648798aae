package dev.prodigy.engine;

import dev.prodigy.agent.ClaudeSettings;
import dev.prodigy.workflow.EnvironmentBlock.SecretCommand;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// What the user has set for all runs.
///
/// @param variables workflows may refer to; of several sources of one name this is the lowest
/// @param autoCommit false: no step's changes are committed for it
/// @param providers commands that know secrets, by name; a workflow's own of that name outrank them
public record RunSettings(
    ClaudeSettings claude,
    Map<String, JsonNode> variables,
    boolean autoCommit,
    Map<String, SecretCommand> providers) {
  public static final RunSettings NONE =
      new RunSettings(ClaudeSettings.NONE, Map.of(), true, Map.of());

  public RunSettings {
    variables = Map.copyOf(variables);
    providers = Map.copyOf(providers);
  }

  /// What must not be shown.
  Set<String> secrets() {
    String key = claude.apiKey();
    return key == null ? Set.of() : Set.of(key);
  }
}
