package dev.prodigy.git;

import java.nio.file.Path;
import java.util.UUID;

/// A detached worktree that lives as long as one merge.
record ScratchWorktree(WorktreeRegistry registry, Path path, GitDir gitDir)
    implements AutoCloseable {

  static ScratchWorktree at(Repository repository, WorktreeRegistry registry, String commit) {
    Path path = registry.place(".tmp-" + UUID.randomUUID());
    try (var _ = registry.lock()) {
      repository.git().asWork().run("worktree", "add", "-q", "--detach", path.toString(), commit);
    }
    GitDir gitDir =
        GitDir.of(path).orElseThrow(() -> GitException.worktreeNotCreated(path, "no .git file"));
    return new ScratchWorktree(registry, path, gitDir);
  }

  @Override
  public void close() {
    registry.remove(path);
  }
}
