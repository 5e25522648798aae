package dev.prodigy.engine;

import dev.prodigy.git.SessionWorktrees;
import dev.prodigy.model.Session;
import dev.prodigy.model.SessionId;
import dev.prodigy.model.SessionStatus;
import dev.prodigy.model.WorktreeRecord;
import dev.prodigy.storage.RepositoryStore;
import java.util.Optional;

/// What is missing after a run was completed but its process died before everything had its end.
public enum CutOffEnding {
  /// Nothing.
  NONE,
  /// Its work was not merged, and nobody decided that it should not be.
  MERGE,
  /// It was merged, but the worktree or its branch may still be there.
  CLEAN_UP,
  /// Its work was merged, or kept for the user; only the session does not say so.
  RELEASE;

  public static CutOffEnding of(RepositoryStore store, Session session) {
    Optional<WorktreeRecord.Status> status =
        store.worktrees().find(session.id().value()).map(WorktreeRecord::status);
    return switch (status.orElse(WorktreeRecord.Status.CLEANED_UP)) {
      case IN_PROGRESS -> MERGE;
      case MERGED -> CLEAN_UP;
      default ->
          session.status() == SessionStatus.COMPLETED && session.owner() != null ? RELEASE : NONE;
    };
  }

  /// Whether no step has to run for it.
  public boolean isQuick() {
    return this == CLEAN_UP || this == RELEASE;
  }

  /// Does a quick one. The caller holds the session's lock.
  public void make(RunRequest request, RepositoryStore store, SessionId session) {
    if (this == CLEAN_UP) {
      removeWorktree(request, store, session);
    }
    request.store().sessions().update(session, s -> s.ownedBy(null));
    request.reporter().info("Session %s was completed; nothing is left to do".formatted(session));
  }

  /// Of a session that needs it no more; whatever of it is there. Its uncommitted files are kept.
  public static void removeWorktree(RunRequest request, RepositoryStore store, SessionId session) {
    new SessionWorktrees(request.repository(), store.worktreesDirectory())
        .remove(session.value(), false, request.reporter()::info);
    if (store.worktrees().find(session.value()).isPresent()) {
      var now = request.clock().instant();
      store
          .worktrees()
          .update(session.value(), r -> r.with(WorktreeRecord.Status.CLEANED_UP, now, null));
    }
  }
}
