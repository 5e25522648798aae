package dev.prodigy.engine;

import dev.prodigy.engine.StepOutcome.Kind;
import dev.prodigy.model.Json;
import dev.prodigy.workflow.Command.Foreach;
import dev.prodigy.workflow.ForeachInput;
import dev.prodigy.workflow.expression.Expression;
import dev.prodigy.workflow.expression.Rendering;
import dev.prodigy.workflow.expression.Template;
import dev.prodigy.workflow.expression.Variables;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// Runs the same steps for every item of a list, some items at a time. What the steps capture is
/// seen within their item only.
final class ForeachRun {
  private static final Pattern ONE_REFERENCE = Pattern.compile("\\s*\\$\\{[^{}]+}\\s*");

  private final StepRunner runner;
  private final Processes processes;
  private final Foreach foreach;
  private final Invocation call;
  private final Variables variables;

  ForeachRun(StepRunner runner, Processes processes, Foreach foreach, Invocation call) {
    this.runner = runner;
    this.processes = processes;
    this.foreach = foreach;
    this.call = call;
    variables = call.scope().variables();
  }

  Execution run() {
    long start = System.nanoTime();
    var items = new ArrayList<JsonNode>();
    Execution listed = list(foreach.input(), items);
    if (!listed.succeeded()) {
      return listed;
    }
    Integer most = foreach.maxItems();
    List<JsonNode> chosen = most != null && most < items.size() ? items.subList(0, most) : items;
    var outcomes = new AtomicReferenceArray<@Nullable StepsOutcome>(chosen.size());
    runItems(chosen, outcomes);
    return summary(chosen, outcomes, Duration.ofNanos(System.nanoTime() - start));
  }

  /// @return a success, or why the items could not be had
  private Execution list(ForeachInput input, List<JsonNode> items) {
    Execution ok = Execution.success("", Duration.ZERO);
    return switch (input) {
      case ForeachInput.Items(var values) -> {
        values.forEach(value -> items.add(rendered(value)));
        yield ok;
      }
      case ForeachInput.CommandText(var text) -> {
        JsonNode array = array(text.source());
        if (array != null) {
          array.forEach(items::add);
          yield ok;
        }
        Execution printed = processes.shell(call.render(text), call);
        printed
            .stdout()
            .lines()
            .filter(line -> !line.isBlank())
            .forEach(line -> items.add(Json.NODES.stringNode(line)));
        yield printed;
      }
    };
  }

  private JsonNode rendered(JsonNode value) {
    if (!value.isString()) {
      return value;
    }
    var template = StepFault.guard(() -> Template.parse(value.stringValue(), Template.Kind.TEXT));
    return Json.NODES.stringNode(call.render(template));
  }

  /// The array that a text consisting of one reference refers to; null if it is something else.
  private @Nullable JsonNode array(String text) {
    if (!ONE_REFERENCE.matcher(text).matches()) {
      return null;
    }
    var rendering = new Rendering(false, call.environment(), call.cwd(), _ -> {});
    JsonNode value =
        StepFault.guard(
            () ->
                Expression.parse(text.strip(), Expression.Dialect.WHEN)
                    .evaluate(variables, rendering));
    return value.isArray() ? value : null;
  }

  private void runItems(
      List<JsonNode> items, AtomicReferenceArray<@Nullable StepsOutcome> outcomes) {
    var next = new AtomicInteger();
    var enough = new AtomicBoolean();
    Runnable worker =
        () -> {
          for (int i = next.getAndIncrement();
              i < items.size() && !enough.get();
              i = next.getAndIncrement()) {
            StepsOutcome outcome = runItem(items, i);
            outcomes.set(i, outcome);
            if (outcome.stopped() || !(outcome.success() || foreach.continueOnError())) {
              enough.set(true);
            }
          }
        };
    int parallel = Math.min(foreach.parallel(), items.size());
    if (parallel <= 1) {
      worker.run();
    } else {
      inParallel(worker, parallel);
    }
  }

  private static void inParallel(Runnable worker, int count) {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<?>>();
      for (int i = 0; i < count; i++) {
        running.add(threads.submit(worker));
      }
      for (Future<?> each : running) {
        each.get();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // the workers see their processes stopped
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private StepsOutcome runItem(List<JsonNode> items, int index) {
    JsonNode item = items.get(index);
    Variables own = variables.child();
    for (String prefix : List.of("", "foreach.")) {
      own.set(prefix + "item", item).set(prefix + "index", index);
      own.set(prefix + "total", items.size());
    }
    own.set("item_index", index).set("item_total", items.size());
    StepScope scope = call.scope().with(own).within(call.step(), "item_" + index + "/do");
    return runner.runBody(foreach.steps(), scope, call.observer());
  }

  private Execution summary(
      List<JsonNode> items,
      AtomicReferenceArray<@Nullable StepsOutcome> outcomes,
      Duration duration) {
    ArrayNode results = Json.NODES.arrayNode();
    var failures = new StringBuilder();
    int succeeded = 0;
    int failed = 0;
    for (int i = 0; i < items.size(); i++) {
      StepsOutcome outcome = outcomes.get(i);
      if (outcome == null) {
        continue;
      }
      if (outcome.stopped()) {
        return Execution.stoppedEarly();
      }
      results.add(result(i, items.get(i), outcome));
      if (outcome.success()) {
        succeeded++;
      } else {
        failed++;
        failures.append("\nitem %d: %s".formatted(i, error(outcome)));
      }
    }
    int skipped = items.size() - succeeded - failed;
    variables.set("foreach.results", results);
    variables.set("foreach.successful", succeeded).set("foreach.failed", failed);
    String text =
        "Foreach completed: %d total, %d successful, %d failed"
            .formatted(items.size(), succeeded, failed);
    text += skipped == 0 ? "" : ", %d skipped".formatted(skipped);
    Execution done = Execution.success(text, duration);
    return failed == 0
        ? done
        : done.butFailed(
            Kind.COMMAND,
            "Step '%s' failed with exit code 1\n%s%s"
                .formatted(call.step().display(), text, failures));
  }

  private static String error(StepsOutcome outcome) {
    return outcome.failed().map(StepOutcome::message).orElse("");
  }

  private JsonNode result(int index, JsonNode item, StepsOutcome outcome) {
    var result = Json.NODES.objectNode();
    result.put("index", index).set("item", item);
    result.put("success", outcome.success());
    result.put("exit_code", outcome.failed().map(StepOutcome::exitCode).orElse(0));
    String output = call.scope().masker().reveal(outcome.output());
    result.put("output", Captures.withoutTrailingNewlines(output));
    result.put("error", error(outcome));
    return result;
  }
}
