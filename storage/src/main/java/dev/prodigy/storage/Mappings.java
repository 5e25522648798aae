package dev.prodigy.storage;

import dev.prodigy.model.JobId;
import dev.prodigy.model.SessionId;
import java.time.Instant;
import java.util.Optional;

/// Which session a job belongs to and which job a session works on.
public interface Mappings {
  void record(SessionId session, JobId job, String workflowName, Instant createdAt);

  Optional<SessionId> sessionOf(JobId job);

  /// The session's latest job.
  Optional<JobId> jobOf(SessionId session);

  /// Forgets the session with all its jobs.
  void forget(SessionId session);
}
