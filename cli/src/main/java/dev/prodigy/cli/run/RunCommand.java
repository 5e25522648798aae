package dev.prodigy.cli.run;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.author.ParameterOptions;
import dev.prodigy.cli.author.TemplateStore;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.UsageException;
import dev.prodigy.cli.config.Effects;
import dev.prodigy.engine.SequentialRun;
import dev.prodigy.git.Repository;
import dev.prodigy.mapreduce.JobOptions;
import dev.prodigy.mapreduce.MapReduceJobs;
import dev.prodigy.mapreduce.ProgressListener;
import dev.prodigy.workflow.LoadedWorkflow;
import dev.prodigy.workflow.MapReduceWorkflow;
import dev.prodigy.workflow.SequentialWorkflow;
import dev.prodigy.workflow.WorkflowLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `prodigy run`: a workflow file, in a worktree of its own. Everything that can be refused is
/// refused before a session or worktree exists.
public final class RunCommand {
  private RunCommand() {}

  public static void define(Command command) {
    RunOptions.forRun(command);
    command.runs(RunCommand::run);
  }

  private static int run(Invocation call) {
    if (call.get(RunOptions.RESUME).isPresent()) {
      return ResumeCommand.resume(call, call.get(RunOptions.RESUME).get(), workflowFile(call));
    }
    Path file = workflowFile(call);
    LoadedWorkflow loaded =
        WorkflowLoader.load(
            file,
            ParameterOptions.of(call),
            call.get(RunOptions.DRY_RUN)
                ? TemplateStore.places(call)
                : TemplateStore.placesToRun(call, call.get(RunOptions.YES)));
    loaded.warnings().forEach(call.console()::warn);
    if (loaded.workflow() instanceof MapReduceWorkflow && !call.get(RunOptions.MAP).isEmpty()) {
      throw new UsageException("--map is for sequential workflows; a MapReduce workflow has `map`");
    }
    Repository repository = Workspace.repository(call);
    if (call.get(RunOptions.DRY_RUN)) {
      return DryRun.print(call, loaded, repository);
    }
    return start(call, loaded, file, repository);
  }

  static int start(Invocation call, LoadedWorkflow loaded, Path file, Repository repository) {
    repository.requireHead();
    try (var session = new RunSession(call, repository, file, args(call))) {
      return switch (loaded.workflow()) {
        case MapReduceWorkflow _ ->
            session.ended(
                () -> MapReduceJobs.start(session.request(), loaded, session.jobOptions()));
        case SequentialWorkflow _ ->
            session.ended(SequentialRun.start(session.request(), loaded, sequentialOptions(call)));
      };
    }
  }

  static JobOptions jobOptions(Invocation call, Effects settings, ProgressListener progress) {
    Integer cap = call.get(RunOptions.MAX_PARALLEL).orElse(null);
    if (cap != null && (cap < 1 || cap > 1000)) {
      throw new UsageException(
          "invalid value '%d' for '--max-parallel <N>': must be 1 to 1000".formatted(cap));
    }
    Integer most = settings.mostParallel();
    return new JobOptions(
        cap == null || (most != null && most < cap) ? most : cap,
        settings.otherwiseParallel(),
        progress);
  }

  static SequentialRun.Options sequentialOptions(Invocation call) {
    return new SequentialRun.Options(
        call.get(RunOptions.MAX_ITERATIONS).orElse(null),
        call.get(RunOptions.FAIL_FAST),
        call.get(RunOptions.MAP));
  }

  static List<String> args(Invocation call) {
    var args = new ArrayList<>(call.get(RunOptions.ARGS));
    args.addAll(call.get(RunOptions.MORE_ARGS));
    return args;
  }

  private static Path workflowFile(Invocation call) {
    if (call.get(RunOptions.WORKFLOW).isPresent()) {
      return named(call, call.get(RunOptions.WORKFLOW).get());
    }
    Path own = Workspace.repository(call).checkout().resolve(".prodigy/workflow.yml");
    if (Files.isRegularFile(own)) {
      return own;
    }
    throw new UsageException(
        "the following required arguments were not provided: <WORKFLOW>"
            + " (and there is no .prodigy/workflow.yml)");
  }

  /// A file, or else a registered template of that name.
  private static Path named(Invocation call, Path workflow) {
    Path file = call.callerDirectory().resolve(workflow).normalize();
    String name = workflow.toString();
    boolean maybeName = !Files.exists(file) && !name.contains("/") && !name.contains(".");
    return maybeName ? TemplateStore.of(call).runnable(name).orElse(file) : file;
  }

  static int exitCode(boolean good) {
    return good ? ExitCode.OK : ExitCode.FAILED;
  }
}
