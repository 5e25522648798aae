package dev.prodigy.workflow.reading;

import dev.prodigy.workflow.Command;
import dev.prodigy.workflow.FailureHandler;
import dev.prodigy.workflow.FailureHandler.Strategy;
import dev.prodigy.workflow.Limit;
import dev.prodigy.workflow.Step;
import dev.prodigy.workflow.yaml.Mapping;
import dev.prodigy.workflow.yaml.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads `on_failure` in all its forms, and `allow_failure`, which is one of them.
final class HandlerReader {

  private static final int DEEPEST = 10;

  /// Cycles of an agent that repairs what a shell command found.
  private static final int REPAIRS = 3;

  private final StepReader steps;

  HandlerReader(StepReader steps) {
    this.steps = steps;
  }

  /// @param failed the command whose failure is handled
  @Nullable FailureHandler read(Mapping step, Command failed, StepContext context) {
    Value allow = step.take("allow_failure", "continue_on_error");
    Value value = step.take("on_failure");
    boolean allowed = allow != null && allow.flag();
    if (value == null) {
      return allowed ? FailureHandler.TOLERATE : null;
    }
    if (context.handlerDepth() == DEEPEST) {
      value.problem("failure handlers nest more than %d deep".formatted(DEEPEST));
      return null;
    }
    FailureHandler handler = handler(value, failed, context.handlerOf(step.owner().subject()));
    if (allow != null && allowed && handler.failWorkflow()) {
      allow.problem("contradicts `on_failure`, which lets the workflow fail");
    }
    return handler;
  }

  private FailureHandler handler(Value value, Command failed, StepContext context) {
    return switch (value.kind()) {
      case BOOLEAN -> value.flag() ? FailureHandler.TOLERATE : FailureHandler.FAIL;
      case MAPPING -> detailed(value, failed, context);
      case TEXT, LIST, NUMBER, NOTHING -> plain(steps.oneOrMore(value, context));
    };
  }

  private static FailureHandler plain(List<Step> steps) {
    return new FailureHandler(
        steps, 0, false, false, Strategy.RECOVERY, null, Map.of(), false, false);
  }

  private FailureHandler detailed(Value value, Command failed, StepContext context) {
    Mapping fields = value.mapping();
    Strategy strategy = fields.word("strategy", Strategy.RECOVERY);
    boolean repairs =
        failed instanceof Command.Shell && fields.has("claude") && strategy == Strategy.RECOVERY;
    int maxAttempts = maxAttempts(fields, repairs ? REPAIRS : 0);
    boolean failWorkflow = fields.flag("fail_workflow", false);
    boolean fatal = fields.flag("handler_failure_fatal", false);
    Limit timeout = Scalars.limit(fields, "timeout");
    Map<String, String> capture = capture(fields);
    boolean commitRequired = fields.flag("commit_required", false);
    List<Step> todo = commands(fields, context);
    return new FailureHandler(
        todo,
        maxAttempts,
        failWorkflow,
        fatal,
        strategy,
        timeout,
        capture,
        commitRequired,
        todo.isEmpty() && maxAttempts == 0 && !failWorkflow);
  }

  private static int maxAttempts(Mapping fields, int standard) {
    Value number = fields.take("max_attempts", "max_retries");
    Value again = fields.take("retry_original");
    int attempts = number == null ? standard : number.integer(0);
    if (again == null) {
      return attempts;
    }
    if (!again.flag()) {
      return 0;
    }
    return number == null ? 1 : attempts;
  }

  /// The steps of `commands`, or the mapping's own, or none at all.
  private List<Step> commands(Mapping fields, StepContext context) {
    Value list = fields.take("commands");
    if (list != null) {
      fields.finish();
      return steps.steps(list, context);
    }
    if (!CommandReader.hasCommand(fields)) {
      CommandReader.none(fields);
      return List.of();
    }
    return steps.steps(fields, 0, context);
  }

  private static Map<String, String> capture(Mapping fields) {
    Value value = fields.has("capture") ? fields.take("capture") : null;
    var capture = new LinkedHashMap<String, String>();
    if (value != null) {
      value.mapping().entries().forEach((name, source) -> capture.put(name, source(source)));
    }
    return capture;
  }

  private static String source(Value value) {
    return switch (value.text()) {
      case "output", "handler_output", "${handler.output}" -> "output";
      case "exit_code" -> "exit_code";
      case "success" -> "success";
      default -> {
        value.problem(
            "unknown source `%s` (valid: output, exit_code, success)".formatted(value.text()));
        yield "output";
      }
    };
  }
}
