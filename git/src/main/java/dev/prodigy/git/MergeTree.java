package dev.prodigy.git;

import java.util.List;

/// A merge of two commits in the object store: `git merge-tree --write-tree`, no working tree.
///
/// @param tree the merged tree; with conflict markers in it if there are conflicts
/// @param conflicts paths git could not merge; empty if it could
record MergeTree(String tree, List<String> conflicts) {

  /// @param git runs where the attributes and merge drivers are
  static MergeTree of(Git git, String ours, String theirs) {
    GitOutput output =
        git.attempt(
            "merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", ours, theirs);
    if (output.exitCode() > 1) {
      throw output.failure();
    }
    List<String> fields = output.fields();
    return new MergeTree(
        fields.getFirst(),
        output.succeeded()
            ? List.of()
            : fields.subList(1, fields.size()).stream()
                .filter(path -> !path.isEmpty())
                .distinct()
                .toList());
  }

  boolean clean() {
    return conflicts.isEmpty();
  }
}
