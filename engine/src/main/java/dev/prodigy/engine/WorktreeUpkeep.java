package dev.prodigy.engine;

import dev.prodigy.git.Repository;
import dev.prodigy.git.SessionWorktrees;
import dev.prodigy.git.Worktree;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.WorktreeRecord;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.storage.file.Directories;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Removes worktrees of sessions that are over and hold nothing that is not where it belongs, after
/// a while. Looked after at the end of each run; costs what there are worktrees, not records.
///
/// @param idle nothing has happened in them for so long; null: however long
/// @param age they were made so long ago; null: whenever
public record WorktreeUpkeep(@Nullable Duration idle, @Nullable Duration age) {

  /// Never fails the run that has just ended.
  public void after(RunRequest request) {
    try {
      var name = request.store().names().find(SessionSetup.identity(request.repository()));
      if (name.isEmpty()) {
        return;
      }
      RepositoryStore store = request.store().repository(name.get());
      for (Path directory : Directories.directories(store.worktreesDirectory())) {
        lookAfter(String.valueOf(directory.getFileName()), request, store);
      }
    } catch (ProdigyException e) {
      request.reporter().warning("Old worktrees were not looked after: " + e.message());
    }
  }

  private void lookAfter(String name, RunRequest request, RepositoryStore store) {
    if (store.worktrees().find(name).filter(record -> isDue(record, request)).isEmpty()) {
      return;
    }
    try (var _ = request.store().locks().acquire(List.of(name), false)) {
      Optional<WorktreeRecord> record =
          store.worktrees().find(name).filter(present -> isDue(present, request));
      if (record.isPresent()) {
        remove(record.get(), request, store);
      }
    } catch (ProdigyException e) {
      if (e.code() != ErrorCode.SESSION_LOCKED) {
        request.reporter().warning("Worktree %s kept: %s".formatted(name, e.message()));
      }
    }
  }

  private boolean isDue(WorktreeRecord record, RunRequest request) {
    Instant now = request.clock().instant();
    boolean over =
        switch (record.status()) {
          case COMPLETED, MERGED, ABANDONED -> true;
          case IN_PROGRESS, FAILED, INTERRUPTED, CLEANED_UP -> false;
        };
    return over && (passed(record.updatedAt(), idle, now) || passed(record.createdAt(), age, now));
  }

  private static boolean passed(Instant since, @Nullable Duration limit, Instant now) {
    return limit != null && Duration.between(since, now).compareTo(limit) >= 0;
  }

  private static void remove(WorktreeRecord record, RunRequest request, RepositoryStore store) {
    var worktrees = new SessionWorktrees(request.repository(), store.worktreesDirectory());
    var worktree = new Worktree(record.worktreeName(), Path.of(record.path()), record.branch());
    if (!isEmpty(record, worktree, request.repository(), worktrees)) {
      return;
    }
    if (worktrees.remove(worktree.name(), false, request.reporter()::info).done()) {
      store
          .worktrees()
          .update(
              worktree.name(),
              r -> r.with(WorktreeRecord.Status.CLEANED_UP, request.clock().instant(), null));
      request
          .reporter()
          .info("Removed worktree %s: nothing of it is unmerged".formatted(worktree.name()));
    }
  }

  /// Whether everything in it is in the branch it came from, whoever merged it.
  private static boolean isEmpty(
      WorktreeRecord record, Worktree worktree, Repository repository, SessionWorktrees worktrees) {
    boolean merged =
        record.merged()
            || (repository.branchTip(record.originalBranch()).isPresent()
                && repository.branchTip(record.branch()).isPresent()
                && worktrees.commitsAhead(worktree, record.originalBranch()) == 0);
    return merged && worktrees.uncommitted(worktree).isEmpty();
  }
}
