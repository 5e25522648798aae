package dev.prodigy.engine;

import dev.prodigy.agent.ProcessRunner;
import dev.prodigy.agent.SecretMasker;
import dev.prodigy.engine.StepOutcome.Kind;
import dev.prodigy.git.AgentWorktrees;
import dev.prodigy.model.Event;
import dev.prodigy.model.Json;
import dev.prodigy.workflow.Limit;
import dev.prodigy.workflow.MapReduceWorkflow;
import dev.prodigy.workflow.SequentialWorkflow;
import dev.prodigy.workflow.SubWorkflow;
import dev.prodigy.workflow.expression.Rendering;
import dev.prodigy.workflow.expression.Template;
import dev.prodigy.workflow.expression.Variables;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One run of a workflow within another's step: with variables of its own, the caller's environment
/// below its own, and a state after each step from which it goes on.
final class SubWorkflowRun {
  private static final String PROFILE = "PRODIGY_PROFILE";
  private static final Duration STOP_GRACE = Duration.ofSeconds(5);

  private final RunContext run;
  private final SubWorkflow workflow;
  private final Map<String, SubWorkflow.Input> with;
  private final Invocation call;
  private final String place;
  private final ChildProgress progress;
  private final StopSignal stop = new StopSignal();
  private final Map<String, JsonNode> outputs = new LinkedHashMap<>();
  private AgentWorktrees.@Nullable AgentWorktree worktree;
  private boolean began;
  private boolean succeeded;
  private boolean skipped;
  private boolean stopped;
  private boolean timedOut;
  private int exitCode;
  private Kind kind = Kind.COMMAND;
  private String error = "";
  private Duration duration = Duration.ZERO;

  SubWorkflowRun(
      RunContext run, SubWorkflow workflow, Map<String, SubWorkflow.Input> with, Invocation call) {
    this.run = run;
    this.workflow = workflow;
    this.with = with;
    this.call = call;
    place = call.scope().placeOf(call.step()) + "/workflows." + workflow.name();
    progress = call.scope().children();
  }

  SubWorkflow workflow() {
    return workflow;
  }

  String place() {
    return place;
  }

  void in(AgentWorktrees.AgentWorktree own) {
    worktree = own;
  }

  AgentWorktrees.@Nullable AgentWorktree worktree() {
    return worktree;
  }

  /// Whether a worktree of its own is to be made for it; a job makes one itself.
  boolean needsWorktree() {
    return workflow.ownWorktree() && workflow.workflow() instanceof SequentialWorkflow && !over();
  }

  /// Whether an earlier run has done it.
  boolean over() {
    JsonNode state = progress.of(place);
    return state != null && state.path("done").asBoolean(false);
  }

  void run() {
    long start = System.nanoTime();
    try {
      if (over()) {
        restore();
      } else if (!applies()) {
        skipped = true;
        succeeded = true;
      } else {
        began = true;
        call.observer().event(new Event.SubWorkflowStarted(workflow.name(), place));
        runWorkflow();
      }
    } catch (StepFault e) {
      failed(e.kind(), e.text());
    } catch (EngineException e) {
      failed(Kind.COMMAND, e.message());
    }
    duration = Duration.ofNanos(System.nanoTime() - start);
    if (worktree == null) {
      tellEnd();
    }
  }

  private void tellEnd() {
    if (!began || stopped) {
      return;
    }
    call.observer()
        .event(
            succeeded
                ? new Event.SubWorkflowCompleted(workflow.name(), place, duration)
                : new Event.SubWorkflowFailed(
                    workflow.name(), place, duration, call.scope().masker().mask(error)));
  }

  private boolean applies() {
    var when = workflow.when();
    return when == null
        || StepFault.guard(() -> when.test(call.scope().variables(), rendering(call.scope())));
  }

  private static Rendering rendering(StepScope scope) {
    return new Rendering(scope.strict(), scope.environment(), scope.worktree(), _ -> {});
  }

  private void runWorkflow() {
    switch (workflow.workflow()) {
      case SequentialWorkflow child -> runSteps(child);
      case MapReduceWorkflow _ -> runJob();
    }
  }

  private void runJob() {
    call.scope().stop().whenRaised(() -> stop.raise("the run is stopped"));
    call.scope().stop().whenRaisedAgain(() -> stop.raise("again"));
    var job = new SubWorkflowJob(run, call, place, stop);
    NestedJobs.Ended ended =
        job.run(
            workflow,
            inputs(),
            inherited(),
            profile(),
            variables -> outputs(variables, call.scope()));
    switch (ended.status()) {
      case COMPLETED -> {
        outputs.putAll(job.outputs());
        succeeded = true;
        saveDone();
      }
      case FAILED -> {
        timedOut = job.timedOut();
        failed(timedOut ? Kind.TIMEOUT : Kind.COMMAND, ended.message());
      }
      case STOPPED -> stopped();
      case UNDONE -> throw new IllegalStateException("a new job cannot be undone");
    }
  }

  private void runSteps(SequentialWorkflow child) {
    RunEnvironment environment = environment();
    Variables builtIn = run.variables(child).withhold(call.scope().variables());
    inputs().forEach(builtIn::set);
    Variables captured = builtIn.child();
    int first = restoreSteps(captured);
    call.scope().stop().whenRaised(() -> stop.raise("the run is stopped"));
    try (var own = new ProcessRunner()) {
      stop.whenRaised(() -> own.stopAll(STOP_GRACE));
      var steps = new StepRunner(own, run.agents(child, environment, own));
      StepScope scope = scope(child, environment, captured, own);
      StepObserver observer = observer(captured, scope.masker());
      StepsOutcome outcome = steps.runAll(child.steps(), scope, observer, first);
      for (int i = 1; i < child.maxIterations() && outcome.success(); i++) {
        outcome = steps.runAll(child.steps(), scope, observer, 0);
      }
      judge(outcome, scope);
    }
  }

  private void judge(StepsOutcome outcome, StepScope scope) {
    if (outcome.stopped()) {
      stopped();
      return;
    }
    var failure = outcome.failed();
    if (failure.isPresent()) {
      timedOut = failure.get().timedOut();
      exitCode = failure.get().exitCode();
      failed(failure.get().failureKind(), failure.get().message());
      return;
    }
    outputs.putAll(outputs(scope.variables(), scope));
    succeeded = true;
    if (worktree == null) {
      saveDone();
    }
  }

  private void stopped() {
    stopped = true;
    error = "stopped";
    exitCode = 130;
  }

  /// What the caller gets of its variables.
  ///
  /// @throws StepFault if something is missing
  private Map<String, JsonNode> outputs(Variables variables, StepScope scope) {
    var found = new LinkedHashMap<String, JsonNode>();
    workflow
        .outputs()
        .forEach((name, output) -> found.put(name, output(name, output, variables, scope)));
    return found;
  }

  private static JsonNode output(
      String name, Template output, Variables variables, StepScope scope) {
    Rendering rendering = rendering(scope);
    JsonNode value = StepFault.guard(() -> output.onlyValue(variables, rendering));
    if (value == null && output.references().size() == 1) {
      throw new StepFault(
          Kind.OUTPUTS,
          "[E5007] declared output '%s' was not produced (%s)".formatted(name, output.source()));
    }
    return value != null
        ? value
        : Json.NODES.stringNode(StepFault.guard(() -> output.render(variables, rendering)));
  }

  /// With a worktree of its own: its commits are in the caller's now, or cannot get there.
  void mergedBack() {
    if (succeeded) {
      saveDone();
    }
    tellEnd();
  }

  private void saveDone() {
    ObjectNode state = Json.NODES.objectNode().put("done", true);
    ObjectNode kept = state.putObject("outputs");
    Masked.concealing(call.scope().masker()).values(outputs).forEach(kept::set);
    progress.put(place, state);
  }

  private void restore() {
    JsonNode state = progress.of(place);
    var stored = new LinkedHashMap<String, JsonNode>();
    if (state != null) {
      state.path("outputs").properties().forEach(e -> stored.put(e.getKey(), e.getValue()));
    }
    outputs.putAll(Masked.revealing(call.scope().masker()).values(stored));
    succeeded = true;
    call.observer().info("Sub-workflow '%s' was finished before".formatted(workflow.name()));
  }

  /// The step to go on with.
  private int restoreSteps(Variables captured) {
    JsonNode state = progress.of(place);
    if (state == null || worktree != null) {
      return 0; // a worktree of its own is made anew
    }
    var stored = new HashMap<String, JsonNode>();
    state.path("variables").properties().forEach(e -> stored.put(e.getKey(), e.getValue()));
    SavedVariables.restore(stored, captured, run.environment());
    return state.path("next").asInt(0);
  }

  private StepObserver observer(Variables captured, SecretMasker masker) {
    return new ChildObserver(
        call.observer(),
        workflow.name(),
        run.reporter(),
        masker,
        step -> {
          if (worktree == null) {
            ObjectNode state = Json.NODES.objectNode().put("next", step.index() + 1);
            ObjectNode variables = state.putObject("variables");
            SavedVariables.store(captured, run.environment()).forEach(variables::set);
            progress.put(place, state);
          }
        });
  }

  private Map<String, JsonNode> inputs() {
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
            StepFault.guard(() -> template.onlyValue(variables, rendering(call.scope())));
        yield whole == null ? Json.NODES.stringNode(call.render(template)) : whole;
      }
    };
  }

  private RunEnvironment environment() {
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
  private Map<String, String> inherited() {
    var all = new HashMap<>(call.environment());
    if (profile() == null) {
      all.remove(PROFILE);
    }
    return all;
  }

  /// The caller's, if this workflow knows it.
  private @Nullable String profile() {
    String profile = call.environment().get(PROFILE);
    return profile != null && workflow.workflow().environment().profiles().containsKey(profile)
        ? profile
        : null;
  }

  private StepScope scope(
      SequentialWorkflow child,
      RunEnvironment environment,
      Variables captured,
      ProcessRunner processes) {
    StepScope outer = call.scope();
    Path root = directory(worktree == null ? outer.worktree() : worktree.path());
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
        new LateEnvironment.Cache(() -> progress.of(kept), values -> progress.put(kept, values));
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

  void failed(Kind why, String message) {
    succeeded = false;
    kind = why == Kind.NONE ? Kind.COMMAND : why;
    error = message;
    exitCode = exitCode == 0 ? 1 : exitCode;
  }

  /// Another has failed.
  void stop(SubWorkflowRun because) {
    if (!this.equals(because)) {
      stop.raise("sub-workflow '%s' failed".formatted(because.workflow.name()));
    }
  }

  boolean succeeded() {
    return succeeded;
  }

  boolean wasStopped() {
    return stopped;
  }

  boolean timedOut() {
    return timedOut;
  }

  Kind kind() {
    return kind;
  }

  /// Whether its failure is the caller's.
  boolean endsOthers() {
    return !succeeded && !workflow.continueOnError();
  }

  String message() {
    return "Sub-workflow '%s' failed: %s".formatted(workflow.name(), error);
  }

  /// Tells the caller: `${name.success}` and the like, and the outputs.
  void publish() {
    Variables variables = call.scope().variables();
    String name = workflow.name();
    variables.set(name + ".success", succeeded && !skipped);
    variables.set(name + ".skipped", skipped);
    variables.set(name + ".error", error);
    variables.set(name + ".exit_code", succeeded ? 0 : exitCode);
    variables.set(
        name + ".duration", Json.NODES.numberNode(BigDecimal.valueOf(duration.toMillis(), 3)));
    outputs.forEach(
        (output, value) -> {
          variables.set(name + "." + output, value);
          if (variables.lookup(output) == null) {
            variables.set(output, value);
          }
        });
  }
}
