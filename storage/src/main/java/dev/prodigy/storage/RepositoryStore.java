package dev.prodigy.storage;

import dev.prodigy.model.Event;
import dev.prodigy.model.JobId;
import dev.prodigy.model.RepoName;
import dev.prodigy.model.SessionId;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/// What is kept of one repository.
public interface RepositoryStore {
  RepoName name();

  /// The appending side of the repository's events; the caller closes it.
  EventLog events(WriterIdentity writer, Consumer<String> warnings);

  /// The reading side: history needs nobody who writes.
  EventFiles eventFiles();

  /// Logs housekeeping on a finished job, apart from the job's own log, which has ended.
  void maintenance(JobId job, Event event, WriterIdentity writer);

  Mappings mappings();

  /// The place of one job; asking creates nothing. The same object for the same job.
  JobStore job(JobId job);

  /// Jobs with a state directory, newest first.
  List<JobId> jobs();

  /// Jobs with a dead letter document, by name; their state may be gone.
  List<JobId> deadLetterJobs();

  WorkflowCheckpoints workflowCheckpoints();

  WorktreeRecords worktrees();

  OrphanRegistry orphans();

  /// Where the repository's worktrees go; not created by asking.
  Path worktreesDirectory();

  /// Where a session's logs go; not created by asking.
  Path logsDirectory(SessionId session);
}
