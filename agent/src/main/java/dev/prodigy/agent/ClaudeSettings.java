package dev.prodigy.agent;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// How the user wants Claude to be started. What the environment says about the same outranks all
/// but the command.
///
/// @param command the executable; null: `PRODIGY_CLAUDE_BIN` or `claude`
/// @param model of `--model`; null: Claude's own choice
/// @param maxTokens of one answer; null: Claude's own limit
/// @param streaming false: plain output instead of a stream
/// @param apiKey given to Claude alone; secret
public record ClaudeSettings(
    @Nullable String command,
    @Nullable String model,
    @Nullable Long maxTokens,
    boolean streaming,
    @Nullable String apiKey) {
  public static final ClaudeSettings NONE = new ClaudeSettings(null, null, null, true, null);

  /// With what a definition says of Claude over it.
  ClaudeSettings with(JsonNode said) {
    return new ClaudeSettings(
        said.path("command").asString(command),
        said.path("model").asString(model),
        said.path("max_tokens").isNumber()
            ? Long.valueOf(said.path("max_tokens").asLong())
            : maxTokens,
        said.path("streaming").asBoolean(streaming),
        apiKey);
  }

  /// The environment with what Claude is told through it, unless it is there already.
  Map<String, String> added(Map<String, String> environment) {
    var all = new HashMap<>(environment);
    if (apiKey != null) {
      all.putIfAbsent("ANTHROPIC_API_KEY", apiKey);
    }
    if (maxTokens != null) {
      all.putIfAbsent("CLAUDE_CODE_MAX_OUTPUT_TOKENS", Long.toString(maxTokens));
    }
    return all;
  }

  /// Never the key.
  @Override
  public String toString() {
    return "ClaudeSettings[command=%s, model=%s]".formatted(command, model);
  }
}
