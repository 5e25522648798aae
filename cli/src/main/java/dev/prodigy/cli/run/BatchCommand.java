package dev.prodigy.cli.run;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Argument;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.UsageException;
import dev.prodigy.cli.command.Values;
import dev.prodigy.git.Repository;
import dev.prodigy.mapreduce.JobOutcome;
import dev.prodigy.mapreduce.MapReduceJobs;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.workflow.LoadedWorkflow;
import dev.prodigy.workflow.expression.Glob;
import java.util.List;
import java.util.Optional;

/// `prodigy batch`: one command for each file that matches, as a MapReduce job.
public final class BatchCommand {
  private static final int STANDARD = 5;
  private static final Argument<String> PATTERN =
      Argument.required(
          "PATTERN", Values.TEXT, "Files git knows: '*.md' anywhere, 'src/**/*.ts' from the root");
  private static final Option<Optional<String>> COMMAND =
      Option.value(
          "command", "CMD", Values.TEXT, "As for exec; {} is the file, which else comes last");
  private static final Option<Integer> PARALLEL =
      Option.value("parallel", "N", Values.between(0, 100), "So many agents at once", STANDARD);

  private BatchCommand() {}

  public static void define(Command command) {
    command
        .arguments(PATTERN)
        .options(
            COMMAND,
            PARALLEL,
            ExecCommand.RETRY,
            ExecCommand.TIMEOUT,
            RunOptions.DRY_RUN,
            RunOptions.ENV,
            RunOptions.PROFILE,
            RunOptions.AGENT)
        .details(
            """
            Each file has an agent in a worktree of its own; what it commits is merged. Files that
            fail are in the dead letter queue afterwards, and the exit code is 1.""")
        .runs(BatchCommand::run);
  }

  private static int run(Invocation call) {
    OneCommand command =
        OneCommand.of(
                call.get(COMMAND)
                    .orElseThrow(
                        () ->
                            new UsageException(
                                "the following required arguments were not provided:"
                                    + " --command <CMD>")))
            .forEachFile();
    Repository repository = Workspace.repository(call);
    repository.requireHead();
    List<String> files = files(call, repository);
    if (files.isEmpty()) {
      call.console().print("No files matched pattern: " + call.get(PATTERN));
      return ExitCode.OK;
    }
    int parallel = call.get(PARALLEL) == 0 ? STANDARD : call.get(PARALLEL);
    LoadedWorkflow loaded =
        command.forFiles(
            files,
            parallel,
            call.get(ExecCommand.RETRY),
            call.get(ExecCommand.TIMEOUT).orElse(null));
    return call.get(RunOptions.DRY_RUN)
        ? DryRun.print(call, loaded, repository)
        : run(call, loaded, repository);
  }

  private static int run(Invocation call, LoadedWorkflow loaded, Repository repository) {
    try (var session = RunSession.withoutFile(call, repository)) {
      return session.ended(
          () -> MapReduceJobs.start(session.request().agreeing(), loaded, session.progressOnly()),
          (outcome, code) -> {
            JobOutcome.Totals totals = outcome.totals();
            call.console()
                .print(
                    "Batch processing complete. Processed %d of %d items."
                        .formatted(totals.successful(), totals.total()));
            boolean all = totals.successful() == totals.total();
            return code == ExitCode.OK && !all ? ExitCode.FAILED : code;
          });
    }
  }

  /// Agents work from commits, so a file that is in none cannot be theirs.
  private static List<String> files(Invocation call, Repository repository) {
    String pattern = call.get(PATTERN);
    Glob glob = Glob.of(pattern.startsWith("./") ? pattern.substring(2) : pattern);
    List<String> committed = repository.committedFiles().stream().filter(glob::matches).toList();
    long others = repository.newFiles().stream().filter(glob::matches).count();
    if (others > 0 && committed.isEmpty()) {
      throw new ProdigyException(
          ErrorCode.WORKFLOW,
          "All files that match '%s' are new".formatted(pattern),
          null,
          "agents work on what is committed; %d matching files are not".formatted(others),
          "git add and git commit them first",
          null);
    }
    if (others > 0) {
      call.console()
          .warn(
              "%d matching %s not committed and left out"
                  .formatted(others, others == 1 ? "file is" : "files are"));
    }
    return committed;
  }
}
