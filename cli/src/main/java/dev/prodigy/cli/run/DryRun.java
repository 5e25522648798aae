package dev.prodigy.cli.run;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.author.CompositionText;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.config.Configuration;
import dev.prodigy.cli.config.Effects;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.engine.EnvironmentInputs;
import dev.prodigy.engine.RunEnvironment;
import dev.prodigy.engine.SequentialPreview;
import dev.prodigy.git.Repository;
import dev.prodigy.mapreduce.JobPreview;
import dev.prodigy.mapreduce.ProgressListener;
import dev.prodigy.workflow.LoadedWorkflow;
import dev.prodigy.workflow.MapReduceWorkflow;
import dev.prodigy.workflow.SequentialWorkflow;
import dev.prodigy.workflow.WorkflowLoader;
import java.nio.file.Path;

/// `run --dry-run`: what would be done. Nothing is written, nothing is run.
final class DryRun {
  private DryRun() {}

  static int print(Invocation call, LoadedWorkflow loaded, Repository repository) {
    Effects settings = Effects.of(Configuration.of(call));
    RunEnvironment environment =
        RunEnvironment.preview(
            loaded.workflow().environment(),
            new EnvironmentInputs(
                call.env(),
                RunSession.extraEnvironment(call),
                RunCommand.args(call),
                call.get(RunOptions.PROFILE).orElse(null),
                Path.of(loaded.fileName()).toAbsolutePath().resolveSibling(""),
                repository.checkout(),
                repository.currentBranch().orElse(""),
                settings.runs()));
    WorkflowLoader.checkNames(loaded, environment.variables().keySet()).stream()
        .filter(problem -> !loaded.remarks().contains(problem))
        .forEach(problem -> call.console().warn(problem.toString()));
    if (call.get(RunOptions.SHOW_COMPOSITION)) {
      CompositionText.lines(loaded).forEach(line -> say(call.console(), line));
    }
    return switch (loaded.resolved(environment.variables()::get).workflow()) {
      case MapReduceWorkflow workflow ->
          mapReduce(
              call.console(),
              JobPreview.of(
                  workflow,
                  environment,
                  repository.checkout(),
                  RunCommand.jobOptions(call, settings, ProgressListener.SILENT)));
      case SequentialWorkflow workflow -> sequential(call, workflow, environment, repository);
    };
  }

  private static int mapReduce(Console console, JobPreview preview) {
    preview.lines().forEach(line -> say(console, line));
    preview.warnings().forEach(console::warn);
    preview.errors().forEach(error -> console.error("error: " + error));
    return preview.errors().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
  }

  private static int sequential(
      Invocation call,
      SequentialWorkflow workflow,
      RunEnvironment environment,
      Repository repository) {
    SequentialPreview.of(
            workflow,
            environment,
            repository.checkout(),
            RunCommand.args(call),
            RunCommand.sequentialOptions(call),
            call.console()::warn)
        .forEach(line -> say(call.console(), line));
    return ExitCode.OK;
  }

  private static void say(Console console, String line) {
    console.print("[DRY RUN] " + line);
  }
}
