package dev.prodigy.git;

import java.util.List;

/// Brings a session's branch into the branch it came from.
public final class FinalMerge {
  FinalMerge() {}

  public sealed interface Outcome {
    record NothingToMerge() implements Outcome {}

    record Landed(String commit, String target) implements Outcome {}

    record Conflict(List<String> paths, String instructions) implements Outcome {}

    record Refused(String message, String hint) implements Outcome {}
  }

  public Outcome merge(Worktree worktree, String target) {
    throw Skeleton.missing();
  }
}
