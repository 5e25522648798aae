package dev.prodigy.git;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A conflict that somebody else resolves, in the session's worktree and on its branch.
///
/// Believed only on proof: the worktree is on its branch, nothing is under way or unmerged, and
/// both the branch's old tip and what was to be merged are ancestors of the new one. Otherwise the
/// worktree goes back to where it was, with the uncommitted changes it had.
final class AssistedMerge {
  private final Repository repository;
  private final Worktree worktree;
  private final SessionFiles files;
  private final MergeAssist assist;

  AssistedMerge(Repository repository, Worktree worktree, SessionFiles files, MergeAssist assist) {
    this.repository = repository;
    this.worktree = worktree;
    this.files = files;
    this.assist = assist;
  }

  /// @param source branch to merge, at `sourceTip`
  /// @param target name of the session's branch if the helper should be told it
  /// @return the branch's new tip; empty if nobody resolved it
  Optional<String> resolve(String source, String sourceTip, @Nullable String target) {
    if (!assist.available()) {
      return Optional.empty();
    }
    String before = files.tip();
    Optional<String> local =
        files.uncommitted().isEmpty()
            ? Optional.empty()
            : Snapshot.take(repository, worktree.path(), files.gitDir(), before, "Before a merge");
    boolean resolved = false;
    try {
      resolved = assist.resolve(worktree.path(), source, target) && proved(before, sourceTip);
    } finally {
      if (!resolved) {
        goBack(before, local);
      }
    }
    return resolved ? Optional.of(files.tip()) : Optional.empty();
  }

  private boolean proved(String before, String sourceTip) {
    GitDir gitDir = files.gitDir();
    RefFiles.Head head = repository.head(gitDir);
    String tip = head.commit();
    return head.branch().filter(worktree.branch()::equals).isPresent()
        && tip != null
        && gitDir.operation().isEmpty()
        && git().run("ls-files", "-u", "-z").stdout().isEmpty()
        && repository.isAncestor(before, tip)
        && repository.isAncestor(sourceTip, tip);
  }

  private void goBack(String before, Optional<String> local) {
    if (files.gitDir().operation().filter("rebase"::equals).isPresent()) {
      git().attempt("rebase", "--quit");
    }
    git().asWork().run("checkout", "-q", "-f", "-B", worktree.branch(), before);
    local.ifPresent(snapshot -> Snapshot.apply(worktree.path(), snapshot));
  }

  private Git git() {
    return Git.inWorktree(worktree.path());
  }
}
