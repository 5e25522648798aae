package dev.prodigy.mapreduce;

import dev.prodigy.model.JobState;
import dev.prodigy.model.Phase;
import java.time.Instant;

/// Changes of a job's state document.
final class JobStates {
  private JobStates() {}

  static JobState advanced(
      JobState state, Phase phase, ItemTable.Tally tally, String checkpoint, Instant now) {
    boolean complete = phase == Phase.COMPLETE;
    boolean reduceBegun = phase == Phase.REDUCE || (complete && state.phase() == Phase.REDUCE);
    return new JobState(
        state.jobId(),
        state.sessionId(),
        state.workflowName(),
        state.repository(),
        state.projectPath(),
        state.workflowPath(),
        state.workflowHash(),
        state.args(),
        state.params(),
        phase,
        state.config(),
        state.parentWorktree(),
        state.parentBranch(),
        state.parentHead(),
        state.originalBranch(),
        state.startedAt(),
        now,
        tally.total(),
        tally.successful(),
        tally.failed(),
        true,
        new JobState.ReduceState(
            reduceBegun || state.reduce().started(),
            complete && (reduceBegun || state.reduce().started()),
            state.reduce().output(),
            state.reduce().error(),
            state.reduce().startedAt(),
            complete ? now : state.reduce().completedAt()),
        complete,
        state.resumeAttempts(),
        checkpoint,
        state.sourceJobId());
  }

  static JobState resumed(JobState state, Instant now) {
    return new JobState(
        state.jobId(),
        state.sessionId(),
        state.workflowName(),
        state.repository(),
        state.projectPath(),
        state.workflowPath(),
        state.workflowHash(),
        state.args(),
        state.params(),
        state.phase(),
        state.config(),
        state.parentWorktree(),
        state.parentBranch(),
        state.parentHead(),
        state.originalBranch(),
        state.startedAt(),
        now,
        state.totalItems(),
        state.successfulCount(),
        state.failedCount(),
        state.setupCompleted(),
        state.reduce(),
        state.isComplete(),
        state.resumeAttempts() + 1,
        state.latestCheckpoint(),
        state.sourceJobId());
  }
}
