package dev.prodigy.engine;

import dev.prodigy.agent.AgentException;
import dev.prodigy.agent.ProcessRunner;
import dev.prodigy.engine.StepOutcome.Kind;
import dev.prodigy.engine.StepOutcome.Status;
import dev.prodigy.workflow.Capture;
import dev.prodigy.workflow.OnExhausted;
import dev.prodigy.workflow.RetryPolicy;
import dev.prodigy.workflow.Step;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One step from its condition to its verdict. The order of things: condition; command, with
/// retries; outputs and captures; commit check; then, after a failure, the exit code's own steps or
/// the failure handler, and after a success what is to follow it.
final class StepRun {
  private static final int LAST_ANSWER_CODE = 125; // beyond, a shell speaks of its own troubles

  private final StepRunner runner;
  private final Commands commands;
  private final Step step;
  private final StepScope scope;
  private final StepObserver observer;
  private final LogFiles logs;
  private final RetryLoop retries;
  private final GitState git;
  private final @Nullable ChangeTracker changes;
  private final Map<String, JsonNode> captured = new HashMap<>();
  private final long start = System.nanoTime();
  private @Nullable SuccessChecks checks;
  private int runs;

  StepRun(
      StepRunner runner,
      ProcessRunner processes,
      Processes children,
      Step step,
      StepScope scope,
      StepObserver observer,
      @Nullable ChangeTracker changes) {
    this.runner = runner;
    this.step = step;
    this.scope = scope;
    this.observer = observer;
    this.changes = changes;
    logs = new LogFiles(scope);
    commands = new Commands(runner, children);
    retries = new RetryLoop(step, scope, observer);
    git = new GitState(processes, scope.worktree(), scope.environment());
  }

  StepOutcome run() {
    if (scope.stop().raised()) {
      return outcome(Verdict.stopped());
    }
    try {
      return outcome(applies() ? verdict() : skipped());
    } catch (StepFault e) {
      return outcome(Verdict.of(Status.FAILED, e.execution()));
    } catch (AgentException e) {
      return outcome(Verdict.of(Status.FAILED, notStarted(e)));
    }
  }

  /// A step that could not even be prepared.
  StepOutcome failed(StepFault fault) {
    return outcome(Verdict.of(Status.FAILED, fault.execution()));
  }

  private Verdict skipped() {
    Results.publishId(scope.variables(), step, null, Status.SKIPPED, 0);
    return Verdict.of(Status.SKIPPED, Execution.success("", Duration.ZERO));
  }

  private Verdict verdict() {
    checks = new SuccessChecks(runner, step, scope, observer, git);
    Execution first = attempt();
    Verdict verdict =
        first.succeeded() || first.stopped() ? afterAttempt(first) : afterFailure(first);
    if (verdict.status() == Status.SUCCESS) {
      verdict = afterSuccess(verdict);
    }
    Results.publishId(
        scope.variables(), step, verdict.execution(), verdict.status(), first.exitCode());
    return verdict;
  }

  private boolean applies() {
    var when = step.when();
    if (when == null) {
      return true;
    }
    return StepFault.guard(() -> when.test(scope.variables(), scope.rendering(observer::warning)));
  }

  /// Runs the command with its retries, keeps its outputs and checks its commits.
  Execution attempt() {
    runs++;
    var calls = new Calls();
    var tracker = changes;
    if (tracker != null) {
      tracker.showPrevious();
    }
    Execution done = retries.run(calls::execute);
    if (tracker != null) {
      tracker.showOwn();
    }
    Invocation call = calls.last;
    if (done.stopped() || call == null) {
      return done;
    }
    Execution kept = keep(done, call);
    if (!kept.equals(done)) {
      publishId(kept);
    }
    return kept;
  }

  /// For the step's own checks and handlers; how the step counts in the end is not known yet.
  private void publishId(Execution done) {
    Status status = done.succeeded() ? Status.SUCCESS : Status.FAILED;
    Results.publishId(scope.variables(), step, done, status, done.exitCode());
  }

  /// How often the step was run, retries not counted.
  int runs() {
    return runs;
  }

  /// How often its command was executed, in all.
  int executions() {
    return retries.executions();
  }

  GitState git() {
    return git;
  }

  LogFiles logs() {
    return logs;
  }

  private final class Calls {
    private @Nullable Invocation last;

    Execution execute() {
      try {
        var call = new Invocation(step, scope, observer, logs, runs);
        last = call;
        return commands.execute(call);
      } catch (StepFault e) {
        return e.execution();
      } catch (AgentException e) {
        return notStarted(e);
      }
    }
  }

  private static Execution notStarted(AgentException e) {
    return switch (e.code()) {
      case INTERRUPTED -> Execution.stoppedEarly();
      case COMMAND_NOT_FOUND, SPAWN_FAILED -> StepFault.of(e).execution();
      default -> throw e;
    };
  }

  private Execution keep(Execution executed, Invocation call) {
    Execution done = answersNo(executed) ? executed.butFine() : executed;
    publishId(done);
    try {
      OutputFile.take(call.outputFile()).forEach(this::assign);
      Results.publish(scope.variables(), step, done);
      writeOutputFile(done, call);
      captured.putAll(Results.capture(scope.variables(), step, done));
      SuccessChecks further = checks;
      return done.succeeded() && further != null ? further.check(done, call) : done;
    } catch (Captures.Unreadable e) {
      return done.succeeded() ? done.butFailed(Kind.CAPTURE, String.valueOf(e.getMessage())) : done;
    } catch (StepFault e) {
      return done.succeeded() ? done.butFailed(e.kind(), e.text()) : done;
    }
  }

  private void assign(String name, String value) {
    scope.variables().set(name, value);
    captured.put(name, Captures.text(value));
  }

  /// `grep -q` captured as a boolean: a non-zero code is an answer, not a failure.
  private boolean answersNo(Execution done) {
    Capture capture = step.capture();
    return done.kind() == Kind.COMMAND
        && capture.name() != null
        && capture.format() == Capture.Format.BOOLEAN
        && step.onFailure() == null
        && step.onExitCode().isEmpty()
        && done.exitCode() <= LAST_ANSWER_CODE;
  }

  private void writeOutputFile(Execution done, Invocation call) {
    var template = step.outputFile();
    if (template != null) {
      var files = new FileWriting(scope.worktree(), call.cwd());
      String text = done.stdout() + (step.capture().stderr() ? done.stderr() : "");
      files.write(files.target(call.render(template)), text, 0644, true);
    }
  }

  private Verdict afterFailure(Execution failed) {
    List<Step> byCode = step.onExitCode().get(failed.exitCode());
    if (byCode == null) {
      byCode = step.onExitCode().get(Step.ANY_FAILURE);
    }
    if (byCode != null && !failed.ofCheck()) {
      return afterExitCode(failed, byCode);
    }
    var handler = step.onFailure();
    if (handler != null && !handler.failsPlainly()) {
      return new FailureHandling(runner, this, step, handler, scope, observer).handle(failed);
    }
    RetryPolicy policy = step.retry();
    return policy == null
        ? Verdict.of(Status.FAILED, failed)
        : afterRetries(failed, policy.onFailure());
  }

  private Verdict afterExitCode(Execution failed, List<Step> steps) {
    StepsOutcome handled = runner.runAllNested(steps, scope.within(step, "on_exit_code"), observer);
    Results.publish(scope.variables(), step, failed);
    if (handled.stopped()) {
      return Verdict.stopped();
    }
    if (handled.success()) {
      return Verdict.recovered("on_exit_code", failed);
    }
    String why = handled.failed().map(StepOutcome::message).orElse("");
    return new Verdict(
        Status.FAILED,
        failed,
        FailureText.of(step, failed) + "\non_exit_code did not help: " + why);
  }

  private Verdict afterRetries(Execution failed, OnExhausted rule) {
    return switch (rule) {
      case OnExhausted.Stop _ -> Verdict.of(Status.FAILED, failed);
      case OnExhausted.Continue _ -> {
        observer.warning(
            "'%s' failed and is ignored: %s"
                .formatted(
                    step.display(),
                    scope.masker().mask(FailureText.firstLine(FailureText.of(step, failed)))));
        yield Verdict.of(Status.TOLERATED, failed);
      }
      case OnExhausted.Fallback fallback -> fallBack(failed, fallback);
    };
  }

  private Verdict fallBack(Execution failed, OnExhausted.Fallback fallback) {
    Execution done;
    Invocation call;
    try {
      call = new Invocation(step, scope, observer, logs, runs);
      done = commands.fallback(fallback, call);
    } catch (StepFault e) {
      return Verdict.of(Status.FAILED, e.execution());
    } catch (AgentException e) {
      return Verdict.of(Status.FAILED, notStarted(e));
    }
    if (done.stopped()) {
      return Verdict.stopped();
    }
    if (!done.succeeded()) {
      return new Verdict(
          Status.FAILED,
          failed,
          FailureText.of(step, failed)
              + "\nfallback '%s' failed too: %s"
                  .formatted(fallback.command().source(), FailureText.of(step, done)));
    }
    Execution kept = keep(done, call);
    return kept.succeeded() ? Verdict.recovered("fallback", kept) : Verdict.of(Status.FAILED, kept);
  }

  private Verdict afterSuccess(Verdict verdict) {
    List<Step> atZero = step.onExitCode().getOrDefault(0, List.of());
    if (step.onSuccess().isEmpty() && atZero.isEmpty()) {
      return verdict;
    }
    Execution done = verdict.execution();
    StepsOutcome followed =
        runner.runAllNested(step.onSuccess(), scope.within(step, "on_success"), observer);
    if (followed.success()) {
      String output = followed.output();
      followed = runner.runAllNested(atZero, scope.within(step, "on_exit_code"), observer);
      Results.publish(scope.variables(), step, done);
      done = FailureHandling.append(done, "on_success", output);
    }
    if (followed.stopped()) {
      return Verdict.stopped();
    }
    return followed
        .failed()
        .map(failed -> new Verdict(Status.FAILED, failure(failed), failed.message()))
        .orElse(Verdict.of(Status.SUCCESS, done));
  }

  private static Execution failure(StepOutcome failed) {
    return Execution.failure(failed.failureKind(), failed.message());
  }

  private static Verdict afterAttempt(Execution done) {
    return done.stopped() ? Verdict.stopped() : Verdict.of(Status.SUCCESS, done);
  }

  private StepOutcome outcome(Verdict verdict) {
    Execution done = verdict.execution();
    boolean told = verdict.status() == Status.FAILED || verdict.status() == Status.TOLERATED;
    String message =
        !told || done.stopped()
            ? ""
            : verdict.message().isEmpty() ? FailureText.of(step, done) : verdict.message();
    Masked concealed = Masked.concealing(scope.masker());
    return new StepOutcome(
        step,
        verdict.status(),
        verdict.status() == Status.RECOVERED ? 0 : done.exitCode(),
        concealed.text(done.stdout()),
        concealed.text(done.stderr()),
        concealed.text(done.combined()),
        done.timedOut(),
        done.stopped(),
        done.kind(),
        scope.masker().mask(message),
        concealed.values(captured),
        Duration.ofNanos(System.nanoTime() - start),
        done.jsonLog(),
        verdict.recoveredBy(),
        retries.state());
  }
}
