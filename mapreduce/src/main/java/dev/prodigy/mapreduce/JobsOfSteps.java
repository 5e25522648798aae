package dev.prodigy.mapreduce;

import dev.prodigy.engine.CutOffEnding;
import dev.prodigy.engine.FinalStage;
import dev.prodigy.engine.NestedJobs;
import dev.prodigy.engine.RunRequest;
import dev.prodigy.engine.SessionSetup;
import dev.prodigy.git.Repository;
import dev.prodigy.git.SessionWorktrees;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.Session;
import dev.prodigy.model.SessionStatus;
import dev.prodigy.model.WorktreeRecord;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.workflow.LoadedWorkflow;
import dev.prodigy.workflow.expression.Variables;
import java.util.Optional;
import java.util.function.Consumer;

/// Jobs that steps of other runs start: each is like one a user starts, but goes on only with the
/// step it belongs to.
public final class JobsOfSteps implements NestedJobs {
  private final JobOptions options;

  public JobsOfSteps(JobOptions options) {
    this.options = options;
  }

  @Override
  public Ended run(
      RunRequest request, LoadedWorkflow loaded, Ids ids, Consumer<Variables> completing)
      throws InterruptedException {
    RepositoryStore store = SessionSetup.register(request);
    Optional<Session> session = request.store().sessions().find(ids.session());
    JobOptions its = options.completing(completing);
    try {
      if (session.isEmpty() && !store.job(ids.job()).exists()) {
        return ended(MapReduceJobs.start(request, loaded, its, ids));
      }
      if (isUndone(request, store, ids)) {
        new SessionWorktrees(request.repository(), store.worktreesDirectory())
            .remove(ids.session().value(), true, request.reporter()::info);
        return new Ended(Status.UNDONE, "");
      }
      if (session.isPresent() && isOver(store, session.get())) {
        return afterMerge(store, ids);
      }
      return ended(
          JobResume.resume(request, ids.job(), ids.session(), JobResumeOptions.of(loaded), its));
    } catch (ProdigyException e) {
      return new Ended(Status.FAILED, "job %s: %s".formatted(ids.job(), e.message()));
    }
  }

  /// Whether what was merged is not there any more: `resume --reset-step` of the caller does that.
  private static boolean isUndone(RunRequest request, RepositoryStore store, Ids ids) {
    Repository repository = request.repository();
    return store
        .worktrees()
        .find(ids.session().value())
        .map(WorktreeRecord::mergeCommit)
        .filter(commit -> !repository.isAncestor(commit, repository.requireHead()))
        .isPresent();
  }

  private static boolean isOver(RepositoryStore store, Session session) {
    return session.status() == SessionStatus.COMPLETED
        && CutOffEnding.of(store, session) == CutOffEnding.NONE;
  }

  /// Of a job that was over before: somebody may have merged it by hand since it could not be.
  private static Ended afterMerge(RepositoryStore store, Ids ids) {
    boolean unmerged =
        store
            .worktrees()
            .find(ids.session().value())
            .filter(record -> !record.merged())
            .isPresent();
    return unmerged ? unmerged(ids) : new Ended(Status.COMPLETED, "");
  }

  private static Ended unmerged(Ids ids) {
    return new Ended(
        Status.FAILED,
        "the work of job %s could not be merged; merge it with: prodigy worktree merge %s"
            .formatted(ids.job(), ids.session()));
  }

  private static Ended ended(JobOutcome outcome) {
    var ids = new Ids(outcome.job(), outcome.session());
    return switch (outcome.status()) {
      case COMPLETED ->
          outcome.merge() == FinalStage.Result.FAILED
              ? unmerged(ids)
              : new Ended(Status.COMPLETED, "");
      case FAILED -> new Ended(Status.FAILED, outcome.message());
      case PAUSED -> new Ended(Status.STOPPED, "");
    };
  }
}
