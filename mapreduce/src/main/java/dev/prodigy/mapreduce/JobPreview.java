package dev.prodigy.mapreduce;

import dev.prodigy.agent.CommandResult;
import dev.prodigy.agent.CommandSpec;
import dev.prodigy.agent.ProcessRunner;
import dev.prodigy.engine.RunEnvironment;
import dev.prodigy.model.Json;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.WorkItem;
import dev.prodigy.workflow.Command;
import dev.prodigy.workflow.HandlerAction;
import dev.prodigy.workflow.MapInput;
import dev.prodigy.workflow.MapReduceWorkflow;
import dev.prodigy.workflow.SequentialWorkflow;
import dev.prodigy.workflow.Step;
import dev.prodigy.workflow.StepBlock;
import dev.prodigy.workflow.SubWorkflow;
import dev.prodigy.workflow.Validation;
import dev.prodigy.workflow.expression.Rendering;
import dev.prodigy.workflow.expression.Variables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What a MapReduce workflow would do, found out without doing any of it: input files are read and
/// pushed through the selection, input commands are not run, and shell texts are only parsed.
///
/// @param lines the report, in order
/// @param warnings what may not be as intended
/// @param errors what would certainly fail
public record JobPreview(List<String> lines, List<String> warnings, List<String> errors) {
  private static final int SAMPLES = 3;
  private static final int MANY_AGENTS = 50;
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{[^}]*}");
  private static final Pattern DANGEROUS =
      Pattern.compile(
          "rm\\s+-[a-zA-Z]*[rf][a-zA-Z]*\\s+/\\*?(\\s|$)|:\\(\\)\\s*\\{\\s*:\\|:&\\s*}\\s*;\\s*:"
              + "|\\bmkfs|\\bdd\\b.*\\bof=/dev/|>\\s*/dev/sd");

  public JobPreview {
    lines = List.copyOf(lines);
    warnings = List.copyOf(warnings);
    errors = List.copyOf(errors);
  }

  /// @param checkout the user's working copy
  public static JobPreview of(
      MapReduceWorkflow workflow, RunEnvironment environment, Path checkout, JobOptions options) {
    try (var processes = new ProcessRunner()) {
      return new Builder(workflow, environment, checkout, options, processes).build();
    }
  }

  private static final class Builder {
    private final MapReduceWorkflow workflow;
    private final RunEnvironment environment;
    private final Path checkout;
    private final JobOptions options;
    private final ProcessRunner processes;
    private final List<String> lines = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<String> errors = new ArrayList<>();

    Builder(
        MapReduceWorkflow workflow,
        RunEnvironment environment,
        Path checkout,
        JobOptions options,
        ProcessRunner processes) {
      this.workflow = workflow;
      this.environment = environment;
      this.checkout = checkout;
      this.options = options;
      this.processes = processes;
    }

    JobPreview build() {
      lines.add("MapReduce workflow execution simulation mode");
      lines.add("No commands will be executed");
      lines.add("Would create worktree for isolated execution");
      if (workflow.setup() != null) {
        phase("Setup phase", workflow.setup().steps());
      }
      int parallel = MapReduceJobs.settings(workflow, environment, options, 0).maxParallel();
      if (parallel > MANY_AGENTS) {
        warnings.add("max_parallel is " + parallel + "; more than 50 agents rarely go faster");
      }
      int items = items();
      phase("Agent template", workflow.map().agentTemplate());
      StepBlock reduce = workflow.reduce();
      if (reduce != null) {
        phase("Reduce phase", reduce.steps());
      }
      if (workflow.merge() != null) {
        phase("Merge phase", workflow.merge().steps());
      }
      int worktrees = items < 0 ? parallel : Math.min(parallel, items);
      lines.add("Would use up to %d agent worktrees".formatted(worktrees));
      lines.add(
          "Would need about %d MB of disk for them"
              .formatted(1 + worktrees * checkoutBytes() / 1_000_000));
      lines.add("Status: " + (errors.isEmpty() ? "READY" : "NEEDS FIXES"));
      return new JobPreview(lines, warnings, errors);
    }

    /// What the files of a worktree take up.
    private long checkoutBytes() {
      CommandResult listed =
          processes.run(
              CommandSpec.of(List.of("git", "ls-files", "-z"), checkout, environment.variables()));
      return Stream.of(listed.stdout().split("\0", -1))
          .filter(name -> !name.isEmpty())
          .mapToLong(name -> checkout.resolve(name).toFile().length())
          .sum();
    }

    private void phase(String name, List<Step> steps) {
      lines.add("%s: %d command(s)".formatted(name, steps.size()));
      for (Step step : steps) {
        lines.add("Would execute: " + environment.masker().mask(step.display()));
        if (step.commitRequired()) {
          lines.add(
              environment
                  .masker()
                  .mask("commit_required - assuming commit created by: " + step.display()));
        }
        detail(step);
        check(step);
      }
    }

    private void detail(Step step) {
      Validation validation = step.checks().validation();
      if (validation != null) {
        for (Step measuring : validation.steps()) {
          lines.add(environment.masker().mask("  Would run validation: " + measuring.display()));
        }
        lines.add(
            String.format(Locale.ROOT, "  Validation threshold: %.1f%%", validation.threshold()));
      }
      if (step.onFailure() != null) {
        step.onFailure()
            .steps()
            .forEach(
                handler ->
                    lines.add(environment.masker().mask("  on failure: " + handler.display())));
      }
    }

    private void check(Step step) {
      switch (step.command()) {
        case Command.Shell(var text) -> checkShell(step, text.source());
        case Command.Agent _ -> {}
        case Command.Claude(var prompt) -> {
          if (!prompt.source().startsWith("/")) {
            warnings.add(step.display() + ": the prompt is not a slash command");
          }
        }
        case Command.Foreach foreach -> foreach.steps().forEach(this::check);
        case Command.Handler(HandlerAction action) -> {
          if (action instanceof HandlerAction.Shell shell) {
            checkShell(step, shell.command().source());
          }
        }
        case Command.RunWorkflows called -> called.workflows().forEach(this::check);
        case Command.WriteFile _, Command.Validate _, Command.Analyze _ -> {}
      }
    }

    private void check(SubWorkflow within) {
      if (within.workflow() instanceof SequentialWorkflow sequential) {
        sequential.steps().forEach(this::check);
      }
    }

    private void checkShell(Step step, String text) {
      if (DANGEROUS.matcher(text).find()) {
        errors.add(step.display() + ": would damage this machine");
      }
      if (text.startsWith("sudo ")) {
        warnings.add(step.display() + ": asks for root");
      }
      CommandResult parsed =
          processes.run(
              CommandSpec.of(
                  List.of("sh", "-n", "-c", REFERENCE.matcher(text).replaceAll("word")),
                  checkout,
                  environment.variables()));
      if (!parsed.succeeded()) {
        errors.add("%s: %s".formatted(step.display(), parsed.stderr().strip()));
      }
    }

    /// @return how many, or -1 when only a run can tell
    private int items() {
      try {
        return count();
      } catch (ProdigyException e) {
        if (workflow.setup() == null) {
          errors.add(e.message());
        } else {
          warnings.add("items unknown until setup runs (%s)".formatted(e.message()));
        }
        return -1;
      }
    }

    private int count() {
      var variables = new Variables();
      String text = "";
      if (workflow.map().input() instanceof MapInput.Text(var template)) {
        text =
            template.render(
                variables,
                new Rendering(false, environment.variables(), checkout, warnings::add).dryRun());
      }
      var input =
          new WorkItems(
              checkout, checkout, environment.variables(), processes, environment.masker());
      if (input.source(workflow.map().input(), text)
          instanceof WorkItems.Source.Command(var command)) {
        warnings.add("items unknown until command runs: " + command);
        return -1;
      }
      WorkItems.Loaded loaded = input.load(workflow.map(), text, variables);
      lines.add("Total items: " + loaded.extracted());
      lines.add("After filtering: " + loaded.filtered());
      lines.add("Selected: " + loaded.items().size());
      if (workflow.map().sortBy() != null) {
        lines.add("Order: " + workflow.map().sortBy());
      }
      for (WorkItem item : loaded.items().subList(0, Math.min(SAMPLES, loaded.items().size()))) {
        lines.add(
            environment.masker().mask("  %s: %s".formatted(item.id(), Json.text(item.data()))));
      }
      return loaded.items().size();
    }
  }
}
