package dev.prodigy.engine;

import dev.prodigy.git.SessionWorktrees;
import dev.prodigy.model.SessionId;
import dev.prodigy.model.WorktreeRecord;
import dev.prodigy.storage.RepositoryStore;
import java.util.Optional;

/// What is missing after a run was completed but its process died before everything had its end.
public enum CutOffEnding {
  /// Nothing: its work was merged, or kept for the user.
  NONE,
  /// Its work was not merged, and nobody decided that it should not be.
  MERGE,
  /// It was merged, but the worktree or its branch may still be there.
  CLEAN_UP;

  public static CutOffEnding of(RepositoryStore store, SessionId session) {
    Optional<WorktreeRecord.Status> status =
        store.worktrees().find(session.value()).map(WorktreeRecord::status);
    return switch (status.orElse(WorktreeRecord.Status.CLEANED_UP)) {
      case IN_PROGRESS -> MERGE;
      case MERGED -> CLEAN_UP;
      default -> NONE;
    };
  }

  /// Removes what is left of a worktree whose work was merged. The caller holds the session's lock.
  public static void cleanUp(RunRequest request, RepositoryStore store, SessionId session) {
    new SessionWorktrees(request.repository(), store.worktreesDirectory())
        .remove(session.value(), false, request.reporter()::info);
    store
        .worktrees()
        .update(
            session.value(),
            record ->
                record.with(WorktreeRecord.Status.CLEANED_UP, request.clock().instant(), null));
    request.store().sessions().update(session, s -> s.ownedBy(null));
  }
}
