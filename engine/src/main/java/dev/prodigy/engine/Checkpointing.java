package dev.prodigy.engine;

import dev.prodigy.model.CheckpointReason;
import dev.prodigy.model.Json;
import dev.prodigy.model.Session;
import dev.prodigy.model.WorkflowCheckpoint;
import dev.prodigy.workflow.LoadedWorkflow;
import dev.prodigy.workflow.SequentialWorkflow;
import dev.prodigy.workflow.expression.Variables;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Makes a sequential run's progress durable. Each step is on disk before the next one starts; what
/// only people look at, or what only a deleted worktree needs, is written less often, so that it
/// costs a small share of the time.
final class Checkpointing {
  /// Under which a checkpoint's variables keep what has no place of its own in it.
  static final String INPUT = "__input";

  static final String DONE_INPUTS = "__done_inputs";
  static final String CHILDREN = "__children";

  private static final Duration SESSION_INTERVAL = Duration.ofMillis(250);
  private static final int PIN_SHARE = 50; // pinning takes at most this fraction of the time
  private static final Duration FIRST_PIN = Duration.ofSeconds(1);

  private final RunContext run;
  private final LoadedWorkflow loaded;
  private final SequentialWorkflow workflow;
  private final Variables captured;
  private final Position position;
  private final RunPlan plan;
  private final String workflowId;
  private final Instant startTime;
  private final RetryLedger ledger;
  private final ChildProgress children = new ChildProgress(this::retry);
  private long sessionWritten;
  private long pinned = System.nanoTime();
  private Duration pinPause = FIRST_PIN;

  /// @param captured everything steps have set so far
  Checkpointing(
      RunContext run,
      LoadedWorkflow loaded,
      SequentialWorkflow workflow,
      Variables captured,
      Position position,
      RunPlan plan,
      String workflowId,
      Instant startTime) {
    this.run = run;
    this.loaded = loaded;
    this.workflow = workflow;
    this.captured = captured;
    this.position = position;
    this.plan = plan;
    this.workflowId = workflowId;
    this.startTime = startTime;
    ledger = RetryLedger.durable(run.request().clock(), this::retry);
  }

  RetryLedger ledger() {
    return ledger;
  }

  ChildProgress children() {
    return children;
  }

  /// Before an execution or a wait of a step that is retried, and after steps within a step.
  private void retry() {
    save(WorkflowCheckpoint.Status.RUNNING, CheckpointReason.INTERVAL, null);
  }

  /// After a step: durable on return.
  void step() {
    if (System.nanoTime() - pinned > pinPause.toNanos()) {
      pin();
    }
    save(WorkflowCheckpoint.Status.RUNNING, CheckpointReason.INTERVAL, null);
    if (System.nanoTime() - sessionWritten > SESSION_INTERVAL.toNanos()) {
      session();
    }
  }

  /// At a point from which a person may want to go on: everything is kept, also the uncommitted.
  ///
  /// @return version of the checkpoint
  int whole(
      WorkflowCheckpoint.Status status,
      CheckpointReason reason,
      WorkflowCheckpoint.@Nullable FailedStep failed) {
    pin();
    int version = save(status, reason, failed);
    session();
    return version;
  }

  /// Before the first step of an input.
  void begin() {
    save(WorkflowCheckpoint.Status.RUNNING, CheckpointReason.PHASE_TRANSITION, null);
  }

  private void pin() {
    long start = System.nanoTime();
    run.worktrees().pin(run.worktree());
    pinned = System.nanoTime();
    pinPause = Duration.ofNanos((pinned - start) * PIN_SHARE);
  }

  private synchronized int save(
      WorkflowCheckpoint.Status status,
      CheckpointReason reason,
      WorkflowCheckpoint.@Nullable FailedStep failed) {
    var worktree = run.worktree();
    var checkpoint =
        new WorkflowCheckpoint(
            workflowId,
            run.session(),
            position.nextStep(),
            workflow.steps().size(),
            status,
            startTime,
            position.iteration(),
            plan.iterations(),
            position.completed(),
            variables(),
            loaded.hash(),
            loaded.stepHashes(),
            workflow.name(),
            file(),
            new WorkflowCheckpoint.WorktreeState(
                worktree.name(),
                worktree.path().toString(),
                worktree.branch(),
                run.worktrees().head(worktree),
                "refs/prodigy/sessions/" + run.session() + "/snapshot"),
            run.request().args(),
            failed,
            ledger.checkpoint(),
            run.environmentRecord());
    return run.store().workflowCheckpoints().save(checkpoint, reason).version();
  }

  private Map<String, JsonNode> variables() {
    var stored = new HashMap<>(SavedVariables.store(captured, run.environment()));
    stored.put(INPUT, Json.NODES.numberNode(position.input()));
    var done = Json.NODES.arrayNode();
    position.doneInputs().forEach(done::add);
    stored.put(DONE_INPUTS, done);
    plan.store(stored);
    JsonNode within = children.store();
    if (within != null) {
      stored.put(CHILDREN, within);
    }
    return stored;
  }

  private @Nullable String file() {
    var path = run.request().workflowPath();
    return path == null ? null : path.toString();
  }

  private void session() {
    JsonNode metrics = ledger.metrics();
    run.update(
        session -> {
          Session with = session.withWorkflow(progress(session), run.now());
          return metrics.isEmpty() ? with : with.withMetadata("retry_metrics", metrics, run.now());
        });
    sessionWritten = System.nanoTime();
  }

  private Session.WorkflowData progress(Session session) {
    var before = session.workflowData();
    return new Session.WorkflowData(
        workflowId,
        workflow.name(),
        position.nextStep(),
        workflow.steps().size(),
        position.completed().stream().map(step -> step.stepIndex()).toList(),
        Map.of(),
        position.iteration() - (position.nextStep() < workflow.steps().size() ? 1 : 0),
        before == null ? 0 : before.filesChanged(),
        run.worktree().name());
  }
}
