package dev.prodigy.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Agents by name, as one source defines them: the program itself, the settings, a workflow. What
/// an upper source says of an agent is laid over what a lower one says.
///
/// @param byName what is said of each; incomplete
/// @param standard the agent of `claude:` steps; null if this source does not say
public record AgentDefinitions(Map<String, JsonNode> byName, @Nullable String standard) {
  /// Its name; it is defined by no program, but understood in particular.
  public static final String CLAUDE = "claude";

  public static final AgentDefinitions NONE = new AgentDefinitions(Map.of(), null);

  private static final AgentDefinitions BUILT_IN =
      of(
          """
          {
            "claude": {},
            "codex": {
              "command": "codex",
              "args": ["exec", "--json", "--dangerously-bypass-approvals-and-sandbox",
                       "{model_args}", "{prompt}"],
              "model_args": ["--model", "{model}"],
              "format": "codex-jsonl",
              "health": ["--version"]
            },
            "gemini": {
              "command": "gemini",
              "args": ["--output-format", "stream-json", "--yolo", "{model_args}", "-p", "{prompt}"],
              "model_args": ["--model", "{model}"],
              "format": "gemini-stream-json",
              "health": ["--version"],
              "success": {"exit_codes": [0], "no_retry": [42]}
            },
            "aider": {
              "command": "aider",
              "args": ["--yes-always", "--no-pretty", "--no-stream", "{model_args}",
                       "--message", "{prompt}"],
              "model_args": ["--model", "{model}"],
              "format": "regex",
              "patterns": ["Tokens: (?<input>[0-9.]+[kM]?) sent, (?<output>[0-9.]+[kM]?) received(?:.*Cost: \\\\$(?<cost>[0-9.]+) message)?"],
              "health": ["--version"]
            },
            "shell": {
              "command": "sh",
              "prompt_via": "env",
              "format": "text",
              "commands": "verbatim"
            }
          }
          """);

  public AgentDefinitions {
    byName = Map.copyOf(byName);
  }

  private static AgentDefinitions of(String json) {
    var all = new HashMap<String, JsonNode>();
    Json.parse(json).properties().forEach(entry -> all.put(entry.getKey(), entry.getValue()));
    return new AgentDefinitions(all, CLAUDE);
  }

  /// With those every installation knows below.
  public AgentDefinitions overBuiltIn() {
    return over(BUILT_IN);
  }

  public AgentDefinitions over(AgentDefinitions lower) {
    var all = new HashMap<>(lower.byName);
    byName.forEach((name, upper) -> all.merge(name, upper, AgentDefinitions::merged));
    return new AgentDefinitions(all, standard == null ? lower.standard : standard);
  }

  public AgentDefinitions withStandard(String name) {
    return new AgentDefinitions(byName, name);
  }

  private static JsonNode merged(JsonNode lower, JsonNode upper) {
    if (!(lower instanceof ObjectNode below) || !(upper instanceof ObjectNode above)) {
      return upper;
    }
    ObjectNode both = below.deepCopy();
    for (var entry : above.properties()) {
      JsonNode present = both.get(entry.getKey());
      both.set(
          entry.getKey(), present == null ? entry.getValue() : merged(present, entry.getValue()));
    }
    return both;
  }

  /// The agent a `claude:` step is for.
  public String standardName() {
    return standard == null ? CLAUDE : standard;
  }

  /// In alphabetical order.
  public List<String> names() {
    return List.copyOf(new TreeSet<>(byName.keySet()));
  }

  public boolean knows(String name) {
    return byName.containsKey(name);
  }

  /// Empty for an agent nobody defines, and for Claude.
  ///
  /// @throws IllegalArgumentException if what is said of it makes no sense, or leaves out the
  ///   command
  public Optional<AgentProgram> program(String name) {
    JsonNode defined = byName.get(name);
    if (defined == null || name.equals(CLAUDE)) {
      return Optional.empty();
    }
    var problems = new ArrayList<String>();
    AgentProgram program =
        new AgentProgramReader(name, defined, (key, text) -> problems.add(key + ": " + text))
            .read();
    if (program.command().isEmpty()) {
      problems.add("command: is missing");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    return Optional.of(program);
  }

  /// Looks for what is wrong in one source's words on an agent.
  ///
  /// @param problems key and what is wrong with it
  public static void check(String name, JsonNode defined, BiConsumer<String, String> problems) {
    if (!defined.isObject()) {
      problems.accept("", "expected a mapping");
      return;
    }
    var _ = new AgentProgramReader(name, defined, problems).read();
  }
}
