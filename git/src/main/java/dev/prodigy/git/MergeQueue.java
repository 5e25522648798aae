package dev.prodigy.git;

import java.util.List;

/// Merges agents' commits into the session branch, one at a time.
public final class MergeQueue implements AutoCloseable {
  public sealed interface Outcome {
    record Merged(String mergeCommit, boolean assisted) implements Outcome {}

    record Conflict(List<String> paths, String message) implements Outcome {}
  }

  public MergeQueue(Repository repository, Worktree parent, MergeAssist assist) {
    throw new UnsupportedOperationException();
  }

  public Outcome merge(String branch, String tip, String base, List<String> files) {
    throw new UnsupportedOperationException();
  }

  public String tip() {
    throw new UnsupportedOperationException();
  }

  public boolean contains(String commit) {
    throw new UnsupportedOperationException();
  }

  public void catchUp() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
