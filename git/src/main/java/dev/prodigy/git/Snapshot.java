package dev.prodigy.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The uncommitted state of a worktree as a commit: everything tracked and everything untracked
/// that is not ignored. The worktree and its index are not touched.
final class Snapshot {
  private Snapshot() {}

  /// @param base the commit that the worktree's files are based on: the snapshot's parent
  /// @return the commit; empty if the files equal `base`
  static Optional<String> take(
      Repository repository, Path worktree, GitDir gitDir, String base, String message) {
    Path index = gitDir.file("prodigy-" + UUID.randomUUID() + ".index");
    try {
      if (gitDir.has("index")) {
        Files.copy(gitDir.file("index"), index, StandardCopyOption.REPLACE_EXISTING);
      }
      Git git = Git.inWorktree(worktree).with("GIT_INDEX_FILE", index.toString()).asWork();
      git.run("-c", "advice.addEmbeddedRepo=false", "add", "-A", "--", ":/");
      String tree = git.run("write-tree").line();
      if (tree.equals(repository.commits().treeOf(base))) {
        return Optional.empty();
      }
      return Optional.of(repository.commits().unsigned(tree, List.of(base), message));
    } catch (IOException e) {
      throw GitException.io(index, e);
    } finally {
      discard(index);
    }
  }

  private static void discard(Path index) {
    try {
      Files.deleteIfExists(index);
      Files.deleteIfExists(index.resolveSibling(index.getFileName() + ".lock"));
    } catch (IOException e) {
      throw GitException.io(index, e);
    }
  }

  /// Gives a worktree whose tracked files are clean the state that [#take] has kept. Its index then
  /// stands at the snapshot's parent.
  static void apply(Path worktree, String snapshot) {
    Git git = Git.inWorktree(worktree);
    git.asWork().run("read-tree", "--reset", "-u", snapshot);
    git.run("read-tree", snapshot + "^1");
    git.attempt("update-index", "-q", "--refresh"); // exit 1 says "there are changes"
  }
}
