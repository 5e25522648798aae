package dev.prodigy.git;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The worktrees of sessions.
public final class SessionWorktrees {
  public SessionWorktrees(Repository repository, Path directory) {
    throw Skeleton.missing();
  }

  public Worktree create(String sessionId, String baseCommit) {
    throw Skeleton.missing();
  }

  public Worktree restore(String sessionId, @Nullable String knownHead, Consumer<String> notices) {
    throw Skeleton.missing();
  }

  public void pin(Worktree worktree) {
    throw Skeleton.missing();
  }

  public String head(Worktree worktree) {
    throw Skeleton.missing();
  }

  public List<String> uncommitted(Worktree worktree) {
    throw Skeleton.missing();
  }

  public int commitsAhead(Worktree worktree, String target) {
    throw Skeleton.missing();
  }

  public Removed remove(String name, boolean force, Consumer<String> notices) {
    throw Skeleton.missing();
  }

  public List<Listed> list() {
    throw Skeleton.missing();
  }

  public FinalMerge finalMerge(MergeAssist assist) {
    throw Skeleton.missing();
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
