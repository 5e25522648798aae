package dev.prodigy.engine;

import dev.prodigy.model.CheckpointReason;
import dev.prodigy.model.Event;
import dev.prodigy.model.Json;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.RetryCheckpoint;
import dev.prodigy.model.Session;
import dev.prodigy.model.SessionId;
import dev.prodigy.model.WorkflowCheckpoint;
import dev.prodigy.workflow.LoadedWorkflow;
import dev.prodigy.workflow.SequentialWorkflow;
import dev.prodigy.workflow.expression.Variables;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Runs a list of steps in a worktree of its own, for each input, up to a number of iterations.
/// Killed at any instant, it resumes with the step it was at.
public final class SequentialRun {
  /// @param maxIterations null: what the workflow says
  /// @param failFast the first failed input ends the run; else the others still get their turn
  /// @param maps patterns of files, each of which is an input before the positional arguments
  public record Options(@Nullable Integer maxIterations, boolean failFast, List<String> maps) {
    public static final Options DEFAULT = new Options(null, false);

    public Options {
      maps = List.copyOf(maps);
    }

    public Options(@Nullable Integer maxIterations, boolean failFast) {
      this(maxIterations, failFast, List.of());
    }
  }

  /// Under which a session's metadata keeps the plan.
  static final String PLAN = "run_plan";

  private final RunContext run;
  private final SequentialWorkflow workflow;
  private final RunPlan plan;
  private final Position position;
  private final Variables builtIn;
  private final Variables captured;
  private final Checkpointing checkpoints;
  private final SequentialObserver observer;
  private final StepRunner steps;
  private @Nullable Deadline deadline;
  private boolean resumedIteration;
  private boolean logIsComplete;
  private String headBefore = "";

  /// @param position where to begin
  /// @param captured what earlier steps have set; a layer above the run's own variables
  SequentialRun(
      RunContext run,
      LoadedWorkflow loaded,
      RunPlan plan,
      Position position,
      Variables builtIn,
      Variables captured,
      String workflowId,
      Instant startTime) {
    this.run = run;
    this.workflow = sequential(loaded.resolved(run.environment().variables()::get));
    this.plan = plan;
    this.position = position;
    this.builtIn = builtIn;
    this.captured = captured;
    checkpoints =
        new Checkpointing(run, loaded, workflow, captured, position, plan, workflowId, startTime);
    observer = new SequentialObserver(run, position, checkpoints, workflow.steps().size());
    steps = new StepRunner(run.processes(), run.agents());
    resumedIteration = position.nextStep() > 0;
  }

  /// Runs a workflow from its beginning, in a new session.
  ///
  /// @throws ProdigyException if it cannot even begin, or the store fails
  public static RunResult start(RunRequest request, LoadedWorkflow loaded, Options options) {
    RunPlan plan = RunPlan.of(request, sequential(loaded), options);
    var setup = new SessionSetup(request, loaded).with(PLAN, plan.json());
    var _ = loaded.resolved(setup.environment().variables()::get); // refused before anything begins
    try (RunContext run = setup.begin(null)) {
      return fresh(run, loaded, plan).begin();
    }
  }

  /// Runs a session from its first step again, as if it had never run.
  static RunResult restart(
      RunRequest request,
      SessionId session,
      LoadedWorkflow loaded,
      RunPlan plan,
      RunContextOrLock held) {
    RunContext run =
        held.take(lock -> new SessionSetup(request, loaded).restart(session, null, lock));
    return fresh(run, loaded, plan).begin();
  }

  private static SequentialRun fresh(RunContext run, LoadedWorkflow loaded, RunPlan plan) {
    Variables builtIn = run.variables();
    return new SequentialRun(
        run,
        loaded,
        plan,
        Position.start(),
        builtIn,
        builtIn.child(),
        "workflow-" + run.startedAt().toEpochMilli() + "-" + suffix(run.session()),
        run.startedAt());
  }

  /// Takes a session up where its last checkpoint was made.
  ///
  /// @throws ProdigyException if it cannot be resumed, and why
  public static RunResult resume(RunRequest request, SessionId session, ResumeOptions options) {
    return new SequentialResume(request, session, options).run();
  }

  /// Two sessions begun within a millisecond must not share a checkpoint file.
  private static String suffix(SessionId session) {
    String id = session.value();
    return id.substring(Math.max(0, id.length() - 4));
  }

  static SequentialWorkflow sequential(LoadedWorkflow loaded) {
    if (loaded.workflow() instanceof SequentialWorkflow workflow) {
      return workflow;
    }
    throw new IllegalStateException(loaded.fileName() + " is not sequential");
  }

  private RunResult begin() {
    var config =
        Json.NODES
            .objectNode()
            .put("mode", "sequential")
            .put("steps", workflow.steps().size())
            .put("max_iterations", plan.iterations());
    var path = run.request().workflowPath();
    run.events()
        .append(
            run.job(),
            new Event.JobStarted(
                config,
                plan.inputs().size(),
                workflow.name(),
                path == null ? null : path.toString(),
                run.worktree().name(),
                run.origin().originalBranch(),
                null));
    checkpoints.begin();
    return execute();
  }

  /// Takes up the workflows that were at work within the step at which the run was interrupted.
  void restoreChildren(@Nullable JsonNode stored) {
    checkpoints.children().restore(stored);
  }

  /// Takes up the retries of the step at which the run was interrupted.
  void restoreRetries(@Nullable RetryCheckpoint retries) {
    checkpoints.ledger().restore(retries);
  }

  /// The run was completed before, and its log says so: only its ending is missing.
  void logIsComplete() {
    logIsComplete = true;
  }

  /// From the present position to the end, the merge included.
  RunResult execute() {
    try {
      deadline = deadline();
      StepOutcome failed = runInputs();
      if (run.stop().raised()) {
        return paused();
      }
      if (failed != null) {
        return failed(failure(failed), failed);
      }
      return position.failedInputs().isEmpty() ? completed() : failed(inputsFailed(), null);
    } catch (ProdigyException e) {
      return failed(e.during("Running workflow '%s'".formatted(workflow.name())), null);
    }
  }

  /// @return the failed step that ends the run; null if none does
  private @Nullable StepOutcome runInputs() {
    List<RunInput> inputs = plan.inputs();
    boolean more = !position.inputDone() || position.nextInput(inputs.size());
    while (more) {
      StepOutcome failed = runInput(inputs);
      if (run.stop().raised()) {
        return null;
      }
      if (failed != null && (inputs.size() == 1 || plan.failFast())) {
        return failed;
      }
      if (failed != null) {
        run.reporter()
            .warning(
                "Input %s failed: %s"
                    .formatted(inputs.get(position.input()).shown(), failed.message()));
      }
      position.inputEnded(failed == null);
      more = position.nextInput(inputs.size());
      if (more) {
        checkpoints.begin();
      }
    }
    return null;
  }

  private @Nullable StepOutcome runInput(List<RunInput> inputs) {
    RunInput input = inputs.get(position.input());
    InputVariables.publish(builtIn, input, position.input(), inputs.size());
    if (inputs.size() > 1) {
      run.reporter()
          .info("Input %d/%d: %s".formatted(position.input() + 1, inputs.size(), input.shown()));
    }
    StepScope scope =
        run.scope(captured, "", input.args())
            .deadline(deadline)
            .ledger(checkpoints.ledger())
            .children(checkpoints.children())
            .build();
    while (true) {
      StepOutcome failed = runIteration(scope);
      if (failed != null || run.stop().raised()) {
        return failed;
      }
      if (position.iteration() >= plan.iterations()) {
        return null;
      }
      if (!moved()) {
        run.reporter().info("Stopping: No changes were made");
        return null;
      }
      position.nextIteration();
      checkpoints.begin();
    }
  }

  /// What an interrupted iteration had done before it is not known any more: it counts as changes.
  private boolean moved() {
    return resumedIteration || !headBefore.equals(run.worktrees().head(run.worktree()));
  }

  private @Nullable StepOutcome runIteration(StepScope scope) {
    long start = System.nanoTime();
    resumedIteration = position.nextStep() > 0;
    headBefore = run.worktrees().head(run.worktree());
    for (String name : List.of("workflow.iteration", "workflow_iteration", "ITERATION")) {
      builtIn.set(name, position.iteration());
    }
    StepsOutcome outcome = steps.runAll(workflow.steps(), scope, observer, position.nextStep());
    if (outcome.success() && plan.iterations() > 1) {
      run.reporter()
          .info(
              "Iteration %d completed in %s"
                  .formatted(position.iteration(), seconds(System.nanoTime() - start)));
    }
    return outcome.failed().orElse(null);
  }

  private @Nullable Deadline deadline() {
    var limit = workflow.timeout();
    return limit == null
        ? null
        : Deadline.after(limit.resolve(run.environment().variables()::get), RunContext.WHOLE_RUN);
  }

  private RunResult completed() {
    if (Squash.wanted(workflow.steps())) {
      new Squash(run).squash(workflow.name());
    }
    checkpoints.whole(WorkflowCheckpoint.Status.COMPLETED, CheckpointReason.PHASE_TRANSITION, null);
    int files = filesChanged();
    run.completed();
    run.update(
        session -> {
          var data = session.workflowData();
          return data == null ? session : session.withWorkflow(withFiles(data, files), run.now());
        });
    Duration duration = Duration.between(run.startedAt(), run.now());
    if (!logIsComplete) {
      run.events()
          .append(
              run.job(),
              new Event.JobCompleted(duration, duration.toMillis(), plan.inputs().size(), 0, 0, 0));
    }
    run.reporter().info("Total workflow time: " + seconds(duration.toNanos()));
    run.reporter()
        .info(
            "Session complete: %d iterations, %d files changed"
                .formatted(position.iteration(), files));
    var merge = new FinalStage(run, steps).finish(captured);
    return new RunResult(run.session(), RunResult.Status.COMPLETED, null, merge);
  }

  private static Session.WorkflowData withFiles(Session.WorkflowData data, int files) {
    return new Session.WorkflowData(
        data.workflowId(),
        data.workflowName(),
        data.currentStep(),
        data.totalSteps(),
        data.completedSteps(),
        data.variables(),
        data.iterationsCompleted(),
        files,
        data.worktreeName());
  }

  private int filesChanged() {
    var git = new GitState(run.processes(), run.worktree().path(), run.environment().variables());
    var changed = git.git("diff", "--name-only", "-z", run.origin().baseCommit(), "HEAD", "--");
    return changed.succeeded() ? (int) changed.stdout().chars().filter(c -> c == 0).count() : 0;
  }

  private RunResult paused() {
    int version =
        checkpoints.whole(
            WorkflowCheckpoint.Status.INTERRUPTED, CheckpointReason.BEFORE_SHUTDOWN, null);
    String signal = run.stop().reason();
    run.paused();
    run.events().append(run.job(), new Event.JobPaused(version, "interrupted", signal));
    return new RunResult(run.session(), RunResult.Status.PAUSED, null, null);
  }

  private RunResult failed(ProdigyException unmasked, @Nullable StepOutcome step) {
    ProdigyException failure = MaskedFailure.of(unmasked, run.environment().masker());
    String message = failure.message();
    try {
      var at =
          step == null
              ? null
              : new WorkflowCheckpoint.FailedStep(step.step().index(), message, run.now());
      checkpoints.whole(WorkflowCheckpoint.Status.FAILED, CheckpointReason.ERROR_RECOVERY, at);
    } catch (ProdigyException e) {
      failure.addSuppressed(e); // the checkpoint before it is as good
    }
    run.failed(message);
    run.events()
        .append(run.job(), new Event.JobFailed(message, "workflow", position.completed().size()));
    return new RunResult(run.session(), RunResult.Status.FAILED, failure, null);
  }

  private ProdigyException failure(StepOutcome failed) {
    Deadline end = deadline;
    if (end != null && failed.timedOut() && end.left().isZero()) {
      return EngineException.workflowTimedOut(workflow.name(), RetryLoop.shown(end.limit()));
    }
    return EngineException.stepFailed(
        workflow.name(), failed, failed.step().index() + 1, workflow.steps().size());
  }

  private ProdigyException inputsFailed() {
    var names = new ArrayList<String>();
    position.failedInputs().forEach(i -> names.add(plan.inputs().get(i).shown()));
    return EngineException.inputsFailed(workflow.name(), names);
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.3fs", nanos / 1e9);
  }
}
