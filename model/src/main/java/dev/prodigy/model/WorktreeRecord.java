package dev.prodigy.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What we know of a session's worktree, whether or not it still exists:
/// `worktrees/<repo>/.metadata/<name>.json`.
///
/// @param originalBranch where the session came from; empty when the user was on no branch
public record WorktreeRecord(
    String sessionId,
    String worktreeName,
    String branch,
    String originalBranch,
    String originalHead,
    String baseCommit,
    Instant createdAt,
    Instant updatedAt,
    @Nullable Instant mergedAt,
    @Nullable Instant interruptedAt,
    Status status,
    boolean merged,
    @Nullable String error,
    @Nullable String interruptionType,
    boolean resumable,
    int formatVersion,
    String kind,
    String path,
    String repoRoot,
    @Nullable String mergeTarget,
    @Nullable String mergeCommit,
    @Nullable String jobId,
    @Nullable String workflowPath,
    @Nullable Owner owner) {

  /// Stored in snake case.
  public enum Status {
    IN_PROGRESS,
    COMPLETED,
    ABANDONED,
    MERGED,
    CLEANED_UP,
    FAILED,
    INTERRUPTED
  }

  public WorktreeRecord with(Status next, Instant now, @Nullable String newError) {
    boolean interrupted = next == Status.INTERRUPTED;
    return new WorktreeRecord(
        sessionId,
        worktreeName,
        branch,
        originalBranch,
        originalHead,
        baseCommit,
        createdAt,
        now,
        mergedAt,
        interrupted ? now : interruptedAt,
        next,
        merged,
        newError,
        interrupted ? "user_interrupt" : interruptionType,
        interrupted || next == Status.FAILED,
        formatVersion,
        kind,
        path,
        repoRoot,
        mergeTarget,
        mergeCommit,
        jobId,
        workflowPath,
        next == Status.IN_PROGRESS ? owner : null);
  }

  public WorktreeRecord mergedInto(String target, @Nullable String commit, Instant now) {
    return new WorktreeRecord(
        sessionId,
        worktreeName,
        branch,
        originalBranch,
        originalHead,
        baseCommit,
        createdAt,
        now,
        now,
        interruptedAt,
        Status.MERGED,
        true,
        null,
        interruptionType,
        false,
        formatVersion,
        kind,
        path,
        repoRoot,
        target,
        commit,
        jobId,
        workflowPath,
        null);
  }

  public WorktreeRecord ownedBy(@Nullable Owner newOwner, Instant now) {
    return new WorktreeRecord(
        sessionId,
        worktreeName,
        branch,
        originalBranch,
        originalHead,
        baseCommit,
        createdAt,
        now,
        mergedAt,
        interruptedAt,
        newOwner == null ? status : Status.IN_PROGRESS,
        merged,
        newOwner == null ? error : null,
        interruptionType,
        resumable,
        formatVersion,
        kind,
        path,
        repoRoot,
        mergeTarget,
        mergeCommit,
        jobId,
        workflowPath,
        newOwner);
  }
}
