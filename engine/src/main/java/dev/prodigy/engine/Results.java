package dev.prodigy.engine;

import dev.prodigy.engine.StepOutcome.Status;
import dev.prodigy.model.Json;
import dev.prodigy.workflow.Capture;
import dev.prodigy.workflow.Command;
import dev.prodigy.workflow.Step;
import dev.prodigy.workflow.expression.Variables;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// The variables in which later steps find what earlier ones printed: `last.*`, one group per kind
/// of command, one per step id, and the names steps give themselves.
final class Results {
  private static final JsonNodeFactory JSON = Json.NODES;

  private Results() {}

  /// What every step leaves behind, success or failure.
  static void publish(Variables variables, Step step, Execution done) {
    JsonNode output = output(step, done);
    JsonNode code = JSON.numberNode(done.exitCode());
    JsonNode success = JSON.booleanNode(done.succeeded());
    JsonNode duration = seconds(done.duration());
    variables.set("last.output", output).set("last.exit_code", code);
    variables.set("last.success", success).set("last.duration", duration);
    JsonNode stderr = Captures.text(done.stderr());
    for (String group : groups(step.command())) {
      variables.set(group + ".output", output).set(group + ".stdout", output);
      variables.set(group + ".last_output", output).set(group + ".stderr", stderr);
      variables.set(group + ".exit_code", code).set(group + ".success", success);
      variables.set(group + ".duration", duration);
      variables.set(group + ".timed_out", JSON.booleanNode(done.timedOut()));
      done.details().forEach((name, value) -> variables.set(group + "." + name, value));
    }
    if (step.capture().explicit() && step.capture().enabled()) {
      variables.set("output", output).set("CAPTURED_OUTPUT", output);
    }
  }

  /// The variable a step gives a name to, with what goes with it.
  ///
  /// @return the named values
  static Map<String, JsonNode> capture(Variables variables, Step step, Execution done)
      throws Captures.Unreadable {
    var named = new LinkedHashMap<String, JsonNode>();
    String name = step.capture().name();
    if (name != null && step.capture().enabled()) {
      JsonNode value = Captures.value(step.capture(), done);
      named.put(name, value);
      variables.set(name, value);
      Map<String, JsonNode> about = new LinkedHashMap<>();
      about.put("stdout", Captures.text(done.stdout()));
      about.put("stderr", Captures.text(done.stderr()));
      about.put("output", Captures.text(done.stdout()));
      about.put("exit_code", JSON.numberNode(done.exitCode()));
      about.put("success", JSON.booleanNode(done.exitCode() == 0 && done.succeeded()));
      about.put("duration", seconds(done.duration()));
      about.forEach(
          (key, data) -> {
            boolean kept = !step.capture().withheld().contains(key);
            if (kept && !value.has(key)) { // the document's own field wins
              variables.set(name + "." + key, data);
            }
          });
    }
    return named;
  }

  /// `id.*`, for steps that have one.
  ///
  /// @param originalCode the command's own exit code, where a handler made up for it
  static void publishId(
      Variables variables, Step step, @Nullable Execution done, Status status, int originalCode) {
    String id = step.id();
    if (id == null) {
      return;
    }
    boolean success = status == Status.SUCCESS || status == Status.RECOVERED;
    variables.set(id + ".success", JSON.booleanNode(success));
    variables.set(id + ".skipped", JSON.booleanNode(done == null));
    variables.set(id + ".status", status.word());
    if (done == null) {
      variables.set(id + ".exit_code", JSON.nullNode());
      return;
    }
    variables.set(id + ".output", parsedOutput(step, done));
    variables.set(id + ".stderr", Captures.text(done.stderr()));
    variables.set(
        id + ".exit_code", JSON.numberNode(status == Status.RECOVERED ? 0 : done.exitCode()));
    variables.set(id + ".duration", seconds(done.duration()));
    if (status == Status.RECOVERED) {
      variables.set(id + ".original_exit_code", JSON.numberNode(originalCode));
    }
  }

  private static JsonNode parsedOutput(Step step, Execution done) {
    if (step.capture().format() == Capture.Format.JSON) {
      try {
        return Captures.value(step.capture(), done);
      } catch (Captures.Unreadable _) {
        return output(step, done); // that the step failed by it has been told
      }
    }
    return output(step, done);
  }

  private static JsonNode output(Step step, Execution done) {
    return step.capture().enabled() ? Captures.text(done.stdout()) : JSON.stringNode("");
  }

  static List<String> groups(Command command) {
    return switch (command) {
      case Command.Shell _ -> List.of("shell", "test");
      case Command.Claude _, Command.Agent _ -> List.of("claude", "agent");
      case Command.WriteFile _ -> List.of("write_file");
      case Command.Foreach _ -> List.of("foreach");
      case Command.Handler _ -> List.of("handler");
      case Command.RunWorkflows _, Command.Validate _, Command.Analyze _ -> List.of();
    };
  }

  static JsonNode seconds(Duration duration) {
    return JSON.numberNode(
        BigDecimal.valueOf(duration.toMillis(), 3).setScale(3, RoundingMode.HALF_UP));
  }
}
