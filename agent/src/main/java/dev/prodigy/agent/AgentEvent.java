package dev.prodigy.agent;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Something Claude's stream told. Strings it left out are `unknown`, numbers 0.
public sealed interface AgentEvent {
  /// @param provider null: Claude
  record SessionStarted(
      String sessionId, String model, List<String> tools, @Nullable String provider)
      implements AgentEvent {
    public SessionStarted {
      tools = List.copyOf(tools);
    }
  }

  record ToolInvoked(String name, String id, JsonNode parameters) implements AgentEvent {}

  /// @param type `text`, or `tool_error` for what a failed tool said
  record Message(String content, String type) implements AgentEvent {}

  /// The totals of a run; null cost is unknown, not free.
  record TokenUsage(
      long inputTokens,
      long outputTokens,
      long cacheReadTokens,
      long cacheCreationTokens,
      @Nullable Double costUsd,
      @Nullable String model)
      implements AgentEvent {}

  record Ended(String sessionId, String subtype, boolean isError, int numTurns, long durationMs)
      implements AgentEvent {}
}
