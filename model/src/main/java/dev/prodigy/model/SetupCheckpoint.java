package dev.prodigy.model;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// How far a job's setup has come: `setup-checkpoint.json`.
///
/// @param outputs captured variables, visible to every later phase
/// @param environment names and values of the workflow's own `env`; secrets by name only
public record SetupCheckpoint(
    boolean completed,
    int currentStep,
    int totalSteps,
    List<CompletedStep> completedSteps,
    Map<String, JsonNode> outputs,
    Map<String, String> environment) {
  public SetupCheckpoint {
    completedSteps = List.copyOf(completedSteps);
    outputs = Map.copyOf(outputs);
    environment = Map.copyOf(environment);
  }
}
