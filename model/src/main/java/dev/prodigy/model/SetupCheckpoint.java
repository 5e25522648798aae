package dev.prodigy.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// How far a job's setup has come: `setup-checkpoint.json`.
///
/// @param outputs captured variables, visible to every later phase
/// @param environment names and values of the workflow's own `env`; secrets by name only
/// @param subWorkflows how far workflows within the next step are, by their place; null: none is
public record SetupCheckpoint(
    boolean completed,
    int currentStep,
    int totalSteps,
    List<CompletedStep> completedSteps,
    Map<String, JsonNode> outputs,
    Map<String, String> environment,
    @Nullable JsonNode subWorkflows) {
  public SetupCheckpoint {
    completedSteps = List.copyOf(completedSteps);
    subWorkflows = Json.orNull(subWorkflows);
    outputs = Map.copyOf(outputs);
    environment = Map.copyOf(environment);
  }
}
