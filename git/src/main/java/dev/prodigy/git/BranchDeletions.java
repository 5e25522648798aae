package dev.prodigy.git;

import dev.prodigy.git.RefUpdates.Change;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Branches to delete, in batches: one process and one rewrite of `packed-refs` for many. Parallel
/// `git branch -D` would collide on the configuration's lock, too.
final class BranchDeletions {
  private static final int BATCH = 64;

  private final WorktreeRegistry registry;
  private final Repository repository;
  private final Set<String> waiting = new LinkedHashSet<>();

  BranchDeletions(Repository repository, WorktreeRegistry registry) {
    this.repository = repository;
    this.registry = registry;
  }

  synchronized void add(String branch) {
    waiting.add(branch);
    if (waiting.size() % BATCH == 0) {
      try {
        flush();
      } catch (GitException _) {
        // They wait on: it is no failure of the caller's own agent, and the last flush tells.
      }
    }
  }

  /// The branch is wanted again.
  synchronized void forget(String branch) {
    waiting.remove(branch);
  }

  synchronized void flush() {
    if (!waiting.isEmpty()) {
      try (var _ = registry.lock()) {
        delete(repository, List.copyOf(waiting));
      }
      waiting.clear();
    }
  }

  /// Absent ones are fine.
  static void delete(Repository repository, List<String> branches) {
    var changes = new ArrayList<Change>();
    for (String branch : branches) {
      if (repository.branchTip(branch).isPresent()) {
        changes.add(Change.delete("refs/heads/" + branch));
      }
    }
    if (!changes.isEmpty()) {
      RefUpdates.once(repository, changes);
    }
  }
}
