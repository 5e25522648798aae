package dev.prodigy.engine;

import dev.prodigy.agent.ProcessRunner;
import dev.prodigy.agent.SecretMasker;
import dev.prodigy.engine.StepOutcome.Kind;
import dev.prodigy.model.Json;
import dev.prodigy.workflow.Limit;
import dev.prodigy.workflow.SequentialWorkflow;
import dev.prodigy.workflow.SubWorkflow;
import dev.prodigy.workflow.expression.Template;
import dev.prodigy.workflow.expression.Variables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What a workflow within a step gets of its caller: inputs, environment, directory and limits.
final class SubWorkflowContext {
  private static final String PROFILE = "PRODIGY_PROFILE";

  private final RunContext run;
  private final SubWorkflow workflow;
  private final Map<String, SubWorkflow.Input> with;
  private final Invocation call;
  private final String place;

  /// @param with what the step adds to the workflow's inputs
  /// @param place of the workflow in the whole run
  SubWorkflowContext(
      RunContext run,
      SubWorkflow workflow,
      Map<String, SubWorkflow.Input> with,
      Invocation call,
      String place) {
    this.run = run;
    this.workflow = workflow;
    this.with = with;
    this.call = call;
    this.place = place;
  }

  /// What it begins with, by the names of its variables.
  Map<String, JsonNode> inputs() {
    var values = new LinkedHashMap<String, JsonNode>();
    workflow.inputs().forEach((name, input) -> values.put(name, value(input)));
    with.forEach((name, input) -> values.put(name, value(input)));
    return values;
  }

  private JsonNode value(SubWorkflow.Input input) {
    Variables variables = call.scope().variables();
    return switch (input) {
      case SubWorkflow.Input.Named(var literal) -> {
        JsonNode known = literal.isString() ? variables.lookup(literal.stringValue()) : null;
        yield known == null ? literal : known;
      }
      case SubWorkflow.Input.Rendered(var template) -> {
        JsonNode whole =
            StepFault.guard(() -> template.onlyValue(variables, call.scope().rendering(_ -> {})));
        yield whole == null ? Json.NODES.stringNode(call.render(template)) : whole;
      }
    };
  }

  /// The caller's environment with its own over it.
  RunEnvironment environment() {
    return RunEnvironment.resolve(
        workflow.workflow().environment(),
        new EnvironmentInputs(
            inherited(),
            run.request().extraEnvironment(),
            run.request().args(),
            profile(),
            run.request().filesDirectory(),
            run.repository().checkout(),
            run.repository().currentBranch().orElse(""),
            run.request().settings()));
  }

  /// The environment of the step, without a profile that means nothing here.
  Map<String, String> inherited() {
    var all = new HashMap<>(call.environment());
    if (profile() == null) {
      all.remove(PROFILE);
    }
    return all;
  }

  /// The caller's, if this workflow knows it.
  @Nullable String profile() {
    String profile = call.environment().get(PROFILE);
    return profile != null && workflow.workflow().environment().profiles().containsKey(profile)
        ? profile
        : null;
  }

  /// @param worktree where its steps run
  /// @param stop ends them
  StepScope scope(
      SequentialWorkflow child,
      RunEnvironment environment,
      Variables captured,
      ProcessRunner processes,
      Path worktree,
      StopSignal stop) {
    StepScope outer = call.scope();
    Path root = directory(worktree);
    SecretMasker masker = outer.masker().and(environment.secrets());
    var fixed = new HashMap<>(outer.fixedEnvironment());
    fixed.putAll(environment.fixed());
    StepScope.Builder scope =
        outer.toBuilder()
            .in(root)
            .variables(captured)
            .environment(environment.variables())
            .fixedEnvironment(fixed)
            .masker(masker)
            .strict(child.strictVariables() || outer.strict())
            .logPrefix(outer.logPrefix() + workflow.name() + "-")
            .place(place + "/commands")
            .late(late(environment, masker, root, processes))
            .deadline(deadline())
            .stop(stop);
    for (var limit : new Limit[] {workflow.timeout(), child.timeout()}) {
      if (limit != null) {
        scope.deadline(
            Deadline.after(
                StepFault.guard(() -> limit.resolve(environment.variables()::get)),
                "timeout of sub-workflow '%s'".formatted(workflow.name())));
      }
    }
    return scope.build();
  }

  /// The moment when the step that runs it must be over.
  private @Nullable Deadline deadline() {
    TimeLimit step = call.limit();
    return step == null
        ? null
        : new Deadline(System.nanoTime() + step.left().toNanos(), step.limit(), step.name());
  }

  private StepScope.@Nullable Late late(
      RunEnvironment environment, SecretMasker masker, Path root, ProcessRunner processes) {
    String kept = place + "/environment";
    var cache =
        new LateEnvironment.Cache(
            () -> call.scope().children().of(kept),
            values -> call.scope().children().put(kept, values));
    return new LateEnvironment(environment, masker, environment::variables, root, processes, cache)
        .wanted();
  }

  private Path directory(Path root) {
    Template template = workflow.workingDir();
    if (template == null) {
      return root;
    }
    Path directory = root.resolve(call.render(template)).normalize();
    if (!directory.startsWith(root)) {
      throw new StepFault(Kind.NOT_FOUND, "Working directory leaves the worktree: " + directory);
    }
    if (!Files.isDirectory(directory)) {
      throw new StepFault(Kind.NOT_FOUND, "Working directory not found: " + directory);
    }
    return directory;
  }
}
