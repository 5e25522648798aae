package dev.prodigy.engine;

import dev.prodigy.agent.Agents;
import dev.prodigy.agent.ClaudeSettings;
import dev.prodigy.agent.OutputLine;
import dev.prodigy.agent.ProcessRunner;
import dev.prodigy.agent.SecretMasker;
import dev.prodigy.model.AgentDefinitions;
import dev.prodigy.model.Event;
import dev.prodigy.testkit.ScriptedClaude;
import dev.prodigy.testkit.TestRepository;
import dev.prodigy.workflow.SequentialWorkflow;
import dev.prodigy.workflow.Step;
import dev.prodigy.workflow.WorkflowLoader;
import dev.prodigy.workflow.expression.Variables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A worktree in which a test runs steps written as YAML, with real processes.
final class Bench implements AutoCloseable, StepObserver {
  final TestRepository repository;
  final ScriptedClaude claude;
  final Variables variables = new Variables();
  final Map<String, String> environment;
  final List<String> warnings = Collections.synchronizedList(new ArrayList<>());
  final List<Duration> delays = new ArrayList<>();
  final List<String> ends = Collections.synchronizedList(new ArrayList<>());
  final List<String> circuit = Collections.synchronizedList(new ArrayList<>());
  private final ProcessRunner processes = new ProcessRunner();
  private final StepRunner runner;
  private final StepScope.Builder scope;

  Bench(Path home) {
    repository = TestRepository.create(home.resolve("repo"));
    claude = ScriptedClaude.install(directory(home.resolve("bin")));
    environment = environment(home, claude);
    runner =
        new StepRunner(
            processes,
            new Agents(
                processes, environment, ClaudeSettings.NONE, AgentDefinitions.NONE.overBuiltIn()));
    scope = StepScope.in(repository.path(), home.resolve("logs"), variables, environment);
  }

  /// Ours, without what would make tests depend on who runs them.
  static Map<String, String> environment(Path home, ScriptedClaude claude) {
    var environment = new HashMap<>(System.getenv());
    environment.keySet().removeIf(name -> name.startsWith("PRODIGY_") || name.startsWith("GIT_"));
    environment.put("PATH", claude.path());
    environment.put("HOME", home.toString());
    environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
    return environment;
  }

  static Path directory(Path path) {
    try {
      return Files.createDirectories(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  StepScope.Builder scope() {
    return scope;
  }

  Bench masking(String... secrets) {
    scope.masker(new SecretMasker(List.of(secrets)));
    return this;
  }

  static List<Step> steps(String yaml) {
    var workflow = WorkflowLoader.parse(yaml, "test.yml").workflow();
    return ((SequentialWorkflow) workflow).steps();
  }

  StepsOutcome run(String yaml) {
    return runner.runAll(steps(yaml), scope.build(), this, 0);
  }

  StepOutcome runOne(String yaml) {
    return run(yaml).outcomes().getFirst();
  }

  String variable(String name) {
    var value = variables.lookup(name);
    return value == null ? "undefined" : value.isString() ? value.stringValue() : value.toString();
  }

  boolean exists(String file) {
    return Files.exists(repository.path(file));
  }

  String read(String file) {
    try {
      return Files.readString(repository.path(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void retrying(Step step, int attempt, int max, Duration delay, String error) {
    delays.add(delay);
  }

  @Override
  public void exhausted(Step step, int attempts, String reason, String error) {
    ends.add(attempts + " " + reason);
  }

  @Override
  public void event(Event event) {
    circuit.add(event.getClass().getSimpleName());
  }

  @Override
  public void output(Step step, OutputLine line) {}

  @Override
  public void warning(String text) {
    warnings.add(text);
  }

  @Override
  public void close() {
    processes.close();
  }
}
