package dev.prodigy.engine;

import dev.prodigy.agent.Agents;
import dev.prodigy.agent.ProcessRunner;
import dev.prodigy.workflow.Step;
import dev.prodigy.workflow.expression.Variables;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Runs steps: the same way in every phase, with conditions, retries, captures, commit checks and
/// handlers. A step that fails is an outcome, not an exception; exceptions mean that the run itself
/// cannot go on, as when a disk is full.
///
/// Thread-safe as far as the scopes given to it are different.
public final class StepRunner {
  private final ProcessRunner processes;
  private final Processes commands;

  public StepRunner(ProcessRunner processes, Agents agents) {
    this.processes = processes;
    this.commands = new Processes(processes, agents);
  }

  /// Runs the steps in order, up to the first that fails or until the run is to stop.
  ///
  /// @param firstStep index of the step to begin with; the ones before are over already
  public StepsOutcome runAll(
      List<Step> steps, StepScope scope, StepObserver observer, int firstStep) {
    var outcomes = new ArrayList<StepOutcome>();
    scope.variables().set("total_steps", steps.size());
    ChangeTracker changes = tracker(steps, scope, firstStep == 0);
    for (Step step : steps.subList(Math.min(firstStep, steps.size()), steps.size())) {
      StepOutcome outcome = run(step, scope, observer, changes);
      outcomes.add(outcome);
      if (outcome.failed() || outcome.stopped()) {
        return new StepsOutcome(outcomes, false, outcome.stopped());
      }
    }
    return new StepsOutcome(outcomes, true, false);
  }

  /// Runs one step to its end, its handlers included.
  public StepOutcome run(Step step, StepScope scope, StepObserver observer) {
    return run(step, scope, observer, tracker(List.of(step), scope, true));
  }

  /// Whether what a step's agent leaves uncommitted is committed if the step must commit.
  boolean commitsFor(Step step) {
    return commands.commitsFor(step.command());
  }

  private @Nullable ChangeTracker tracker(List<Step> steps, StepScope scope, boolean first) {
    var git = new GitState(processes, scope.worktree(), scope.environment());
    publishLive(scope.variables(), git);
    return ChangeTracker.of(steps, git, scope.variables(), first);
  }

  /// `git.*` is looked up when it is asked for, and costs nothing before.
  private static void publishLive(Variables variables, GitState git) {
    live(variables, "staged_files", git, GitState.Entry::staged);
    live(variables, "unstaged_files", git, GitState.Entry::unstaged);
    live(variables, "untracked_files", git, GitState.Entry::untracked);
    live(variables, "modified_files", git, _ -> true);
  }

  private static void live(
      Variables variables, String name, GitState git, Predicate<GitState.Entry> wanted) {
    variables.setLive(
        "git." + name,
        () ->
            GitChanges.list(
                new TreeSet<>(
                    git.status().stream().filter(wanted).map(GitState.Entry::path).toList())));
  }

  private StepOutcome run(
      Step step, StepScope scope, StepObserver observer, @Nullable ChangeTracker changes) {
    scope.variables().set("step.name", step.display()).set("step.index", step.index());
    scope.variables().set("step_name", step.display()).set("step_index", step.index());
    String id = step.id();
    if (id != null) {
      scope.variables().set("step.id", id);
    } else {
      scope.variables().remove("step.id");
    }
    observer.started(step);
    StepOutcome outcome = runInOwnEnvironment(step, scope, observer, changes);
    observer.finished(step, outcome);
    return outcome;
  }

  private StepOutcome runInOwnEnvironment(
      Step step, StepScope scope, StepObserver observer, @Nullable ChangeTracker changes) {
    StepScope now;
    try {
      now = scope.refreshed();
    } catch (EngineException e) {
      return new StepRun(this, processes, commands, step, scope, observer, changes)
          .failed(StepFault.of(e));
    }
    return runTracked(step, now, observer, changes);
  }

  /// A step within a step: a handler's, or one of `foreach`.
  StepOutcome runNested(Step step, StepScope scope, StepObserver observer) {
    return runTracked(step, scope, observer, null);
  }

  private StepOutcome runTracked(
      Step step, StepScope scope, StepObserver observer, @Nullable ChangeTracker changes) {
    if (changes != null) {
      changes.begin();
    }
    StepOutcome outcome =
        new StepRun(this, processes, commands, step, scope, observer, changes).run();
    if (changes != null) {
      changes.end(
          outcome.status() != StepOutcome.Status.SKIPPED
              && !outcome.failed()
              && !outcome.stopped());
    }
    return outcome;
  }

  /// A list of its own within a step: the body of `foreach`.
  StepsOutcome runBody(List<Step> steps, StepScope scope, StepObserver observer) {
    return runAllNested(steps, scope, observer, tracker(steps, scope, true));
  }

  /// Up to the first that fails.
  StepsOutcome runAllNested(List<Step> steps, StepScope scope, StepObserver observer) {
    return runAllNested(steps, scope, observer, null);
  }

  private StepsOutcome runAllNested(
      List<Step> steps, StepScope scope, StepObserver observer, @Nullable ChangeTracker changes) {
    var outcomes = new ArrayList<StepOutcome>();
    for (Step step : steps) {
      StepOutcome outcome = runTracked(step, scope, observer, changes);
      outcomes.add(outcome);
      if (outcome.failed() || outcome.stopped()) {
        return new StepsOutcome(outcomes, false, outcome.stopped());
      }
    }
    return new StepsOutcome(outcomes, true, false);
  }
}
