package dev.prodigy.engine;

import dev.prodigy.agent.ClaudeSettings;
import dev.prodigy.model.AgentDefinitions;
import dev.prodigy.workflow.EnvironmentBlock.SecretCommand;
import dev.prodigy.workflow.LoadedWorkflow;
import dev.prodigy.workflow.Parameters;
import dev.prodigy.workflow.RetryDefaults;
import dev.prodigy.workflow.Workflow;
import dev.prodigy.workflow.WorkflowLoader;
import dev.prodigy.workflow.compose.Given;
import dev.prodigy.workflow.compose.Places;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What the user has set for all runs.
///
/// @param agents others than Claude, and which is for `claude` steps
/// @param agent the one for `claude` steps whatever else is said; null: none in particular
/// @param variables workflows may refer to; of several sources of one name this is the lowest
/// @param autoCommit false: no step's changes are committed for it
/// @param retries for what workflows leave open
/// @param providers commands that know secrets, by name; a workflow's own of that name outrank them
/// @param parameters values for those of the workflow
/// @param places where templates and the like are
public record RunSettings(
    ClaudeSettings claude,
    AgentDefinitions agents,
    @Nullable String agent,
    Map<String, JsonNode> variables,
    boolean autoCommit,
    RetryDefaults retries,
    Map<String, SecretCommand> providers,
    Map<String, Given> parameters,
    Places places) {
  public static final RunSettings NONE =
      new RunSettings(
          ClaudeSettings.NONE,
          AgentDefinitions.NONE,
          null,
          Map.of(),
          true,
          RetryDefaults.NONE,
          Map.of(),
          Map.of(),
          Places.NONE);

  public RunSettings {
    variables = Map.copyOf(variables);
    providers = Map.copyOf(providers);
    parameters = Map.copyOf(parameters);
  }

  /// With what workflows are read with.
  public RunSettings with(Map<String, Given> newParameters, Places newPlaces) {
    return new RunSettings(
        claude, agents, agent, variables, autoCommit, retries, providers, newParameters, newPlaces);
  }

  /// With an agent for `claude` steps, whatever the workflow says.
  public RunSettings withAgent(@Nullable String name) {
    return new RunSettings(
        claude, agents, name, variables, autoCommit, retries, providers, parameters, places);
  }

  /// All that is known of agents within a workflow.
  AgentDefinitions agents(Workflow workflow) {
    AgentDefinitions all = workflow.agents().over(agents).overBuiltIn();
    return agent == null ? all : all.withStandard(agent);
  }

  /// A workflow's file, read again for a run that goes on.
  ///
  /// @param before what the run was given when it began; secret values are not known any more
  public LoadedWorkflow load(Path file, Parameters before) {
    var all = new HashMap<String, Given>();
    for (String name : before.given()) {
      JsonNode value = before.values().get(name);
      if (value != null && !before.secret().contains(name)) {
        all.put(name, new Given.Data(value, value.asString("")));
      }
    }
    all.putAll(parameters);
    return WorkflowLoader.load(file, all, places);
  }

  /// What must not be shown.
  Set<String> secrets() {
    String key = claude.apiKey();
    return key == null ? Set.of() : Set.of(key);
  }
}
