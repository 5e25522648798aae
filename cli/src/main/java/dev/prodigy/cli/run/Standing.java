package dev.prodigy.cli.run;

import dev.prodigy.model.JobId;
import dev.prodigy.model.JobState;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.Session;
import dev.prodigy.model.SessionId;
import dev.prodigy.model.WorkflowCheckpoint;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.storage.Store;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a run still needs of what is kept of it. Decides every cleaning.
public enum Standing {
  /// A live process works on it: nothing of it may go.
  LIVE,
  /// Paused, failed or cut off: what a resume needs goes only with `--include-resumable`.
  RESUMABLE,
  /// Over: nothing is needed any more.
  FINISHED;

  /// Why something of it is kept; null if it need not be.
  public @Nullable String reasonToKeep(boolean includeResumable) {
    return switch (this) {
      case LIVE -> "at work";
      case RESUMABLE -> includeResumable ? null : "it could still be resumed (--include-resumable)";
      case FINISHED -> null;
    };
  }

  /// Of a job or a sequential run, by either id. What cannot be read counts as needed.
  public static Standing of(Store store, RepositoryStore repository, String id) {
    try {
      if (store.locks().liveHolder(id).isPresent()) {
        return LIVE;
      }
      Optional<SessionId> session = session(store, repository, id);
      if (session.isPresent() && store.locks().liveHolder(session.get().value()).isPresent()) {
        return LIVE;
      }
      return session
          .flatMap(store.sessions()::find)
          .map(found -> of(store, found))
          .orElseGet(() -> byState(repository, id));
    } catch (ProdigyException _) { // damaged or no id of ours: better kept
      return RESUMABLE;
    }
  }

  /// The session of a job is in its mapping, or only in its state.
  private static Optional<SessionId> session(Store store, RepositoryStore repository, String id) {
    var asSession = new SessionId(id);
    if (store.sessions().find(asSession).isPresent()) {
      return Optional.of(asSession);
    }
    var job = new JobId(id);
    return repository
        .mappings()
        .sessionOf(job)
        .or(() -> repository.job(job).state().map(JobState::sessionId));
  }

  /// Users clean sessions away; then checkpoints are enough to resume.
  private static Standing byState(RepositoryStore repository, String id) {
    Optional<JobState> job = repository.job(new JobId(id)).state();
    if (job.isPresent()) {
      return job.get().isComplete() ? FINISHED : RESUMABLE;
    }
    return repository
        .workflowCheckpoints()
        .newest(new SessionId(id))
        .map(steps -> steps.value().status())
        .filter(status -> status != WorkflowCheckpoint.Status.COMPLETED)
        .map(_ -> RESUMABLE)
        .orElse(FINISHED);
  }

  /// Of a session whose file was read. What a step of another run started is needed as long as that
  /// run.
  public static Standing of(Store store, Session session) {
    if (store.locks().liveHolder(session.id().value()).isPresent()) {
      return LIVE;
    }
    if (!ResumableRuns.resumable(session)) {
      return FINISHED;
    }
    return session
        .caller()
        .map(caller -> store.sessions().find(caller).map(c -> of(store, c)).orElse(FINISHED))
        .orElse(RESUMABLE);
  }
}
