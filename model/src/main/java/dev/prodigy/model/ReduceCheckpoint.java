package dev.prodigy.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// How far a job's reduce has come: `reduce-checkpoint-v1-<ts>.json`.
///
/// @param subWorkflows how far workflows within the next step are, by their place; null: none is
public record ReduceCheckpoint(
    List<Integer> completedSteps,
    int currentStep,
    int totalSteps,
    List<StepResult> stepResults,
    Map<String, JsonNode> variables,
    MapResults mapResults,
    @Nullable JsonNode subWorkflows) {

  public record StepResult(
      int stepIndex,
      boolean success,
      @Nullable String output,
      @Nullable String error,
      double durationSecs) {}

  /// @param resultsRef the map checkpoint that holds the results, relative to the job's directory
  public record MapResults(int total, int successful, int failed, String resultsRef) {}

  public ReduceCheckpoint {
    completedSteps = List.copyOf(completedSteps);
    subWorkflows = Json.orNull(subWorkflows);
    stepResults = List.copyOf(stepResults);
    variables = Map.copyOf(variables);
  }
}
