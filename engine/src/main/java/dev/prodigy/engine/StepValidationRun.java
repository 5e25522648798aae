package dev.prodigy.engine;

import dev.prodigy.engine.StepOutcome.Kind;
import dev.prodigy.workflow.Limit;
import dev.prodigy.workflow.StepValidation;
import dev.prodigy.workflow.StepValidation.Check;
import dev.prodigy.workflow.expression.BoundedRegex;
import dev.prodigy.workflow.expression.Rendering;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Runs a step's `step_validate`.
final class StepValidationRun {
  private final StepRunner runner;
  private final StepValidation validation;
  private final StepScope scope;
  private final StepObserver observer;

  StepValidationRun(
      StepRunner runner, StepValidation validation, StepScope scope, StepObserver observer) {
    this.runner = runner;
    this.validation = validation;
    this.scope = ValidationRun.telling(scope);
    this.observer = observer;
  }

  Execution check(Execution done) {
    Limit limit = validation.timeout();
    StepScope inTime =
        limit == null
            ? scope
            : scope.before(
                Deadline.after(
                    StepFault.guard(() -> limit.resolve(scope.environment()::get)),
                    "validation_timeout"));
    for (int attempt = 1; ; attempt++) {
      List<String> failed = new ArrayList<>();
      if (!runAll(inTime, failed)) {
        return Execution.stoppedEarly();
      }
      int passed = validation.checks().size() - failed.size();
      if (passed >= validation.needed()) {
        return done;
      }
      if (attempt == validation.maxAttempts()) {
        return failure(done, passed, failed);
      }
      if (!scope.stop().sleep(validation.retryDelay())) {
        return Execution.stoppedEarly();
      }
    }
  }

  /// @return false if the run is to stop
  private boolean runAll(StepScope inTime, List<String> failed) {
    for (Check check : validation.checks()) {
      StepOutcome outcome = runner.runNested(check.step(), inTime, observer);
      if (outcome.stopped()) {
        return false;
      }
      String problem = problem(check, outcome);
      if (problem != null) {
        failed.add("%s: %s".formatted(check.step().display(), problem));
      }
    }
    return true;
  }

  private static @Nullable String problem(Check check, StepOutcome outcome) {
    if (outcome.timedOut() || outcome.exitCode() != check.exitCode()) {
      return outcome.timedOut()
          ? "timed out"
          : "exit code %d, expected %d".formatted(outcome.exitCode(), check.exitCode());
    }
    Pattern output = check.output();
    return output == null
            || BoundedRegex.finds(output, output.pattern(), outcome.stdout(), Rendering.plain())
        ? null
        : "output does not match " + output;
  }

  private Execution failure(Execution done, int passed, List<String> failed) {
    String text =
        "Step validation failed: %d of %d passed, %d needed\n  %s"
            .formatted(
                passed,
                validation.checks().size(),
                validation.needed(),
                String.join("\n  ", failed));
    if (validation.onlyWarn()) {
      observer.warning(text);
      return done;
    }
    return done.butFailed(Kind.VALIDATION, text);
  }
}
