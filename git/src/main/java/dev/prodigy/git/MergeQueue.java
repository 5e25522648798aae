package dev.prodigy.git;

import java.util.List;

/// Merges agents' commits into the session branch, one at a time.
public final class MergeQueue implements AutoCloseable {
  public sealed interface Outcome {
    record Merged(String mergeCommit, boolean assisted) implements Outcome {}

    record Conflict(List<String> paths, String message) implements Outcome {}
  }

  public MergeQueue(Repository repository, Worktree parent, MergeAssist assist) {
    throw Skeleton.missing();
  }

  public Outcome merge(String branch, String tip, String base, List<String> files) {
    throw Skeleton.missing();
  }

  public String tip() {
    throw Skeleton.missing();
  }

  public boolean contains(String commit) {
    throw Skeleton.missing();
  }

  public void catchUp() {
    throw Skeleton.missing();
  }

  @Override
  public void close() {
    throw Skeleton.missing();
  }
}
