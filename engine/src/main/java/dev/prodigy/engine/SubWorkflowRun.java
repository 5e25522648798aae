package dev.prodigy.engine;

import dev.prodigy.agent.ProcessRunner;
import dev.prodigy.engine.StepOutcome.Kind;
import dev.prodigy.git.AgentWorktrees;
import dev.prodigy.model.Event;
import dev.prodigy.model.Json;
import dev.prodigy.workflow.MapReduceWorkflow;
import dev.prodigy.workflow.SequentialWorkflow;
import dev.prodigy.workflow.SubWorkflow;
import dev.prodigy.workflow.expression.Rendering;
import dev.prodigy.workflow.expression.Template;
import dev.prodigy.workflow.expression.Variables;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One run of a workflow within another's step: with variables of its own, the caller's environment
/// below its own, and a state after each step from which it goes on.
final class SubWorkflowRun {
  private static final Duration STOP_GRACE = Duration.ofSeconds(5);

  private final RunContext run;
  private final SubWorkflow workflow;
  private final Invocation call;
  private final String place;
  private final SubWorkflowContext context;
  private final SubWorkflowState state;
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
    this.call = call;
    place = call.scope().placeOf(call.step()) + "/workflows." + workflow.name();
    context = new SubWorkflowContext(run, workflow, with, call, place);
    state = new SubWorkflowState(call.scope().children(), place);
  }

  SubWorkflow workflow() {
    return workflow;
  }

  String place() {
    return place;
  }

  SubWorkflowState state() {
    return state;
  }

  void in(AgentWorktrees.AgentWorktree own) {
    worktree = own;
  }

  AgentWorktrees.@Nullable AgentWorktree worktree() {
    return worktree;
  }

  /// Whether it runs in a worktree made for it; a job makes one itself.
  boolean hasOwnWorktree() {
    return workflow.ownWorktree() && workflow.workflow() instanceof SequentialWorkflow;
  }

  void run() {
    long start = System.nanoTime();
    try {
      if (state.isDone()) {
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
        || StepFault.guard(
            () -> when.test(call.scope().variables(), call.scope().rendering(_ -> {})));
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
            context.inputs(),
            context.inherited(),
            context.profile(),
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
    RunEnvironment environment = context.environment();
    Variables builtIn = run.variables(child).withhold(call.scope().variables());
    context.inputs().forEach(builtIn::set);
    Variables captured = builtIn.child();
    SavedVariables.restore(state.variables(), captured, run.environment());
    call.scope().stop().whenRaised(() -> stop.raise("the run is stopped"));
    try (var own = new ProcessRunner()) {
      stop.whenRaised(() -> own.stopAll(STOP_GRACE));
      var steps = new StepRunner(own, run.agents(child, environment, own));
      Path root = worktree == null ? call.scope().worktree() : worktree.path();
      StepScope scope = context.scope(child, environment, captured, own, root, stop);
      int iteration = state.iteration();
      StepsOutcome outcome = iteration(iteration, child, steps, scope, state.next());
      while (outcome.success() && iteration < child.maxIterations()) {
        iteration++;
        outcome = iteration(iteration, child, steps, scope, 0);
      }
      judge(outcome, scope);
    }
  }

  private StepsOutcome iteration(
      int iteration, SequentialWorkflow child, StepRunner steps, StepScope scope, int first) {
    var observer =
        new ChildObserver(
            call.observer(),
            workflow.name(),
            run.reporter(),
            scope.masker(),
            step ->
                state.stepDone(
                    iteration,
                    step.index() + 1,
                    SavedVariables.store(scope.variables(), run.environment())));
    return steps.runAll(child.steps(), scope, observer, first);
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
    Rendering rendering = scope.rendering(_ -> {});
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

  /// In a worktree of its own: whether its commits are in the caller's is decided now.
  void over() {
    if (succeeded) {
      saveDone();
    }
    tellEnd();
  }

  private void saveDone() {
    state.done(Masked.concealing(call.scope().masker()).values(outputs));
  }

  private void restore() {
    outputs.putAll(Masked.revealing(call.scope().masker()).values(state.outputs()));
    succeeded = true;
    call.observer().info("Sub-workflow '%s' was finished before".formatted(workflow.name()));
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

  /// Whether the step, run again, goes on with it where it is.
  boolean goesOn() {
    return stopped || endsOthers();
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
