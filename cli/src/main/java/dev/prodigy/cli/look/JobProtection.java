package dev.prodigy.cli.look;

import dev.prodigy.cli.run.ResumableRuns;
import dev.prodigy.model.JobId;
import dev.prodigy.model.RepoName;
import dev.prodigy.model.Session;
import dev.prodigy.model.SessionId;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.storage.Store;
import java.util.Optional;

/// What keeps a job from being cleaned.
final class JobProtection {
  enum Kind {
    /// A live process works on it.
    LIVE,
    /// It could go on: its session can be resumed, or it is unfinished and resumes without one.
    RESUMABLE,
    NONE
  }

  private final Store store;

  JobProtection(Store store) {
    this.store = store;
  }

  Kind of(RepoName name, JobId job) {
    if (store.locks().liveHolder(job.value()).isPresent()) {
      return Kind.LIVE;
    }
    RepositoryStore repository = store.repository(name);
    SessionId id = repository.mappings().sessionOf(job).orElseGet(() -> new SessionId(job.value()));
    Optional<Session> session = store.sessions().find(id);
    if (session.isPresent()) {
      return ResumableRuns.resumable(session.get()) ? Kind.RESUMABLE : Kind.NONE;
    }
    boolean unfinished = repository.job(job).state().filter(s -> !s.isComplete()).isPresent();
    return unfinished ? Kind.RESUMABLE : Kind.NONE;
  }
}
