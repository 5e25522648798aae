package dev.prodigy.engine;

import dev.prodigy.engine.StepOutcome.Kind;
import dev.prodigy.model.Json;
import dev.prodigy.workflow.Limit;
import dev.prodigy.workflow.Step;
import dev.prodigy.workflow.Validation;
import dev.prodigy.workflow.Validation.OnIncomplete;
import dev.prodigy.workflow.expression.JsonSchema;
import dev.prodigy.workflow.expression.Template;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/// Measures how complete a step's work is, has gaps filled, and measures again.
final class ValidationRun {
  private static final int SHOWN_GAPS = 10;

  private final StepRunner runner;
  private final Step step;
  private final Validation validation;
  private final StepScope scope;
  private final StepObserver observer;
  private final GitState git;
  private final Invocation call;
  private final ValidationVariables variables;

  ValidationRun(
      StepRunner runner,
      Step step,
      Validation validation,
      StepScope scope,
      StepObserver observer,
      GitState git,
      Invocation call) {
    this.runner = runner;
    this.step = step;
    this.validation = validation;
    this.scope = scope;
    this.observer = observer;
    this.git = git;
    this.call = call;
    variables = new ValidationVariables(scope.variables(), step.id(), validation.threshold());
  }

  /// Commands of validations are told that they are.
  static StepScope telling(StepScope scope) {
    var environment = new HashMap<>(scope.environment());
    environment.put("PRODIGY_VALIDATION", "true");
    var fixed = new HashMap<>(scope.fixedEnvironment());
    fixed.put("PRODIGY_VALIDATION", "true");
    return scope.toBuilder().environment(environment).fixedEnvironment(fixed).build();
  }

  Execution check(Execution done) {
    OnIncomplete rule = validation.onIncomplete();
    ValidationResult result = round();
    int attempts = 0;
    while (result != null && !passed(result) && rule != null && attempts < rule.maxAttempts()) {
      variables.publish(result, ++attempts);
      StepsOutcome filled = fill(rule);
      if (filled.stopped()) {
        return Execution.stoppedEarly();
      }
      if (!filled.success()) {
        break;
      }
      result = round();
    }
    if (result == null) {
      return Execution.stoppedEarly();
    }
    variables.publish(result, attempts);
    tell(result);
    return passed(result) || accepted(result, rule)
        ? done
        : done.butFailed(Kind.VALIDATION, failure(result, rule, attempts));
  }

  private boolean passed(ValidationResult result) {
    return result.passed(validation.threshold());
  }

  /// @return null if the run is to stop
  private @Nullable ValidationResult round() {
    Template named = validation.resultFile();
    ResultFile file = named == null ? null : new ResultFile(call.path(named));
    StepsOutcome done = runner.runAllNested(validation.steps(), roundScope(), observer);
    if (done.stopped()) {
      return null;
    }
    int failed = done.outcomes().size();
    if (!done.success() && !validation.single()) {
      String why = done.failed().map(StepOutcome::message).orElse("");
      return ValidationResult.failed("Validation step %d failed: %s".formatted(failed, why));
    }
    return checked(file == null ? printed(done) : read(file));
  }

  private StepScope roundScope() {
    Limit limit = validation.timeout();
    StepScope inside = telling(scope);
    return limit == null
        ? inside
        : inside.before(
            Deadline.after(
                StepFault.guard(() -> limit.resolve(scope.environment()::get)),
                "validate.timeout"));
  }

  private ValidationResult printed(StepsOutcome done) {
    String output = done.outcomes().getLast().stdout();
    return ValidationResult.find(output)
        .map(document -> ValidationResult.of(document, validation.threshold()))
        .orElseGet(() -> ValidationResult.of(output, done.success(), validation.threshold()));
  }

  private ValidationResult read(ResultFile file) {
    Optional<String> text = file.text();
    if (text.isEmpty()) {
      return ValidationResult.failed("Result file cannot be read: " + file);
    }
    if (!validation.steps().isEmpty() && !file.rewritten()) {
      return ValidationResult.failed("Result file was not written anew: " + file);
    }
    return ValidationResult.parse(text.get().strip())
        .map(document -> ValidationResult.of(document, validation.threshold()))
        .orElseGet(() -> ValidationResult.failed("Result file is not a JSON object: " + file));
  }

  private ValidationResult checked(ValidationResult result) {
    JsonSchema schema = schema();
    List<String> problems = schema == null ? List.of() : schema.problems(result.document());
    if (problems.isEmpty()) {
      return result;
    }
    ObjectNode document = result.document().deepCopy();
    var missing = document.withArray("missing");
    problems.forEach(problem -> missing.add("Result does not fit expected_schema: " + problem));
    return new ValidationResult(BigDecimal.ZERO, "failed", document);
  }

  private @Nullable JsonSchema schema() {
    Template named = validation.schemaFile();
    if (named == null) {
      return validation.schema();
    }
    var file = new ResultFile(call.path(named));
    try {
      return JsonSchema.of(
          Json.parse(
              file.text()
                  .orElseThrow(
                      () -> new StepFault(Kind.VALIDATION, "expected_schema: no file " + file))));
    } catch (JacksonException | IllegalArgumentException e) {
      throw new StepFault(
          Kind.VALIDATION, "expected_schema %s: %s".formatted(file, e.getMessage()));
    }
  }

  private StepsOutcome fill(OnIncomplete rule) {
    var before = rule.commitRequired() ? git.head() : Optional.<String>empty();
    StepsOutcome done = runner.runAllNested(rule.steps(), scope, observer);
    done.failed()
        .ifPresent(failed -> observer.warning("on_incomplete failed: " + failed.message()));
    if (done.success() && rule.commitRequired() && !git.hasNew(before, git.head())) {
      observer.warning("on_incomplete of '%s' made no commit".formatted(step.display()));
      return new StepsOutcome(done.outcomes(), false, false);
    }
    return done;
  }

  private void tell(ValidationResult result) {
    observer.info(
        "Validation %s: %s complete (threshold: %.1f%%)"
            .formatted(
                passed(result) ? "passed" : "incomplete", result.shown(), validation.threshold()));
  }

  /// Whether the work is taken although it is not complete.
  private boolean accepted(ValidationResult result, @Nullable OnIncomplete rule) {
    if (rule == null) {
      return false;
    }
    Template prompt = rule.prompt();
    if (prompt != null) {
      return scope.confirm().test(scope.masker().mask(call.render(prompt)));
    }
    if (!rule.failWorkflow()) {
      observer.warning(
          "Validation of '%s' is incomplete: %s".formatted(step.display(), result.shown()));
    }
    return !rule.failWorkflow();
  }

  private String failure(ValidationResult result, @Nullable OnIncomplete rule, int attempts) {
    var text = new StringBuilder();
    if (rule == null) {
      text.append(
          "Validation incomplete: %s complete (threshold: %.1f%%)"
              .formatted(result.shown(), validation.threshold()));
    } else {
      text.append(
          "Validation failed after %d attempts. Completion: %s"
              .formatted(attempts, result.shown()));
    }
    List<String> missing = result.texts("missing");
    missing.stream().limit(SHOWN_GAPS).forEach(gap -> text.append("\n  missing: ").append(gap));
    if (missing.size() > SHOWN_GAPS) {
      text.append("\n  ... and %d more".formatted(missing.size() - SHOWN_GAPS));
    }
    return text.toString();
  }
}
