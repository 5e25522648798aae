package dev.prodigy.cli.run;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.author.ParameterOptions;
import dev.prodigy.cli.author.TemplateStore;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Signals;
import dev.prodigy.cli.config.Configuration;
import dev.prodigy.cli.config.Effects;
import dev.prodigy.cli.terminal.Human;
import dev.prodigy.engine.FinalStage;
import dev.prodigy.engine.MergeDecision;
import dev.prodigy.engine.RunRequest;
import dev.prodigy.engine.RunResult;
import dev.prodigy.engine.StopSignal;
import dev.prodigy.git.Repository;
import dev.prodigy.mapreduce.JobOptions;
import dev.prodigy.mapreduce.JobOutcome;
import dev.prodigy.mapreduce.JobsOfSteps;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One run seen from the terminal: signals reach it while it is open, its lines go to the console,
/// and its end becomes an exit code.
final class RunSession implements AutoCloseable {
  private final Invocation call;
  private final StopSignal stop = new StopSignal();
  private final RunConsole console;
  private final RunRequest request;
  private final Effects settings;
  private final Signals.Listening listening;

  /// @param workflow the file as the user named it; null when there is none
  RunSession(Invocation call, Repository repository, @Nullable Path workflow, List<String> args) {
    this.call = call;
    settings = Effects.of(Configuration.of(call));
    call.console().out().live();
    console = new RunConsole(call.console(), call.verbosity(), call.env());
    request =
        new RunRequest(
            Workspace.store(call, settings.store()),
            repository,
            workflow,
            call.env(),
            extraEnvironment(call),
            call.get(RunOptions.PROFILE).orElse(null),
            args,
            call.get(RunOptions.YES),
            this::mergeDecision,
            console,
            stop,
            InstantSource.system(),
            settings
                .runs()
                .withAgent(call.get(RunOptions.AGENT).orElse(null))
                .with(
                    ParameterOptions.of(call),
                    TemplateStore.placesToRun(call, call.get(RunOptions.YES))),
            new JobsOfSteps(progressOnly()),
            null);
    listening = stoppedBySignals(call, stop);
  }

  /// For what was typed and is in no file.
  static RunSession withoutFile(Invocation call, Repository repository) {
    return new RunSession(call, repository, null, List.of());
  }

  /// Until it is closed, signals stop a run.
  static Signals.Listening stoppedBySignals(Invocation call, StopSignal stop) {
    return call.signals()
        .listen(signal -> stop.raise("SIG" + signal.name()), () -> stop.raise("again"));
  }

  /// Of a run that a signal stopped.
  static int interrupted(Invocation call) {
    return call.signals().received().map(Signals.Stop::exitCode).orElse(ExitCode.FAILED);
  }

  /// `--env`.
  static Map<String, String> extraEnvironment(Invocation call) {
    var extra = new HashMap<String, String>();
    call.get(RunOptions.ENV).forEach(entry -> extra.put(entry.getKey(), entry.getValue()));
    return extra;
  }

  RunRequest request() {
    return request;
  }

  JobOptions jobOptions() {
    return RunCommand.jobOptions(call, settings, console);
  }

  /// For commands with an option of their own for the number of agents.
  JobOptions progressOnly() {
    return new JobOptions(settings.mostParallel(), settings.otherwiseParallel(), console);
  }

  private MergeDecision.Answer mergeDecision(String worktree, String target) {
    boolean agreed =
        call.get(RunOptions.YES)
            || call.get(RunOptions.AUTO_MERGE)
            || "true".equalsIgnoreCase(call.env().get("PRODIGY_AUTO_MERGE"))
            || "true".equalsIgnoreCase(call.env().get("PRODIGY_AUTO_CONFIRM"));
    if (!agreed && !call.console().terminals().input()) {
      return MergeDecision.Answer.NOBODY;
    }
    console.pause();
    return call.console().prompts().proceed("Merge %s to %s?".formatted(worktree, target), agreed)
        ? MergeDecision.Answer.YES
        : MergeDecision.Answer.NO;
  }

  /// Something that runs a job and may be interrupted.
  interface Job {
    JobOutcome run() throws InterruptedException;
  }

  int ended(Job job) {
    return ended(job, (_, code) -> code);
  }

  /// What follows when a job has ended, and the exit code then.
  interface Sequel {
    int code(JobOutcome outcome, int code);
  }

  int ended(Job job, Sequel sequel) {
    try {
      JobOutcome outcome = job.run();
      console.pause();
      return sequel.code(outcome, ended(outcome));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.FAILED;
    }
  }

  private int ended(JobOutcome outcome) {
    tellQueue(outcome);
    console.info("Total MapReduce workflow time: " + Human.duration(outcome.duration()));
    return exitCodeOf(outcome);
  }

  private void tellQueue(JobOutcome outcome) {
    int inQueue = outcome.totals().inQueue();
    if (inQueue > 0) {
      console.info(
          "%d %s in the dead letter queue: prodigy dlq show %s"
              .formatted(inQueue, inQueue == 1 ? "item" : "items", outcome.job()));
      console.info("Try them again with: prodigy dlq retry " + outcome.job());
    }
  }

  int exitCodeOf(JobOutcome outcome) {
    console.pause();
    return switch (outcome.status()) {
      case COMPLETED -> RunCommand.exitCode(outcome.merge() != FinalStage.Result.FAILED);
      case FAILED -> ExitCode.FAILED;
      case PAUSED -> interrupted(call);
    };
  }

  int ended(RunResult result) {
    console.pause();
    if (result.failure() != null) {
      throw result.failure();
    }
    return result.status() == RunResult.Status.PAUSED
        ? interrupted(call)
        : RunCommand.exitCode(result.succeeded());
  }

  @Override
  public void close() {
    listening.close();
    if (!stop.raised()) {
      settings.upkeep().after(request);
    }
    console.close();
  }
}
