package dev.prodigy.cli.run;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.engine.EnvironmentInputs;
import dev.prodigy.engine.RunEnvironment;
import dev.prodigy.git.Repository;
import dev.prodigy.mapreduce.JobOptions;
import dev.prodigy.mapreduce.JobPreview;
import dev.prodigy.mapreduce.ProgressListener;
import dev.prodigy.workflow.LoadedWorkflow;
import dev.prodigy.workflow.MapReduceWorkflow;
import dev.prodigy.workflow.SequentialWorkflow;
import dev.prodigy.workflow.Step;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// `run --dry-run`: what would be done. Nothing is written, nothing is run.
final class DryRun {
  private DryRun() {}

  static int print(Invocation call, LoadedWorkflow loaded, Repository repository) {
    Map<String, String> extra = new HashMap<>();
    call.get(RunOptions.ENV).forEach(entry -> extra.put(entry.getKey(), entry.getValue()));
    RunEnvironment environment =
        RunEnvironment.preview(
            loaded.workflow().environment(),
            new EnvironmentInputs(
                call.env(),
                extra,
                call.get(RunOptions.ARGS),
                call.get(RunOptions.PROFILE).orElse(null),
                Path.of(loaded.fileName()).toAbsolutePath().getParent(),
                repository.checkout(),
                repository.currentBranch().orElse("")));
    return switch (loaded.workflow()) {
      case MapReduceWorkflow workflow ->
          mapReduce(
              call.console(),
              JobPreview.of(
                  workflow,
                  environment,
                  repository.checkout(),
                  new JobOptions(
                      call.get(RunOptions.MAX_PARALLEL).orElse(null), ProgressListener.SILENT)));
      case SequentialWorkflow workflow -> sequential(call, workflow, environment);
    };
  }

  private static int mapReduce(Console console, JobPreview preview) {
    preview.lines().forEach(line -> say(console, line));
    preview.warnings().forEach(console::warn);
    preview.errors().forEach(error -> console.error("error: " + error));
    return preview.errors().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
  }

  private static int sequential(
      Invocation call, SequentialWorkflow workflow, RunEnvironment environment) {
    Console console = call.console();
    say(console, "Workflow execution simulation mode");
    say(console, "No commands will be executed");
    say(console, "Would create worktree for isolated execution");
    int iterations = call.get(RunOptions.MAX_ITERATIONS).orElse(workflow.maxIterations());
    if (iterations > 1) {
      say(console, "Would run %d iterations".formatted(iterations));
    }
    int assumed = 0;
    int handlers = 0;
    for (Step step : workflow.steps()) {
      String display = environment.masker().mask(step.display());
      String when = step.when() == null ? "" : " (when: %s)".formatted(step.when().source());
      say(console, "Would execute: " + display + when);
      if (step.commitRequired()) {
        say(console, "commit_required - assuming commit created by: " + display);
        assumed++;
      }
      handlers += step.onFailure() == null ? 0 : 1;
    }
    summary(console, workflow.steps(), assumed, handlers);
    return ExitCode.OK;
  }

  private static void summary(Console console, List<Step> steps, int assumed, int handlers) {
    say(console, "Summary:");
    say(console, "  Main commands that would execute: " + steps.size());
    say(console, "  Potential failure handlers: " + handlers);
    say(console, "  Assumed commits: " + assumed);
    say(console, "No actual commands executed or files changed.");
  }

  private static void say(Console console, String line) {
    console.print("[DRY RUN] " + line);
  }
}
