package dev.prodigy.cli.run;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Argument;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Durations;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.ValueType.BadValue;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.config.Configuration;
import dev.prodigy.cli.config.Effects;
import dev.prodigy.engine.EnvironmentInputs;
import dev.prodigy.engine.InPlaceRun;
import dev.prodigy.engine.SequentialRun;
import dev.prodigy.engine.StepOutcome;
import dev.prodigy.engine.StepsOutcome;
import dev.prodigy.engine.StopSignal;
import dev.prodigy.git.GitException;
import dev.prodigy.git.Repository;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.workflow.LoadedWorkflow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// `prodigy exec`: one command, in a worktree of its own, whose commits are merged without asking.
public final class ExecCommand {
  private static final Argument<String> COMMAND =
      Argument.required(
          "COMMAND", Values.TEXT, "`claude: ...` or `/...` for Claude; else for the shell");
  static final Option<Integer> RETRY =
      Option.value("retry", "N", Values.between(1, 1000), "Attempts in all", 1);
  static final Option<Optional<Duration>> TIMEOUT =
      Option.value("timeout", "DURATION", ExecCommand::limit, "For each attempt; 0: no limit");

  private ExecCommand() {}

  private static Duration limit(String text) throws BadValue {
    try {
      return Durations.withBare(Duration.ofSeconds(1)).parse(text);
    } catch (BadValue _) {
      throw BadValue.expected("seconds, or a duration such as 5m");
    }
  }

  public static void define(Command command) {
    command
        .arguments(COMMAND)
        .options(
            RETRY,
            TIMEOUT,
            RunOptions.DRY_RUN,
            RunOptions.ENV,
            RunOptions.PROFILE,
            RunOptions.AGENT)
        .details(
            """
            Outside of a git repository the command runs in the directory itself, and cannot be
            resumed.""")
        .runs(ExecCommand::run);
  }

  private static int run(Invocation call) {
    OneCommand command = OneCommand.of(call.get(COMMAND));
    LoadedWorkflow loaded = command.once(call.get(RETRY), call.get(TIMEOUT).orElse(null));
    Optional<Repository> repository = repository(call);
    if (repository.isPresent() && call.get(RunOptions.DRY_RUN)) {
      return DryRun.print(call, loaded, repository.get());
    }
    call.console().note("Executing command: " + command.shown());
    if (call.get(RunOptions.DRY_RUN)) {
      call.console().print("[DRY RUN] Would execute: " + command.shown());
      return ExitCode.OK;
    }
    return repository.isPresent()
        ? inWorktree(call, loaded, repository.get())
        : inPlace(call, loaded);
  }

  private static Optional<Repository> repository(Invocation call) {
    try {
      return Optional.of(Workspace.repository(call));
    } catch (GitException e) {
      if (e.code() != ErrorCode.GIT_NOT_A_REPOSITORY) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private static int inWorktree(Invocation call, LoadedWorkflow loaded, Repository repository) {
    repository.requireHead();
    try (var session = RunSession.withoutFile(call, repository)) {
      return session.ended(
          SequentialRun.start(session.request().agreeing(), loaded, SequentialRun.Options.DEFAULT));
    }
  }

  private static int inPlace(Invocation call, LoadedWorkflow loaded) {
    Path directory = call.directory();
    call.console().warn("Not a git repository: running in %s itself".formatted(directory));
    Effects settings = Effects.of(Configuration.of(call));
    var inputs =
        new EnvironmentInputs(
            call.env(),
            RunSession.extraEnvironment(call),
            List.of(),
            call.get(RunOptions.PROFILE).orElse(null),
            directory,
            directory,
            "",
            settings.runs().withAgent(call.get(RunOptions.AGENT).orElse(null)));
    Path logs = Workspace.store(call, settings.store()).root().resolve("logs/exec");
    var stop = new StopSignal();
    call.console().out().live();
    try (var console = new RunConsole(call.console(), call.verbosity(), call.env());
        var _ = RunSession.stoppedBySignals(call, stop)) {
      StepsOutcome outcome = InPlaceRun.run(loaded, inputs, logs, console, stop);
      if (outcome.stopped()) {
        return RunSession.interrupted(call);
      }
      Optional<StepOutcome> failed = outcome.failed();
      if (failed.isPresent()) {
        throw new ProdigyException(ErrorCode.STEP_FAILED, failed.get().message(), null);
      }
      return ExitCode.OK;
    }
  }
}
