package dev.prodigy.engine;

import dev.prodigy.model.JobId;
import dev.prodigy.model.SessionId;
import dev.prodigy.workflow.LoadedWorkflow;
import dev.prodigy.workflow.expression.Variables;
import java.util.function.Consumer;

/// Runs the MapReduce workflows that steps call. The engine knows nothing but steps; whoever starts
/// a run says how jobs are run.
public interface NestedJobs {
  /// For runs whose workflows call none.
  NestedJobs NONE =
      (_, loaded, _, _) -> {
        throw new IllegalStateException("no one to run " + loaded.fileName());
      };

  /// What a job is known by from its very beginning, so that it can be found again.
  record Ids(JobId job, SessionId session) {}

  /// @param message why it failed; empty when it completed
  record Ended(Status status, String message) {}

  enum Status {
    /// Its work is in the caller's worktree.
    COMPLETED,
    FAILED,
    /// It can be taken up again.
    STOPPED,
    /// It had completed, but its work was taken out of the caller's worktree again: nothing is left
    /// of it, and another job has to do it.
    UNDONE
  }

  /// Runs a job from where it stands to its end: a new one, one that was cut off, or one that is
  /// over already.
  ///
  /// @param request whose repository is the caller's worktree
  /// @param completing hears the job's variables before the job counts as completed; what it throws
  ///   is the job's failure. Not called for a job that was over
  Ended run(RunRequest request, LoadedWorkflow loaded, Ids ids, Consumer<Variables> completing)
      throws InterruptedException;
}
