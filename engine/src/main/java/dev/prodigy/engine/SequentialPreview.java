package dev.prodigy.engine;

import dev.prodigy.workflow.Command;
import dev.prodigy.workflow.ForeachInput;
import dev.prodigy.workflow.MapReduceWorkflow;
import dev.prodigy.workflow.SequentialWorkflow;
import dev.prodigy.workflow.Step;
import dev.prodigy.workflow.StepDisplay;
import dev.prodigy.workflow.StepValidation;
import dev.prodigy.workflow.SubWorkflow;
import dev.prodigy.workflow.Validation;
import dev.prodigy.workflow.expression.Rendering;
import dev.prodigy.workflow.expression.Template;
import dev.prodigy.workflow.expression.Variables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/// What a sequential run would do, in words. Nothing is run and nothing is written to find out.
public final class SequentialPreview {
  private static final int SHOWN_ITEMS = 3;

  private final SequentialWorkflow workflow;
  private final RunEnvironment environment;
  private Variables variables = new Variables();
  private final Rendering rendering;
  private final List<String> lines = new ArrayList<>();
  private final List<String> main = new ArrayList<>();
  private int validations;
  private int handlers;
  private int assumedCommits;

  private SequentialPreview(
      SequentialWorkflow workflow, RunEnvironment environment, Path checkout) {
    this.workflow = workflow;
    this.environment = environment;
    rendering = new Rendering(false, environment.variables(), checkout, _ -> {}).dryRun();
  }

  /// @param args positional arguments, after the files of the options' patterns
  /// @param warnings told of patterns that name no file
  /// @throws EngineException if there were to be inputs, and there are none
  public static List<String> of(
      SequentialWorkflow workflow,
      RunEnvironment environment,
      Path checkout,
      List<String> args,
      SequentialRun.Options options,
      Consumer<String> warnings) {
    var preview = new SequentialPreview(workflow, environment, checkout);
    var inputs = RunPlan.inputs(checkout, options.maps(), args, "", warnings);
    preview.describe(inputs, options);
    return preview.lines;
  }

  private void describe(List<RunInput> inputs, SequentialRun.Options options) {
    say("Workflow execution simulation mode");
    say("No commands will be executed");
    say("Would create worktree for isolated execution");
    Integer asked = options.maxIterations();
    int iterations = asked == null ? workflow.maxIterations() : asked;
    if (iterations > 1) {
      say("Would run %d iterations".formatted(iterations));
    }
    if (inputs.size() > 1) {
      say(
          "Would run for %d inputs: %s"
              .formatted(
                  inputs.size(), String.join(", ", inputs.stream().map(RunInput::shown).toList())));
    }
    variables.set("workflow.name", workflow.name()).set("workflow.iteration", 1);
    InputVariables.publish(variables, inputs.getFirst(), 0, inputs.size());
    workflow.steps().forEach(step -> main.add(step(step, "")));
    if (workflow.merge() != null) {
      workflow.merge().steps().forEach(step -> say("Would merge by: " + shown(step)));
    }
    summary();
  }

  private String step(Step step, String indent) {
    String text = shown(step);
    String when = step.when() == null ? "" : " (when: %s)".formatted(step.when().source());
    String label = step.label() == null ? "" : " (name: %s)".formatted(step.label());
    say(indent + "Would execute: " + text + label + when);
    if (step.command() instanceof Command.Foreach foreach) {
      items(foreach, indent + "  ");
    }
    if (step.command() instanceof Command.RunWorkflows called) {
      called.workflows().forEach(one -> within(one, indent + "  "));
    }
    if (step.commitRequired()) {
      say(indent + "commit_required - assuming commit created by: " + text);
      assumedCommits++;
    }
    Validation validation = step.checks().validation();
    if (validation != null) {
      validation(validation, indent);
    }
    StepValidation checks = step.checks().stepValidation();
    if (checks != null) {
      for (StepValidation.Check check : checks.checks()) {
        Command command = check.step().command();
        say(
            "%sWould run step validation (%s): %s"
                .formatted(indent, command.type(), masked(command)));
        validations++;
      }
    }
    step.onSuccess().forEach(next -> say(indent + "  on success: " + shown(next)));
    step.onExitCode()
        .forEach(
            (code, steps) ->
                steps.forEach(
                    next ->
                        say("%s  on exit code %s: %s".formatted(indent, code(code), shown(next)))));
    if (step.onFailure() != null && !step.onFailure().steps().isEmpty()) {
      step.onFailure().steps().forEach(h -> say(indent + "  on failure: " + shown(h)));
      handlers++;
    }
    return text;
  }

  private static String code(int code) {
    return code == Step.ANY_FAILURE ? "*" : Integer.toString(code);
  }

  /// Its inputs are not known yet, and it sees nothing else of ours.
  private void within(SubWorkflow child, String indent) {
    switch (child.workflow()) {
      case MapReduceWorkflow job ->
          say(
              "%sWould run a MapReduce job of its own: %d steps for each item"
                  .formatted(indent, job.map().agentTemplate().size()));
      case SequentialWorkflow sequential -> {
        Variables outer = variables;
        variables = new Variables().setAll(sequential.parameters().values());
        sequential.steps().forEach(step -> step(step, indent));
        variables = outer;
      }
    }
  }

  private void items(Command.Foreach foreach, String indent) {
    switch (foreach.input()) {
      case ForeachInput.Items(var values) -> {
        int count =
            foreach.maxItems() == null
                ? values.size()
                : Math.min(values.size(), foreach.maxItems());
        String first =
            String.join(", ", values.stream().limit(SHOWN_ITEMS).map(v -> v.asString()).toList());
        say("%s%d items: %s%s".formatted(indent, count, first, count > SHOWN_ITEMS ? ", ..." : ""));
      }
      case ForeachInput.CommandText(var text) ->
          say(indent + "items unknown until this is run: " + masked(text));
    }
    Variables outer = variables;
    variables = withoutItem(outer);
    foreach.steps().forEach(step -> step(step, indent));
    variables = outer;
  }

  /// Within a `foreach` the item is another one, and not known yet.
  private static Variables withoutItem(Variables variables) {
    var others = new Variables().setAll(variables.own());
    variables.own().keySet().stream()
        .filter(name -> name.equals("item") || name.startsWith("item."))
        .forEach(others::remove);
    return others;
  }

  private void validation(Validation validation, String indent) {
    for (Step step : validation.steps()) {
      say(
          "%sWould run validation (%s): %s"
              .formatted(indent, step.command().type(), masked(step.command())));
      validations++;
    }
    if (validation.steps().isEmpty() && validation.resultFile() != null) {
      say(indent + "Would read validation result: " + masked(validation.resultFile()));
    }
    say(
        String.format(
            Locale.ROOT, "%sValidation threshold: %.1f%%", indent, validation.threshold()));
    if (validation.onIncomplete() != null) {
      validation
          .onIncomplete()
          .steps()
          .forEach(step -> say(indent + "  if incomplete: " + shown(step)));
    }
  }

  private void summary() {
    say("Summary:");
    say("  Main commands that would execute: " + main.size());
    main.forEach(text -> say("    - " + text));
    say("  Validation commands: " + validations);
    say("  Potential failure handlers: " + handlers);
    say("  Assumed commits: " + assumedCommits);
    say("No actual commands executed or files changed.");
  }

  private String shown(Step step) {
    String text = masked(step.command());
    String type =
        step.command() instanceof Command.Handler(var action)
            ? action.name()
            : step.command().type();
    return text.isEmpty() ? type : StepDisplay.of(type, text);
  }

  private String masked(Command command) {
    return switch (command) {
      case Command.Shell(Template text) -> masked(text);
      case Command.Claude(Template prompt) -> masked(prompt);
      case Command.Agent(var name, var prompt, _, _, var run) ->
          name + " " + masked(run == null ? prompt : run);
      case Command.WriteFile file -> masked(file.path());
      case Command.Foreach _ -> "%d steps for each item".formatted(foreachSteps(command));
      case Command.Handler(var action) -> environment.masker().mask(action.summary());
      case Command.RunWorkflows(var workflows, _) ->
          String.join(", ", workflows.stream().map(SubWorkflow::name).toList());
      case Command.Validate _, Command.Analyze _ -> "";
    };
  }

  private static int foreachSteps(Command command) {
    return command instanceof Command.Foreach foreach ? foreach.steps().size() : 0;
  }

  private String masked(Template template) {
    return environment.masker().mask(template.render(variables, rendering));
  }

  private void say(String line) {
    lines.add(line);
  }
}
