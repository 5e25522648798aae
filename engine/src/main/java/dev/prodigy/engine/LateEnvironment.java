package dev.prodigy.engine;

import dev.prodigy.agent.AgentException;
import dev.prodigy.agent.CommandResult;
import dev.prodigy.agent.CommandSpec;
import dev.prodigy.agent.ProcessRunner;
import dev.prodigy.agent.SecretMasker;
import dev.prodigy.model.Json;
import dev.prodigy.workflow.EnvValue;
import dev.prodigy.workflow.expression.Rendering;
import dev.prodigy.workflow.expression.Variables;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Entries of the environment that are what commands print: run in the worktree of those who want
/// them, or, with `cache: true`, once per run of the workflow and at its root. What is cached is
/// kept, so that a resumed run has the same.
final class LateEnvironment {

  /// Keeps the values of entries with `cache: true`, by name, over the end of the process.
  record Cache(Supplier<@Nullable JsonNode> read, Consumer<ObjectNode> write) {}

  private final RunEnvironment environment;
  private final SecretMasker masker;
  private final Supplier<Map<String, String>> commands;
  private final Path root;
  private final ProcessRunner processes;
  private final Cache cache;
  private @Nullable Map<String, String> cached; // guarded by this

  /// @param masker of all secrets its commands may see
  /// @param commands the environment of commands, with what Prodigy itself tells them
  /// @param root where commands whose output is cached run
  LateEnvironment(
      RunEnvironment environment,
      SecretMasker masker,
      Supplier<Map<String, String>> commands,
      Path root,
      ProcessRunner processes,
      Cache cache) {
    this.environment = environment;
    this.masker = masker;
    this.commands = commands;
    this.root = root;
    this.processes = processes;
    this.cache = cache;
  }

  /// Null if the workflow has no such entries.
  StepScope.@Nullable Late wanted() {
    return environment.hasLate() ? this::values : null;
  }

  private Map<String, @Nullable String> values(Path worktree) {
    return environment.late(
        (name, command, known) ->
            command.cache()
                ? cached(name, command, known)
                : output(name, command, worktree, known));
  }

  private synchronized String cached(
      String name, EnvValue.Command command, Map<String, String> known) {
    Map<String, String> all = cached;
    if (all == null) {
      all = stored();
      cached = all;
    }
    String before = all.get(name);
    if (before != null) {
      return before;
    }
    String output = output(name, command, root, known);
    all.put(name, output);
    store(all);
    return output;
  }

  private Map<String, String> stored() {
    var all = new HashMap<String, String>();
    JsonNode kept = cache.read().get();
    if (kept != null) {
      Masked revealing = Masked.revealing(masker);
      kept.properties()
          .forEach(each -> all.put(each.getKey(), revealing.text(each.getValue().asString(""))));
    }
    return all;
  }

  private void store(Map<String, String> all) {
    ObjectNode kept = Json.NODES.objectNode();
    Masked concealing = Masked.concealing(masker);
    all.forEach((name, value) -> kept.put(name, concealing.text(value)));
    cache.write().accept(kept);
  }

  private String output(
      String name, EnvValue.Command command, Path worktree, Map<String, String> known) {
    var all = new HashMap<>(commands.get());
    known.forEach(
        (key, value) -> {
          if (!environment.fixed().containsKey(key)) {
            all.put(key, value);
          }
        });
    var rendering = new Rendering(false, Map.copyOf(all), worktree, _ -> {});
    String text = command.command().render(new Variables(), rendering);
    try {
      CommandResult done =
          processes.run(
              CommandSpec.shell(text, worktree, all, masker).withTimeout(command.limit()));
      if (!done.succeeded()) {
        throw EngineException.environmentCommand(
            name,
            masker.mask("exit code %d: %s".formatted(done.exitCode(), done.stderr().strip())));
      }
      return Captures.withoutTrailingNewlines(done.stdout());
    } catch (AgentException e) {
      throw EngineException.environmentCommand(name, e.message());
    }
  }
}
