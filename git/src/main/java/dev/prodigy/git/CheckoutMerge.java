package dev.prodigy.git;

import java.util.List;

/// `git merge --no-ff` in a working tree, for a git without `merge-tree --write-tree`. Leaves
/// nothing under way.
///
/// @param merged whether it is done
/// @param paths otherwise, the conflicting paths or the local changes in the way
/// @param message otherwise, what git said
record CheckoutMerge(boolean merged, List<String> paths, String message) {

  static CheckoutMerge of(Git git, GitDir gitDir, String message, String commit) {
    if (gitDir.has("MERGE_HEAD")) {
      git.run("merge", "--abort");
    }
    List<String> merge =
        List.of("-c", "merge.autoStash=false", "merge", "-q", "--no-ff", "-m", message, commit);
    GitOutput output = git.attempt(merge);
    if (!output.succeeded() && !gitDir.has("MERGE_HEAD")) {
      git.run("reset", "-q"); // staged leftovers make git refuse even unrelated merges
      output = git.attempt(merge);
    }
    if (output.succeeded()) {
      return new CheckoutMerge(true, List.of(), "");
    }
    if (gitDir.has("MERGE_HEAD")) {
      List<String> paths = git.run("diff", "-z", "--name-only", "--diff-filter=U").fields();
      git.run("merge", "--abort");
      return new CheckoutMerge(false, paths, output.stdout().strip());
    }
    List<String> paths = LocalChanges.namedIn(output.stderr());
    if (paths.isEmpty()) {
      throw output.failure();
    }
    return new CheckoutMerge(false, paths, output.stderr().strip());
  }
}
