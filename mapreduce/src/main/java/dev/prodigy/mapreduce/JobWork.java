package dev.prodigy.mapreduce;

import dev.prodigy.engine.ClaudeMergeAssist;
import dev.prodigy.engine.Deadline;
import dev.prodigy.engine.FinalStage;
import dev.prodigy.engine.RetryLedger;
import dev.prodigy.engine.RunContext;
import dev.prodigy.engine.StepRunner;
import dev.prodigy.git.AgentWorktrees;
import dev.prodigy.git.MergeQueue;
import dev.prodigy.model.JobState;
import dev.prodigy.storage.DeadLetterQueue;
import dev.prodigy.workflow.MapReduceWorkflow;
import dev.prodigy.workflow.expression.Variables;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One run of a job with everything it holds open: the journal, worktree slots, the merge queue.
/// Closing ends it all, whatever happened.
final class JobWork implements AutoCloseable {
  private final RunContext run;
  private final AgentWorktrees agents;
  private final MergeQueue merges;
  private final MapSettings settings;
  private final JobContext context;

  JobWork(
      RunContext run,
      JobState state,
      MapReduceWorkflow workflow,
      MapSettings settings,
      JobOptions options) {
    this(run, state, workflow, settings, options, run.store().job(run.job()).deadLetters());
  }

  /// @param queue where items that fail for good go
  JobWork(
      RunContext run,
      JobState state,
      MapReduceWorkflow workflow,
      MapSettings settings,
      JobOptions options,
      DeadLetterQueue queue) {
    this.run = run;
    this.settings = settings;
    var store = run.store().job(run.job());
    var files =
        new JobFiles(run.job(), run.session(), store, run.events(), store.openJournal(), queue);
    context =
        new JobContext(
            run,
            files,
            workflow,
            variables(run, state),
            new StepRunner(run.processes(), run.agents()),
            options.progress(),
            RetryLedger.inMemory(),
            options.completing(),
            deadline(run, workflow));
    agents =
        new AgentWorktrees(run.repository(), run.store().worktreesDirectory(), run.job(), true);
    merges = new MergeQueue(run.repository(), run.worktree(), new ClaudeMergeAssist(run));
  }

  private static @Nullable Deadline deadline(RunContext run, MapReduceWorkflow workflow) {
    var limit = workflow.timeout();
    return limit == null
        ? null
        : Deadline.after(limit.resolve(run.environment().variables()::get), RunContext.WHOLE_RUN);
  }

  private static Variables variables(RunContext run, JobState state) {
    Variables variables = run.variables();
    for (int i = 0; i < state.args().size(); i++) {
      variables.set("ARG_" + (i + 1), state.args().get(i));
    }
    if (!state.args().isEmpty()) {
      variables.set("ARG", state.args().getFirst());
      variables.set("ARGS", String.join(" ", state.args()));
    }
    variables.set("job_id", run.job().value());
    return variables;
  }

  JobContext context() {
    return context;
  }

  AgentWorktrees agents() {
    return agents;
  }

  MergeQueue merges() {
    return merges;
  }

  /// Takes the job to its end and, if it completed, its work to the branch it came from.
  JobOutcome run(JobSource source, Optional<RestoredItems> restored) throws InterruptedException {
    return run(source, restored, new JobOutcomes(context, settings.maxParallel()));
  }

  JobOutcome run(JobSource source, Optional<RestoredItems> restored, ItemOutcomes outcomes)
      throws InterruptedException {
    var driver = new JobDriver(context, source, settings, agents, merges, outcomes);
    JobOutcome outcome = driver.run(restored);
    if (outcome.status() != JobOutcome.Status.COMPLETED) {
      return outcome;
    }
    return finish(outcome);
  }

  /// Worktree slots go first: the session's branch is about to be merged and its worktree removed.
  JobOutcome finish(JobOutcome outcome) {
    agents.close();
    merges.close();
    return outcome.afterMerge(new FinalStage(run, context.steps()).finish(context.variables()));
  }

  @Override
  public void close() {
    try {
      merges.close();
    } finally {
      try {
        agents.close();
      } finally {
        context.files().close();
      }
    }
  }
}
