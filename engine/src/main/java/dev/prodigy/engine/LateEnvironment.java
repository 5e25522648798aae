package dev.prodigy.engine;

import dev.prodigy.agent.AgentException;
import dev.prodigy.agent.CommandResult;
import dev.prodigy.agent.CommandSpec;
import dev.prodigy.agent.ProcessRunner;
import dev.prodigy.model.Json;
import dev.prodigy.workflow.EnvValue;
import dev.prodigy.workflow.expression.Rendering;
import dev.prodigy.workflow.expression.Variables;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Entries of the environment that are what commands print: run in the worktree of those who want
/// them, or, with `cache: true`, once per session and in the session's worktree. What is cached is
/// kept with the session, so that a resumed run has the same.
final class LateEnvironment {
  private static final String CACHE = "environment_cache";

  private final RunContext run;
  private final ProcessRunner processes;
  private @Nullable Map<String, String> cached; // guarded by this
  private @Nullable JsonNode record; // guarded by this
  private boolean recordKnown; // guarded by this

  LateEnvironment(RunContext run, ProcessRunner processes) {
    this.run = run;
    this.processes = processes;
  }

  /// Null if the workflow has no such entries.
  StepScope.@Nullable Late wanted() {
    return run.environment().hasLate() ? this::values : null;
  }

  synchronized @Nullable JsonNode record() {
    if (!recordKnown) {
      record = metadata(SessionSetup.ENVIRONMENT);
      recordKnown = true;
    }
    return record;
  }

  private @Nullable JsonNode metadata(String name) {
    return run.request()
        .store()
        .sessions()
        .find(run.session())
        .map(session -> session.metadata().get(name))
        .orElse(null);
  }

  private Map<String, @Nullable String> values(Path worktree) {
    return run.environment()
        .late(
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
    String output = output(name, command, run.worktree().path(), known);
    all.put(name, output);
    store(all);
    return output;
  }

  private Map<String, String> stored() {
    var all = new HashMap<String, String>();
    JsonNode kept = metadata(CACHE);
    if (kept != null) {
      Masked revealing = run.environment().revealing();
      kept.properties()
          .forEach(each -> all.put(each.getKey(), revealing.text(each.getValue().asString(""))));
    }
    return all;
  }

  private void store(Map<String, String> all) {
    ObjectNode kept = Json.NODES.objectNode();
    Masked concealing = run.environment().concealing();
    all.forEach((name, value) -> kept.put(name, concealing.text(value)));
    run.update(session -> session.withMetadata(CACHE, kept, run.now()));
  }

  private String output(
      String name, EnvValue.Command command, Path worktree, Map<String, String> known) {
    var environment = new HashMap<>(run.commandEnvironment());
    known.forEach(
        (key, value) -> {
          if (!run.environment().fixed().containsKey(key)) {
            environment.put(key, value);
          }
        });
    var rendering = new Rendering(false, Map.copyOf(environment), worktree, _ -> {});
    String text = command.command().render(new Variables(), rendering);
    try {
      CommandResult done =
          processes.run(
              CommandSpec.shell(text, worktree, environment, run.environment().masker())
                  .withTimeout(command.limit()));
      if (!done.succeeded()) {
        throw EngineException.environmentCommand(
            name,
            run.environment()
                .masker()
                .mask("exit code %d: %s".formatted(done.exitCode(), done.stderr().strip())));
      }
      return Captures.withoutTrailingNewlines(done.stdout());
    } catch (AgentException e) {
      throw EngineException.environmentCommand(name, e.message());
    }
  }
}
