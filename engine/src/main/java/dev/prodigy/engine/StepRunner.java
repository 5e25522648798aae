package dev.prodigy.engine;

import dev.prodigy.agent.ClaudeCli;
import dev.prodigy.agent.ProcessRunner;
import dev.prodigy.workflow.Step;
import java.util.ArrayList;
import java.util.List;

/// Runs steps: the same way in every phase, with conditions, retries, captures, commit checks and
/// handlers. A step that fails is an outcome, not an exception; exceptions mean that the run itself
/// cannot go on, as when a disk is full.
///
/// Thread-safe as far as the scopes given to it are different.
public final class StepRunner {
  private final ProcessRunner processes;
  private final Processes commands;

  public StepRunner(ProcessRunner processes, ClaudeCli claude) {
    this.processes = processes;
    this.commands = new Processes(processes, claude);
  }

  /// Runs the steps in order, up to the first that fails or until the run is to stop.
  ///
  /// @param firstStep index of the step to begin with; the ones before are over already
  public StepsOutcome runAll(
      List<Step> steps, StepScope scope, StepObserver observer, int firstStep) {
    var outcomes = new ArrayList<StepOutcome>();
    scope.variables().set("total_steps", steps.size());
    for (Step step : steps.subList(Math.min(firstStep, steps.size()), steps.size())) {
      StepOutcome outcome = run(step, scope, observer);
      outcomes.add(outcome);
      if (outcome.failed() || outcome.stopped()) {
        return new StepsOutcome(outcomes, false, outcome.stopped());
      }
    }
    return new StepsOutcome(outcomes, true, false);
  }

  /// Runs one step to its end, its handlers included.
  public StepOutcome run(Step step, StepScope scope, StepObserver observer) {
    scope.variables().set("step.name", step.display()).set("step.index", step.index());
    scope.variables().set("step_name", step.display()).set("step_index", step.index());
    String id = step.id();
    if (id != null) {
      scope.variables().set("step.id", id);
    } else {
      scope.variables().remove("step.id");
    }
    observer.started(step);
    StepOutcome outcome = runInOwnEnvironment(step, scope, observer);
    observer.finished(step, outcome);
    return outcome;
  }

  private StepOutcome runInOwnEnvironment(Step step, StepScope scope, StepObserver observer) {
    StepScope now;
    try {
      now = scope.refreshed();
    } catch (EngineException e) {
      return new StepRun(this, processes, commands, step, scope, observer).failed(StepFault.of(e));
    }
    return runNested(step, now, observer);
  }

  /// A step within a step: a handler's, or one of `foreach`.
  StepOutcome runNested(Step step, StepScope scope, StepObserver observer) {
    return new StepRun(this, processes, commands, step, scope, observer).run();
  }

  /// Up to the first that fails.
  StepsOutcome runAllNested(List<Step> steps, StepScope scope, StepObserver observer) {
    var outcomes = new ArrayList<StepOutcome>();
    for (Step step : steps) {
      StepOutcome outcome = runNested(step, scope, observer);
      outcomes.add(outcome);
      if (outcome.failed() || outcome.stopped()) {
        return new StepsOutcome(outcomes, false, outcome.stopped());
      }
    }
    return new StepsOutcome(outcomes, true, false);
  }
}
