package dev.prodigy.model;

/// What became of an agent's worktree. Stored as `"Success"`, `"Skipped"` or `{"Failed":message}`.
public sealed interface CleanupStatus {
  record Success() implements CleanupStatus {}

  record Skipped() implements CleanupStatus {}

  record Failed(String message) implements CleanupStatus {}
}
