package dev.prodigy.engine;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// How to take up a session again.
///
/// @param force go on although finished steps of the workflow have changed, the worktree's history
///   was replaced, or another host holds the lock; never discards progress
/// @param restart from the first step, in a fresh worktree
/// @param resetStep undo what the interrupted step committed and left uncommitted
/// @param workflow another place of the workflow's file
public record ResumeOptions(
    boolean force, boolean restart, boolean resetStep, @Nullable Path workflow) {
  public static final ResumeOptions DEFAULT = new ResumeOptions(false, false, false, null);
}
