package dev.prodigy.workflow;

import dev.prodigy.workflow.expression.Template;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Which variables steps refer to, in everything that belongs to them.
public final class StepReferences {
  private final Predicate<String> wanted;

  private StepReferences(Predicate<String> wanted) {
    this.wanted = wanted;
  }

  /// Whether any step refers to such a variable. Plain values of YAML in which references are
  /// looked for only when they are used count if they hold the name of one.
  public static boolean any(List<Step> steps, Predicate<String> wanted) {
    return new StepReferences(wanted).in(steps);
  }

  private boolean in(List<Step> steps) {
    return steps.stream().anyMatch(this::in);
  }

  private boolean in(Step step) {
    var when = step.when();
    return (when != null && when.references().stream().anyMatch(wanted))
        || in(step.workingDir())
        || in(step.outputFile())
        || in(step.commitConfig().message())
        || in(step.commitConfig().author())
        || step.env().values().stream().anyMatch(this::in)
        || in(step.command())
        || in(step.onSuccess())
        || step.onExitCode().values().stream().anyMatch(this::in)
        || inHandler(step.onFailure())
        || (step.retry() != null
            && step.retry().onFailure() instanceof OnExhausted.Fallback(Template command)
            && in(command))
        || inChecks(step.checks());
  }

  private boolean in(@Nullable Template template) {
    return template != null && template.references().stream().anyMatch(wanted);
  }

  private boolean in(Command command) {
    return switch (command) {
      case Command.Shell(Template text) -> in(text);
      case Command.Claude(Template prompt) -> in(prompt);
      case Command.WriteFile file ->
          in(file.path()) || in(file.content()) || inTree(String.valueOf(file.tree()));
      case Command.Foreach foreach -> in(foreach.input()) || in(foreach.steps());
      case Command.RunWorkflows called ->
          inInputs(called.with())
              || called.workflows().stream().anyMatch(one -> inInputs(one.inputs()));
      case Command.Validate _, Command.Analyze _ -> false;
    };
  }

  private boolean inInputs(Map<String, SubWorkflow.Input> inputs) {
    return inputs.values().stream()
        .anyMatch(
            input ->
                switch (input) {
                  case SubWorkflow.Input.Rendered(Template template) -> in(template);
                  case SubWorkflow.Input.Named(var value) -> wanted.test(value.asString(""));
                });
  }

  private boolean in(ForeachInput input) {
    return switch (input) {
      case ForeachInput.CommandText(Template text) -> in(text);
      case ForeachInput.Items(var values) -> values.stream().anyMatch(v -> inTree(v.toString()));
    };
  }

  private boolean inTree(String text) {
    return Stream.of(text.split("[^A-Za-z0-9_.]+", -1)).anyMatch(wanted);
  }

  private boolean inHandler(@Nullable FailureHandler handler) {
    return handler != null && in(handler.steps());
  }

  private boolean inChecks(StepChecks checks) {
    Validation validation = checks.validation();
    StepValidation stepValidation = checks.stepValidation();
    return (validation != null && inValidation(validation))
        || (stepValidation != null
            && in(stepValidation.checks().stream().map(StepValidation.Check::step).toList()));
  }

  private boolean inValidation(Validation validation) {
    var rule = validation.onIncomplete();
    return in(validation.steps())
        || Stream.of(validation.resultFile(), validation.schemaFile())
            .filter(Objects::nonNull)
            .anyMatch(this::in)
        || (rule != null && (in(rule.steps()) || in(rule.prompt())));
  }
}
