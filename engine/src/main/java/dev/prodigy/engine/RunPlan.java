package dev.prodigy.engine;

import dev.prodigy.model.Json;
import dev.prodigy.model.WorkflowCheckpoint;
import dev.prodigy.workflow.SequentialWorkflow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// What was asked of a sequential run when it began; a resumed run does the same.
///
/// @param inputs never empty
/// @param iterations most times the steps run for each input
/// @param failFast the first failed input ends the run
record RunPlan(List<RunInput> inputs, int iterations, boolean failFast) {
  /// Under which a checkpoint's variables keep the plan.
  private static final String INPUTS = "__inputs";

  private static final String FAIL_FAST = "__fail_fast";
  static final List<String> KEYS = List.of(INPUTS, FAIL_FAST);

  RunPlan {
    inputs = List.copyOf(inputs);
  }

  /// @throws EngineException if there were to be inputs, and there are none
  static RunPlan of(
      RunRequest request, SequentialWorkflow workflow, SequentialRun.Options options) {
    Integer asked = options.maxIterations();
    return new RunPlan(
        inputs(
            request.repository().checkout(),
            options.maps(),
            request.args(),
            request.processEnvironment().getOrDefault("PRODIGY_ARG", ""),
            request.reporter()::warning),
        asked == null ? workflow.maxIterations() : asked,
        options.failFast());
  }

  /// @param inherited the only argument if there is no other input; may be empty
  /// @throws EngineException if there were to be inputs, and there are none
  static List<RunInput> inputs(
      Path checkout,
      List<String> maps,
      List<String> args,
      String inherited,
      Consumer<String> warnings) {
    var inputs = new ArrayList<RunInput>();
    if (!maps.isEmpty()) {
      InputFiles.find(checkout, maps, warnings).forEach(file -> inputs.add(RunInput.ofFile(file)));
    }
    args.forEach(arg -> inputs.add(RunInput.of(arg)));
    if (inputs.isEmpty() && !maps.isEmpty()) {
      throw EngineException.noInputs();
    }
    if (inputs.isEmpty()) {
      inputs.add(inherited.isEmpty() ? RunInput.NONE : RunInput.of(inherited));
    }
    return inputs;
  }

  /// As a session's metadata keeps it from the very beginning.
  JsonNode json() {
    var json = Json.NODES.objectNode();
    json.put("iterations", iterations).put("fail_fast", failFast);
    json.set("inputs", RunInput.store(inputs));
    return json;
  }

  static RunPlan restore(JsonNode json) {
    return new RunPlan(
        RunInput.restore(json.path("inputs")),
        json.path("iterations").asInt(1),
        json.path("fail_fast").asBoolean(false));
  }

  static RunPlan of(WorkflowCheckpoint checkpoint) {
    JsonNode stored = checkpoint.variables().get(INPUTS);
    JsonNode failFast = checkpoint.variables().get(FAIL_FAST);
    List<RunInput> inputs =
        stored == null
            ? checkpoint.args().stream().map(RunInput::of).toList()
            : RunInput.restore(stored);
    return new RunPlan(
        inputs.isEmpty() ? List.of(RunInput.NONE) : inputs,
        checkpoint.totalIterations(),
        failFast != null && failFast.asBoolean());
  }

  void store(Map<String, JsonNode> variables) {
    variables.put(INPUTS, RunInput.store(inputs));
    variables.put(FAIL_FAST, Json.NODES.booleanNode(failFast));
  }
}
