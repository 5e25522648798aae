package dev.prodigy.engine;

import dev.prodigy.model.JobId;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.Session;
import dev.prodigy.model.SessionId;
import dev.prodigy.model.SessionStatus;
import dev.prodigy.workflow.LoadedWorkflow;
import dev.prodigy.workflow.expression.Variables;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Merges a finished session once more by its workflow's own merge steps, after those that
/// succeeded before.
public final class MergeRetry {
  private final RunRequest request;
  private final Session session;
  private final LoadedWorkflow loaded;

  private MergeRetry(RunRequest request, Session session, LoadedWorkflow loaded) {
    this.request = request;
    this.session = session;
    this.loaded = loaded;
  }

  /// Empty for sessions whose work is merged in the ordinary way: their workflow has no merge
  /// steps, or they have not finished their other steps.
  public static Optional<MergeRetry> of(RunRequest request, SessionId id) {
    Optional<Session> found = request.store().sessions().find(id);
    if (found.isEmpty() || found.get().status() != SessionStatus.COMPLETED) {
      return Optional.empty();
    }
    try {
      LoadedWorkflow loaded =
          SavedWorkflow.of(found.get(), null, request.settings(), request.reporter());
      return loaded.workflow().merge() == null
          ? Optional.empty()
          : Optional.of(new MergeRetry(request, found.get(), loaded));
    } catch (ProdigyException e) {
      request
          .reporter()
          .warning("Workflow of session %s cannot be read: %s".formatted(id, e.message()));
      return Optional.empty();
    }
  }

  /// @param target null = the branch the session came from
  public FinalStage.Result run(@Nullable String target) {
    var data = session.mapreduceData();
    JobId job = data == null ? null : new JobId(data.jobId());
    RunRequest again = request.with(request.workflowPath(), SavedWorkflow.args(session)).agreeing();
    var lock = SessionSetup.lock(request, session.id(), job, false);
    try (RunContext run =
        new SessionSetup(again, loaded).reopen(session.id(), job, null, false, lock)) {
      run.completed();
      Variables variables = run.variables();
      var progress = new MergeProgress(run);
      progress.read().ifPresent(state -> variables.setAll(state.variables()));
      return new FinalStage(run, new StepRunner(run.processes(), run.agents()))
          .mergeAgain(target == null ? run.mergeTarget() : target, variables);
    }
  }
}
