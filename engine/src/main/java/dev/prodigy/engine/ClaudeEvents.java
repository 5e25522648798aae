package dev.prodigy.engine;

import dev.prodigy.agent.AgentEvent;
import dev.prodigy.model.AgentId;
import dev.prodigy.model.Event;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What an agent CLI reports, as events of a job. Long parts are cut: events stay small, the whole
/// is in the agent's log.
public final class ClaudeEvents {
  private static final int LARGEST_PART_BYTES = 4096;
  private static final int PREVIEW_CHARS = 1024;

  private ClaudeEvents() {}

  /// @param agent null outside of map agents, as is `item`
  public static Event toEvent(
      AgentEvent event, @Nullable AgentId agent, @Nullable ItemId item, @Nullable Path log) {
    String path = log == null ? null : log.toString();
    return switch (event) {
      case AgentEvent.SessionStarted(var id, var model, var tools, var provider) ->
          new Event.ClaudeSessionStarted(agent, item, id, model, tools, provider, path);
      case AgentEvent.ToolInvoked(var name, var id, var parameters) ->
          new Event.ClaudeToolInvoked(agent, item, name, id, small(parameters));
      case AgentEvent.Message(var content, var type) ->
          new Event.ClaudeMessage(agent, item, cut(content), type, path);
      case AgentEvent.TokenUsage(
              var in,
              var out,
              var cacheRead,
              var cacheCreation,
              var cost,
              var model) ->
          new Event.ClaudeTokenUsage(agent, item, in, out, cacheRead, cacheCreation, cost, model);
      case AgentEvent.Ended(var id, var subtype, var isError, var turns, var millis) ->
          new Event.ClaudeSessionEnded(agent, item, id, subtype, isError, turns, millis);
    };
  }

  private static JsonNode small(JsonNode parameters) {
    String text = Json.text(parameters);
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes <= LARGEST_PART_BYTES) {
      return parameters;
    }
    return Json.NODES
        .objectNode()
        .put("_truncated", true)
        .put("bytes", bytes)
        .put("preview", text.substring(0, Math.min(PREVIEW_CHARS, text.length())));
  }

  /// At most about 4 KiB of a text, with a note of what is missing.
  static String cut(String text) {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes <= LARGEST_PART_BYTES) {
      return text;
    }
    String kept = text.substring(0, Math.min(LARGEST_PART_BYTES / 2, text.length()));
    return kept + "… (+%d bytes)".formatted(bytes - kept.getBytes(StandardCharsets.UTF_8).length);
  }
}
