package dev.prodigy.engine;

import dev.prodigy.engine.StepOutcome.Status;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.Json;
import dev.prodigy.workflow.FailureHandler;
import dev.prodigy.workflow.FailureHandler.Strategy;
import dev.prodigy.workflow.Step;
import dev.prodigy.workflow.expression.Variables;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// `on_failure`: runs the handler, the step again, and so on for as many cycles as were asked for,
/// then decides what the failure counts for.
final class FailureHandling {
  /// Longer outputs are given to handlers as a file.
  private static final int LONGEST_INLINE = 10_000;

  private static final List<String> ERROR_NAMES =
      List.of("message", "exit_code", "step", "timestamp", "attempts", "code", "kind");

  private final StepRunner runner;
  private final StepRun run;
  private final Step step;
  private final FailureHandler handler;
  private final StepScope scope;
  private final StepObserver observer;
  private final Variables variables;
  private String output = "";

  FailureHandling(
      StepRunner runner,
      StepRun run,
      Step step,
      FailureHandler handler,
      StepScope scope,
      StepObserver observer) {
    this.runner = runner;
    this.run = run;
    this.step = step;
    this.handler = handler;
    this.scope = scope;
    this.observer = observer;
    variables = scope.variables();
  }

  Verdict handle(Execution failed) {
    var outer = new HashMap<String, Optional<JsonNode>>();
    ERROR_NAMES.forEach(
        name -> outer.put(name, Optional.ofNullable(variables.lookup("error." + name))));
    try {
      return cycles(failed);
    } finally {
      outer.forEach(
          (name, value) ->
              value.ifPresentOrElse(
                  before -> variables.set("error." + name, before),
                  () -> variables.remove("error." + name)));
    }
  }

  private Verdict cycles(Execution first) {
    Execution failed = first;
    boolean handled;
    int cycle = 0;
    do {
      explain(failed);
      StepsOutcome outcome = runHandler(failed);
      if (outcome.stopped()) {
        return Verdict.stopped();
      }
      handled = outcome.success(); // what is tolerated in it does not count
      if (!handled && handler.handlerFailureFatal()) {
        return verdict(Status.FAILED, failed, "on_failure handler failed: " + why(outcome));
      }
      if (handler.maxAttempts() == 0) {
        break;
      }
      cycle++;
      Execution again = run.attempt();
      if (again.stopped()) {
        return Verdict.stopped();
      }
      if (again.succeeded()) {
        return Verdict.of(Status.SUCCESS, append(again, "on_failure", output));
      }
      failed = again;
    } while (cycle < handler.maxAttempts());
    return afterwards(failed, handled, cycle);
  }

  private Verdict afterwards(Execution failed, boolean handled, int cycles) {
    if (handler.failWorkflow()) {
      String runs =
          cycles == 0
              ? "Step '%s' failed; fail_workflow is true".formatted(step.display())
              : "Step '%s' failed after %d runs; fail_workflow is true"
                  .formatted(step.display(), cycles + 1);
      return verdict(Status.FAILED, failed, runs + "\n" + FailureText.of(step, failed));
    }
    boolean cures =
        handler.strategy() == Strategy.RECOVERY || handler.strategy() == Strategy.FALLBACK;
    if (handler.maxAttempts() == 0 && !handler.steps().isEmpty() && handled && cures) {
      return verdict(Status.RECOVERED, failed, "");
    }
    String line = FailureText.firstLine(FailureText.of(step, failed));
    observer.warning("%s (ignored by on_failure)".formatted(scope.masker().mask(line)));
    return verdict(Status.TOLERATED, failed, "");
  }

  private Verdict verdict(Status status, Execution failed, String message) {
    boolean replaced = status == Status.RECOVERED && handler.strategy() == Strategy.FALLBACK;
    Execution shown =
        replaced ? failed.withOutput(output, output) : append(failed, "on_failure", output);
    Results.publish(variables, step, replaced ? shown : failed);
    return status == Status.RECOVERED
        ? Verdict.recovered("on_failure", shown)
        : new Verdict(status, shown, message);
  }

  private StepsOutcome runHandler(Execution failed) {
    var before = handler.commitRequired() ? run.git().head() : Optional.<String>empty();
    var limit = handler.timeout();
    var deadline =
        limit == null
            ? null
            : Deadline.after(
                StepFault.guard(() -> limit.resolve(scope.environment()::get)),
                "on_failure.timeout");
    StepScope own = scope.before(deadline).within(step, "on_failure");
    StepsOutcome done = runner.runAllNested(handler.steps(), own, observer);
    String text = scope.masker().reveal(done.output());
    output = output.isEmpty() ? text : output + "\n" + text;
    variables.set("handler.output", Captures.text(text));
    Results.publish(variables, step, failed);
    publishCaptures(done, text);
    boolean committed = !handler.commitRequired() || run.git().hasNew(before, run.git().head());
    return committed ? done : new StepsOutcome(done.outcomes(), false, done.stopped());
  }

  private void publishCaptures(StepsOutcome done, String text) {
    int code = done.failed().map(StepOutcome::exitCode).orElse(0);
    handler
        .capture()
        .forEach(
            (name, source) ->
                variables.set(
                    name,
                    switch (source) {
                      case "exit_code" -> Json.NODES.numberNode(code);
                      case "success" -> Json.NODES.booleanNode(done.success());
                      default -> Captures.text(text);
                    }));
  }

  private static String why(StepsOutcome outcome) {
    return outcome.failed().map(StepOutcome::message).orElse("it made no commit");
  }

  /// What a handler can know of the failure.
  private void explain(Execution failed) {
    String message =
        !failed.stderr().isBlank()
            ? failed.stderr()
            : !failed.stdout().isBlank() ? failed.stdout() : FailureText.of(step, failed);
    variables.set("error.message", Captures.text(message));
    variables.set("error.exit_code", failed.exitCode());
    variables.set("error.step", step.display());
    variables.set("error.timestamp", Instant.now().toString());
    variables.set("error.attempts", run.executions());
    variables.set("error.code", code(failed).toString());
    variables.set("error.kind", kind(failed));
    if (handler.steps().isEmpty()) {
      return;
    }
    String text = "STDOUT:\n" + failed.stdout() + "\n\nSTDERR:\n" + failed.stderr();
    Path file = outputFile(failed);
    boolean inline = text.getBytes(StandardCharsets.UTF_8).length <= LONGEST_INLINE;
    for (String group : Results.groups(step.command())) {
      variables.set(group + ".output", inline ? text : file.toString());
      variables.set(group + ".output_file", file.toString());
      variables.set(group + ".attempt", run.runs());
    }
  }

  private Path outputFile(Execution failed) {
    String text = "=== STDOUT ===\n" + failed.stdout() + "\n\n=== STDERR ===\n" + failed.stderr();
    return run.logs().write(run.logs().next(step, ".failed"), scope.masker().mask(text));
  }

  private static ErrorCode code(Execution failed) {
    return switch (failed.kind()) {
      case TIMEOUT -> ErrorCode.TIMEOUT;
      case NOT_FOUND -> ErrorCode.COMMAND_NOT_FOUND;
      case INTERPOLATION -> ErrorCode.INTERPOLATION;
      case VALIDATION -> ErrorCode.WORKFLOW_VALIDATION;
      case CIRCUIT -> ErrorCode.EXECUTION;
      case COMMAND -> ErrorCode.SUBPROCESS_FAILED;
      default -> ErrorCode.STEP_FAILED;
    };
  }

  private static String kind(Execution failed) {
    return switch (failed.kind()) {
      case TIMEOUT -> "timeout";
      case COMMIT -> "commit";
      case OUTPUTS -> "outputs";
      case CAPTURE -> "capture";
      case VALIDATION -> "validation";
      default -> "command";
    };
  }

  static Execution append(Execution done, String from, String more) {
    if (more.isEmpty()) {
      return done;
    }
    String tail = "--- " + from + " output ---\n" + more;
    return done.withOutput(joined(done.stdout(), tail), joined(done.combined(), tail));
  }

  private static String joined(String text, String tail) {
    return text.isEmpty() || text.endsWith("\n") ? text + tail : text + "\n" + tail;
  }
}
