package dev.prodigy.cli.manage;

import dev.prodigy.cli.manage.WorktreePlace.Entry;
import dev.prodigy.git.GitException;
import dev.prodigy.git.SessionWorktrees.Removed;
import dev.prodigy.git.Worktree;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.WorktreeRecord;
import dev.prodigy.storage.file.TreeSize;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Which worktrees may be removed, and their removal. No work is lost: unmerged commits and
/// uncommitted files are kept under `refs/prodigy/` even when the user insists.
///
/// @param force also with unmerged commits or uncommitted files
/// @param includeResumable also those of runs that could still be resumed
record WorktreeCleaning(WorktreePlace place, boolean force, boolean includeResumable) {

  /// What came of one.
  ///
  /// @param failure why it is still there; null if it is gone
  record Result(Entry entry, long bytes, @Nullable String failure) {}

  /// Null if it may go.
  @Nullable String reasonToKeep(Entry entry) {
    String needed = place.standing(entry).reasonToKeep(includeResumable);
    if (needed != null) {
      return needed;
    }
    if (force) {
      return null;
    }
    if (entry.branch() == null && entry.record() == null) {
      return "git does not know it (-f)";
    }
    if (!isMerged(entry)) {
      return "it holds unmerged commits (merge it, or -f)";
    }
    return hasUncommitted(entry) ? "it holds uncommitted files (-f)" : null;
  }

  /// Whether its commits are where its session came from; nothing to merge counts, too.
  boolean isMerged(Entry entry) {
    WorktreeRecord record = entry.record();
    if (record != null && record.merged()) {
      return true;
    }
    String branch = entry.branch();
    if (branch == null) {
      return false;
    }
    Optional<String> tip = place.repository().branchTip(branch);
    if (tip.isEmpty()) {
      return true;
    }
    if (record == null) {
      return isInSomeSession(tip.get());
    }
    return place
        .repository()
        .branchTip(record.originalBranch())
        .filter(target -> place.repository().isAncestor(tip.get(), target))
        .isPresent();
  }

  /// An agent's commits are safe in the branch of its session or of the user.
  private boolean isInSomeSession(String tip) {
    return place.entries(true).stream()
        .map(Entry::record)
        .filter(java.util.Objects::nonNull)
        .flatMap(record -> List.of(record.branch(), record.originalBranch()).stream())
        .distinct()
        .flatMap(branch -> place.repository().branchTip(branch).stream())
        .anyMatch(target -> place.repository().isAncestor(tip, target));
  }

  private boolean hasUncommitted(Entry entry) {
    String branch = entry.branch();
    try {
      return branch != null
          && !place
              .worktrees()
              .uncommitted(new Worktree(entry.name(), entry.path(), branch))
              .isEmpty();
    } catch (GitException _) { // not a worktree any more: what is in it nobody can tell
      return true;
    }
  }

  Result remove(Entry entry, Consumer<String> notices) {
    long bytes = TreeSize.of(entry.path()).bytes();
    try (var _ = place.store().locks().acquire(List.of(entry.owner()), false)) {
      Removed removed = place.worktrees().remove(entry.name(), force, notices);
      if (!removed.done()) {
        return new Result(entry, 0, removed.reason());
      }
      if (entry.record() != null) {
        place
            .repositoryStore()
            .worktrees()
            .update(
                entry.name(), r -> r.with(WorktreeRecord.Status.CLEANED_UP, Instant.now(), null));
      }
      return new Result(entry, bytes, null);
    } catch (ProdigyException e) {
      return new Result(entry, 0, e.code() == ErrorCode.SESSION_LOCKED ? "at work" : e.message());
    }
  }
}
