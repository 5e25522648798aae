package dev.prodigy.engine;

/// Decides whether a finished run's work goes back to the branch it came from.
@FunctionalInterface
public interface MergeDecision {
  enum Answer {
    YES,
    NO,
    /// There was nobody to ask: the work stays where it is, unmerged.
    NOBODY
  }

  /// Asked once, and only when there is something to merge.
  Answer ask(String worktreeName, String targetBranch);
}
