package dev.prodigy.model;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A step that is over and never runs again on resume.
///
/// @param stepIndex from 0
/// @param command as shown to users
/// @param output the end of its standard output, secrets masked
public record CompletedStep(
    int stepIndex,
    String command,
    boolean success,
    @Nullable String output,
    Map<String, JsonNode> capturedVariables,
    Duration duration,
    Instant completedAt,
    @Nullable Integer exitCode) {
  public CompletedStep {
    capturedVariables = Map.copyOf(capturedVariables);
  }
}
