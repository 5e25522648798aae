package dev.prodigy.storage;

import dev.prodigy.model.JobId;
import dev.prodigy.model.Orphan;
import java.util.List;

/// Agent worktrees that outlived their agents, by job.
public interface OrphanRegistry {
  void add(JobId job, Orphan orphan);

  List<Orphan> list(JobId job);

  /// Jobs with any.
  List<JobId> jobs();

  /// Does nothing if it is not there.
  void remove(JobId job, String path);
}
