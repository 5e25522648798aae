package dev.prodigy.mapreduce;

import dev.prodigy.engine.Deadline;
import dev.prodigy.engine.RetryLedger;
import dev.prodigy.engine.RunContext;
import dev.prodigy.engine.RunReporter;
import dev.prodigy.engine.StepRunner;
import dev.prodigy.engine.StepScope;
import dev.prodigy.engine.StopSignal;
import dev.prodigy.git.Worktree;
import dev.prodigy.model.WorkItem;
import dev.prodigy.workflow.MapReduceWorkflow;
import dev.prodigy.workflow.Step;
import dev.prodigy.workflow.expression.Variables;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What every phase of one running job works with.
///
/// @param run the session at work; setup, merges and reduce happen in its worktree
/// @param ledger what is known of retries and circuit breakers
/// @param completing hears of the job's completion before it counts; null: nobody does
/// @param deadline of the whole run; null: none
/// @param variables of the job: the run's own, then what setup captured
record JobContext(
    RunContext run,
    JobFiles files,
    MapReduceWorkflow workflow,
    Variables variables,
    StepRunner steps,
    ProgressListener progress,
    RetryLedger ledger,
    @Nullable Consumer<Variables> completing,
    @Nullable Deadline deadline) {

  /// For steps in the session's worktree.
  ///
  /// @param more environment entries that outrank everything
  StepScope.Builder scope(String logPrefix, Map<String, String> more) {
    return scope(parent().path(), variables, logPrefix, more);
  }

  /// For steps in an agent's worktree.
  StepScope.Builder scope(
      Path worktree, Variables scopeVariables, String logPrefix, Map<String, String> more) {
    var fixed = new HashMap<>(run.environment().fixed());
    fixed.putAll(more);
    var all = run.commandEnvironment();
    GitHousekeeping.off(all);
    all.putAll(fixed);
    StepScope likeTheRuns = run.scope(scopeVariables, logPrefix).build();
    return StepScope.in(worktree, logs(), scopeVariables, all)
        .fixedEnvironment(fixed)
        .masker(likeTheRuns.masker())
        .strict(likeTheRuns.strict())
        .commitValidation(likeTheRuns.commitValidation())
        .autoCommit(likeTheRuns.autoCommit())
        .retries(likeTheRuns.retries())
        .subWorkflowsLike(likeTheRuns)
        .logPrefix(logPrefix)
        .confirm(_ -> run.request().assumeYes()) // of many agents at once nobody is asked
        .ledger(ledger)
        .deadline(deadline)
        .late(run.late())
        .stop(stop());
  }

  /// Why a phase ended early.
  static String timedOut(String what, Deadline deadline) {
    return "%s timed out after %s seconds (%s)"
        .formatted(
            what,
            BigDecimal.valueOf(deadline.limit().toMillis(), 3).stripTrailingZeros().toPlainString(),
            deadline.name());
  }

  /// The item with its secrets, which storage has only by name.
  WorkItem revealed(WorkItem item) {
    return new WorkItem(item.id(), run.environment().revealing().value(item.data()));
  }

  /// A step as users may see it, without secrets.
  String shown(Step step) {
    return run.environment().masker().mask(step.display());
  }

  /// For limits that name a variable.
  @Nullable String lookup(String name) {
    return run.environment().variables().get(name);
  }

  Worktree parent() {
    return run.worktree();
  }

  StopSignal stop() {
    return run.stop();
  }

  RunReporter reporter() {
    return run.reporter();
  }

  Path logs() {
    return run.logs();
  }

  InstantSource clock() {
    return run.request().clock();
  }

  Instant now() {
    return run.now();
  }
}
