package dev.prodigy.engine;

import dev.prodigy.workflow.Step;
import dev.prodigy.workflow.StepValidation;
import dev.prodigy.workflow.Validation;

/// What must hold once a step's command has succeeded: its commits, the files it puts out, its
/// validations. Each can turn the success into a failure.
final class SuccessChecks {
  private final StepRunner runner;
  private final Step step;
  private final StepScope scope;
  private final StepObserver observer;
  private final Commits commits;
  private final GitState git;

  SuccessChecks(
      StepRunner runner, Step step, StepScope scope, StepObserver observer, GitState git) {
    this.runner = runner;
    this.step = step;
    this.scope = scope;
    this.observer = observer;
    this.git = git;
    commits = new Commits(step, scope, git, runner.commitsFor(step));
  }

  /// @throws StepFault if something cannot even be checked
  Execution check(Execution succeeded, Invocation call) {
    Execution done = commits.check(succeeded, call);
    if (done.succeeded() && !step.checks().outputs().isEmpty()) {
      done = new Outputs(git).publish(done, step, commits.before(), scope);
    }
    Validation validation = step.checks().validation();
    if (done.succeeded() && validation != null) {
      done = new ValidationRun(runner, step, validation, scope, observer, git, call).check(done);
      Results.publish(scope.variables(), step, done);
    }
    StepValidation stepValidation = step.checks().stepValidation();
    if (done.succeeded() && stepValidation != null) {
      done = new StepValidationRun(runner, stepValidation, scope, observer).check(done);
      Results.publish(scope.variables(), step, done);
    }
    return done;
  }
}
