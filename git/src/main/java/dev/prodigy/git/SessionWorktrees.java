package dev.prodigy.git;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The worktrees of sessions.
public final class SessionWorktrees {
  public SessionWorktrees(Repository repository, Path directory) {
    throw new UnsupportedOperationException();
  }

  public Worktree create(String sessionId, String baseCommit) {
    throw new UnsupportedOperationException();
  }

  public Worktree restore(String sessionId, @Nullable String knownHead, Consumer<String> notices) {
    throw new UnsupportedOperationException();
  }

  public void pin(Worktree worktree) {
    throw new UnsupportedOperationException();
  }

  public String head(Worktree worktree) {
    throw new UnsupportedOperationException();
  }

  public List<String> uncommitted(Worktree worktree) {
    throw new UnsupportedOperationException();
  }

  public int commitsAhead(Worktree worktree, String target) {
    throw new UnsupportedOperationException();
  }

  public Removed remove(String name, boolean force, Consumer<String> notices) {
    throw new UnsupportedOperationException();
  }

  public List<Listed> list() {
    throw new UnsupportedOperationException();
  }

  public FinalMerge finalMerge(MergeAssist assist) {
    throw new UnsupportedOperationException();
  }

  public record Removed(boolean done, @Nullable String reason) {}

  public record Listed(
      String name,
      Path path,
      @Nullable String branch,
      @Nullable String head,
      boolean prunable,
      boolean locked) {}
}
