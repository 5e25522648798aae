package dev.prodigy.engine;

import dev.prodigy.model.Event;
import dev.prodigy.model.Json;
import dev.prodigy.model.RetryCheckpoint;
import dev.prodigy.model.Session;
import dev.prodigy.model.SessionId;
import dev.prodigy.model.SessionStatus;
import dev.prodigy.model.WorkflowCheckpoint;
import dev.prodigy.storage.Checkpoints.Loaded;
import dev.prodigy.storage.EventFiles;
import dev.prodigy.storage.EventFilter;
import dev.prodigy.storage.EventLine;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.storage.RunLock;
import dev.prodigy.workflow.LoadedWorkflow;
import dev.prodigy.workflow.expression.Variables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Takes a sequential session up again: finished steps stay finished, their variables come back,
/// the step at which the run ended is run from its beginning.
final class SequentialResume {
  private final RunRequest request;
  private final SessionId id;
  private final ResumeOptions options;

  SequentialResume(RunRequest request, SessionId id, ResumeOptions options) {
    this.request = request;
    this.id = id;
    this.options = options;
  }

  RunResult run() {
    RunLock lock = SessionSetup.lock(request, id, null, options.force());
    try (RunContextOrLock held = new RunContextOrLock(lock)) {
      Session session =
          request
              .store()
              .sessions()
              .find(id)
              .orElseThrow(() -> EngineException.sessionNotFound(id));
      LoadedWorkflow loaded =
          SavedWorkflow.of(session, options.workflow(), request.settings(), request.reporter());
      if (options.restart()) {
        return restart(session, loaded, held);
      }
      requireResumable(session);
      if (session.status() == SessionStatus.COMPLETED && ending(session).isQuick()) {
        ending(session).make(request, SessionSetup.register(request), id);
        return new RunResult(id, RunResult.Status.COMPLETED, null, FinalStage.Result.MERGED);
      }
      Optional<Loaded<WorkflowCheckpoint>> found = checkpoint(session);
      if (found.isEmpty()) {
        request.reporter().info("Nothing had been done yet: beginning with the first step");
        return restart(session, loaded, held);
      }
      SavedWorkflow.compare(found.get().value(), loaded, options.force(), request.reporter());
      return resume(session, loaded, found.get(), held);
    }
  }

  /// From the first step, with the inputs the session was begun with.
  private RunResult restart(Session session, LoadedWorkflow loaded, RunContextOrLock held) {
    RunRequest again = request.with(workflowPath(session), SavedWorkflow.args(session));
    JsonNode known = session.metadata().get(SequentialRun.PLAN);
    RunPlan plan =
        SessionSetup.register(request)
            .workflowCheckpoints()
            .newest(id)
            .map(found -> RunPlan.of(found.value()))
            .or(() -> Optional.ofNullable(known).map(RunPlan::restore))
            .orElseGet(
                () ->
                    RunPlan.of(
                        again, SequentialRun.sequential(loaded), SequentialRun.Options.DEFAULT));
    return SequentialRun.restart(again, id, loaded, plan, held);
  }

  private CutOffEnding ending(Session session) {
    return CutOffEnding.of(SessionSetup.register(request), session);
  }

  private @Nullable Path workflowPath(Session session) {
    String path = session.workflowPath();
    return options.workflow() != null || path == null ? options.workflow() : Path.of(path);
  }

  private void requireResumable(Session session) {
    if (session.status() == SessionStatus.COMPLETED && ending(session) == CutOffEnding.NONE) {
      throw EngineException.notResumable(
          "Session %s has already completed and cannot be resumed".formatted(id),
          null,
          "prodigy resume %s --restart".formatted(id));
    }
    if (session.status() == SessionStatus.CANCELLED && !options.force()) {
      throw EngineException.notResumable(
          "Session %s was cancelled and cannot be resumed".formatted(id),
          null,
          "prodigy resume %s --force".formatted(id));
    }
  }

  /// Empty if it was cut off before its first one.
  private Optional<Loaded<WorkflowCheckpoint>> checkpoint(Session session) {
    RepositoryStore store = SessionSetup.register(request);
    if (!store.name().value().equals(session.repository())) {
      throw EngineException.notResumable(
          "Session %s belongs to repository '%s'".formatted(id, session.repository()),
          null,
          "prodigy resume %s -p %s".formatted(id, session.projectPath()));
    }
    Optional<Loaded<WorkflowCheckpoint>> found = store.workflowCheckpoints().newest(id);
    if (found.isEmpty() && !untouched(store, session)) {
      throw EngineException.notResumable(
          "Cannot resume session %s: No checkpoints found".formatted(id),
          session.error(),
          "prodigy resume %s --restart".formatted(id));
    }
    found.ifPresent(loaded -> loaded.warnings().forEach(request.reporter()::warning));
    return found;
  }

  /// The first checkpoint comes before the first step: whoever died before it has done nothing. Nor
  /// has a run that failed because it got no worktree.
  private static boolean untouched(RepositoryStore store, Session session) {
    Session.WorkflowData steps = session.workflowData();
    return steps != null
        && steps.currentStep() == 0
        && steps.completedSteps().isEmpty()
        && steps.iterationsCompleted() == 0
        && (session.error() == null || store.worktrees().find(session.id().value()).isEmpty())
        && session.metadata().containsKey(SequentialRun.PLAN);
  }

  private RunResult resume(
      Session session,
      LoadedWorkflow loaded,
      Loaded<WorkflowCheckpoint> found,
      RunContextOrLock held) {
    WorkflowCheckpoint checkpoint = found.value();
    RunRequest again = request.with(workflowPath(session), checkpoint.args());
    RunContext run =
        held.take(
            lock ->
                new SessionSetup(again, loaded)
                    .reopen(id, null, checkpoint.worktree().head(), options.force(), lock));
    tell(run, loaded, found);
    leftovers(run, checkpoint);
    Position position = position(checkpoint, loaded);
    Variables builtIn = run.variables();
    Variables captured = builtIn.child();
    var stored = new HashMap<>(checkpoint.variables());
    stored
        .keySet()
        .removeAll(List.of(Checkpointing.INPUT, Checkpointing.DONE_INPUTS, Checkpointing.CHILDREN));
    stored.keySet().removeAll(RunPlan.KEYS);
    SavedVariables.restore(stored, captured, run.environment());
    RetryCheckpoint retries =
        session.status() == SessionStatus.FAILED ? null : checkpoint.retryCheckpointState();
    int left = loaded.stepHashes().size() - position.nextStep();
    boolean over = logIsComplete(run);
    if (!over) {
      run.events()
          .append(run.job(), new Event.JobResumed(found.version(), Math.max(0, left), "resume"));
    }
    var rest =
        new SequentialRun(
            run,
            loaded,
            RunPlan.of(checkpoint),
            position,
            builtIn,
            captured,
            checkpoint.workflowId(),
            checkpoint.startTime());
    rest.restoreRetries(retries);
    rest.restoreChildren(children(checkpoint));
    if (over) {
      rest.logIsComplete();
    }
    return rest.execute();
  }

  /// How far workflows within the next step are: with `--reset-step` those in worktrees of their
  /// own begin anew.
  private @Nullable JsonNode children(WorkflowCheckpoint checkpoint) {
    JsonNode stored = checkpoint.variables().get(Checkpointing.CHILDREN);
    if (stored == null || !options.resetStep()) {
      return stored;
    }
    ObjectNode kept = Json.NODES.objectNode();
    stored
        .properties()
        .forEach(
            state -> {
              if (!SubWorkflowState.isInOwnWorktree(state.getValue())) {
                kept.set(state.getKey(), state.getValue());
              }
            });
    return kept;
  }

  /// Nothing may follow the last event of a completed run.
  private static boolean logIsComplete(RunContext run) {
    var newest = new ArrayList<EventLine>(1);
    var files = run.store().eventFiles();
    EventFiles.newest(files.segments(run.job()), EventFilter.ALL, 1, newest::add);
    return !newest.isEmpty() && newest.getFirst().type().equals("JobCompleted");
  }

  private static void tell(
      RunContext run, LoadedWorkflow loaded, Loaded<WorkflowCheckpoint> found) {
    WorkflowCheckpoint checkpoint = found.value();
    RunReporter reporter = run.reporter();
    reporter.info("Resuming session: " + run.session());
    reporter.info("Workflow: " + loaded.workflow().name());
    reporter.info("Worktree: " + run.worktree().path());
    reporter.info(
        "Checkpoint: version %d, %d of %d steps completed"
            .formatted(
                found.version(), checkpoint.completedSteps().size(), checkpoint.totalSteps()));
  }

  private void leftovers(RunContext run, WorkflowCheckpoint checkpoint) {
    if (checkpoint.status() == WorkflowCheckpoint.Status.COMPLETED) {
      return;
    }
    String head = checkpoint.worktree().head();
    if (options.resetStep()) {
      run.worktrees().rollBack(run.worktree(), head, run.reporter()::info);
      run.reporter().info("Worktree reset to " + head);
      return;
    }
    List<String> paths = run.worktrees().uncommitted(run.worktree());
    if (!paths.isEmpty()) {
      run.reporter()
          .info("Uncommitted changes in the worktree are kept: %d files".formatted(paths.size()));
    }
  }

  private static Position position(WorkflowCheckpoint checkpoint, LoadedWorkflow loaded) {
    Map<String, JsonNode> variables = checkpoint.variables();
    var done = new ArrayList<Integer>();
    JsonNode stored = variables.get(Checkpointing.DONE_INPUTS);
    if (stored != null) {
      stored.forEach(index -> done.add(index.asInt()));
    }
    return Position.at(
        number(variables.get(Checkpointing.INPUT)),
        Math.max(1, checkpoint.currentIteration()),
        Math.min(checkpoint.currentStepIndex(), loaded.stepHashes().size()),
        checkpoint.completedSteps(),
        done);
  }

  private static int number(@Nullable JsonNode value) {
    return value == null ? 0 : value.asInt();
  }
}
