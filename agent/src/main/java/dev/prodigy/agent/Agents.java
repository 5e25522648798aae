package dev.prodigy.agent;

import dev.prodigy.model.AgentDefinitions;
import dev.prodigy.model.AgentProgram;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The agents a run can use. Safe for any number of threads.
public final class Agents {
  private final ProcessRunner processes;
  private final Map<String, String> environment;
  private final ClaudeSettings claude;
  private final AgentDefinitions definitions;
  private final Map<String, AgentCli> started = new ConcurrentHashMap<>();

  /// @param environment where programs are looked up
  /// @param claude how the user wants Claude to be; what `definitions` say of it outranks that
  /// @param definitions complete, the built-in ones included
  public Agents(
      ProcessRunner processes,
      Map<String, String> environment,
      ClaudeSettings claude,
      AgentDefinitions definitions) {
    this.processes = processes;
    this.environment = Map.copyOf(environment);
    this.claude = claude;
    this.definitions = definitions;
  }

  public AgentDefinitions definitions() {
    return definitions;
  }

  /// The agent a step is for.
  ///
  /// @param name as the step says; null: it does not
  public String nameFor(@Nullable String name) {
    return name == null ? definitions.standardName() : name;
  }

  /// @param name one of the definitions'
  /// @throws IllegalArgumentException if its definition makes no sense
  public AgentCli get(String name) {
    return started.computeIfAbsent(name, this::make);
  }

  private AgentCli make(String name) {
    if (name.equals(AgentDefinitions.CLAUDE)) {
      return new ClaudeCli(processes, environment, claudeSettings());
    }
    AgentProgram program =
        program(name)
            .orElseThrow(() -> new IllegalArgumentException("there is no agent of this name"));
    return new ProgramCli(processes, environment, program);
  }

  /// Empty for Claude.
  public Optional<AgentProgram> program(String name) {
    return definitions.program(name);
  }

  private ClaudeSettings claudeSettings() {
    JsonNode said = definitions.byName().get(AgentDefinitions.CLAUDE);
    return said == null ? claude : claude.with(said);
  }
}
