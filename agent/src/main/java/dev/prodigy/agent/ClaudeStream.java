package dev.prodigy.agent;

import dev.prodigy.model.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Understands what Claude prints with `--output-format stream-json`: one JSON object a line, told
/// apart by `type`; also the older shape, told apart by `event`. Never fails: what it does not know
/// it ignores, what is no JSON is text.
///
/// Used by one thread at a time.
final class ClaudeStream {
  private static final String UNKNOWN = "unknown";
  private static final Pattern ANSI_ESCAPE =
      Pattern.compile(
          "\\x1b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\\x07\\x1b]*(?:\\x07|\\x1b\\\\)|[@-Z\\\\^_])");
  private static final int MOST_TEXT_LINES = 50;

  private final SecretMasker masker;
  private final Consumer<AgentEvent> events;
  private final Runnable loginFailed;

  private final UsageMeter meter = new UsageMeter();
  private final BoundedOutput answer = new BoundedOutput();
  private final List<String> textLines = new ArrayList<>();
  private @Nullable String sessionId;
  private @Nullable String model;
  private @Nullable JsonNode result;
  private boolean authenticationFailed;
  private boolean olderShape;

  /// @param loginFailed called when Claude starts to retry a login that cannot succeed
  ClaudeStream(SecretMasker masker, Consumer<AgentEvent> events, Runnable loginFailed) {
    this.masker = masker;
    this.events = events;
    this.loginFailed = loginFailed;
  }

  /// @param json null if the line is text
  record Line(String text, @Nullable JsonNode json) {}

  static Line read(byte[] bytes) {
    String text = plain(new String(bytes, StandardCharsets.UTF_8));
    return new Line(text, parse(text));
  }

  /// Takes the next line.
  void accept(Line line) {
    JsonNode object = line.json();
    if (object == null) {
      text(line.text());
    } else if (object.has("type")) {
      typed(object);
    } else {
      older(object);
    }
  }

  /// Tells the totals; the stream is over.
  void end() {
    Usage usage = usage();
    if (usage != null && !olderShape) {
      tell(
          new AgentEvent.TokenUsage(
              usage.inputTokens(),
              usage.outputTokens(),
              usage.cacheReadTokens(),
              usage.cacheCreationTokens(),
              usage.costUsd(),
              model));
    }
    if (result != null) {
      tell(
          new AgentEvent.Ended(
              sessionId == null ? UNKNOWN : sessionId,
              subtype(),
              isError(),
              numTurns(),
              result.path("duration_ms").asLong(0)));
    }
  }

  boolean hasResult() {
    return result != null;
  }

  /// True if the stream came in the shape that knows no result.
  boolean isOlderShape() {
    return olderShape && result == null;
  }

  boolean succeeded(int exitCode) {
    return exitCode == 0 && result != null && !isError();
  }

  boolean isError() {
    return result != null
        && (result.path("is_error").asBoolean(false) || !subtype().equals("success"));
  }

  String subtype() {
    return result == null ? UNKNOWN : text(result, "subtype", "success");
  }

  boolean permissionsDenied() {
    return result != null && !result.path("permission_denials").isEmpty();
  }

  /// Names of the tools that were denied.
  String deniedTools() {
    return result == null
        ? ""
        : result
            .path("permission_denials")
            .valueStream()
            .map(denial -> text(denial, "tool_name", UNKNOWN))
            .distinct()
            .collect(Collectors.joining(", "));
  }

  boolean authenticationFailed() {
    return authenticationFailed
        || (result != null && result.path("api_error_status").asInt(0) == 401);
  }

  /// As told; where the result does not tell, whether anything was said at all.
  int numTurns() {
    if (result != null && result.path("num_turns").isNumber()) {
      return result.path("num_turns").intValue();
    }
    return Math.max(meter.messages(), output().isBlank() ? 0 : 1);
  }

  /// The final answer; without one, everything that was said.
  String output() {
    String text = result == null ? "" : text(result, "result", "");
    return text.isEmpty() ? answer.text() : text;
  }

  /// The agent's own words about what went wrong; empty if it had none.
  String complaint() {
    if (result == null) {
      return String.join("\n", textLines);
    }
    String text = text(result, "result", "");
    String errors =
        result
            .path("errors")
            .valueStream()
            .map(e -> e.isString() ? e.stringValue() : Json.text(e))
            .collect(Collectors.joining("; "));
    String words = text.isEmpty() ? errors : text;
    String kind = subtype().equals("success") ? "" : subtype();
    return kind.isEmpty() || words.isEmpty() ? kind + words : kind + ": " + words;
  }

  @Nullable String sessionId() {
    return sessionId;
  }

  @Nullable Usage usage() {
    return meter.total(result, result == null ? 0 : numTurns());
  }

  private void text(String line) {
    if (!line.isEmpty()) {
      if (textLines.size() == MOST_TEXT_LINES) {
        textLines.removeFirst();
      }
      textLines.add(line);
    }
  }

  private void typed(JsonNode line) {
    rememberSession(line);
    switch (text(line, "type", UNKNOWN)) {
      case "system" -> system(line);
      case "assistant" -> assistant(line);
      case "user" -> user(line);
      case "result" -> result = line;
      default -> {} // stream_event, rate_limit_event, control_*, and what is yet to come
    }
  }

  private void system(JsonNode line) {
    switch (text(line, "subtype", UNKNOWN)) {
      case "init" -> sessionStarted(line);
      case "api_retry" -> noteError(text(line, "error", ""), true);
      default -> {}
    }
  }

  private void assistant(JsonNode line) {
    JsonNode message = line.path("message");
    if (message.path("usage").isObject()) {
      meter.message(text(message, "id", UNKNOWN), message.path("usage"));
    }
    noteError(text(line, "error", ""), false);
    boolean subagent = line.path("parent_tool_use_id").isString();
    for (JsonNode block : message.path("content")) {
      switch (text(block, "type", UNKNOWN)) {
        case "text" -> said(text(block, "text", ""), "text", !subagent);
        case "tool_use" ->
            toolInvoked(text(block, "name", UNKNOWN), text(block, "id", UNKNOWN), block, "input");
        default -> {} // thinking
      }
    }
  }

  private void user(JsonNode line) {
    for (JsonNode block : line.path("message").path("content")) {
      boolean failed = block.path("is_error").asBoolean(false);
      if (failed && text(block, "type", UNKNOWN).equals("tool_result")) {
        said(contentText(block.path("content")), "tool_error", false);
      }
    }
  }

  private void older(JsonNode line) {
    switch (text(line, "event", "")) {
      case "session_started" -> {
        rememberSession(line);
        sessionStarted(line);
      }
      case "tool_use" ->
          toolInvoked(
              text(line, "tool_name", UNKNOWN), text(line, "tool_id", UNKNOWN), line, "parameters");
      case "message" -> said(text(line, "content", UNKNOWN), text(line, "type", "text"), true);
      case "token_usage" -> {
        Usage added = meter.event(line);
        tell(
            new AgentEvent.TokenUsage(
                added.inputTokens(),
                added.outputTokens(),
                added.cacheReadTokens(),
                added.cacheCreationTokens(),
                null,
                model));
      }
      default -> {
        return;
      }
    }
    olderShape = true;
  }

  private void sessionStarted(JsonNode line) {
    model = text(line, "model", UNKNOWN);
    var tools =
        line.path("tools")
            .valueStream()
            .filter(JsonNode::isString)
            .map(JsonNode::stringValue)
            .toList();
    tell(
        new AgentEvent.SessionStarted(sessionId == null ? UNKNOWN : sessionId, model, tools, null));
  }

  private void toolInvoked(String name, String id, JsonNode from, String field) {
    tell(new AgentEvent.ToolInvoked(name, id, masker.mask(from.path(field))));
  }

  private void said(String text, String type, boolean partOfTheAnswer) {
    if (partOfTheAnswer) {
      byte[] bytes =
          (answer.totalBytes() == 0 ? text : "\n" + text).getBytes(StandardCharsets.UTF_8);
      answer.accept(bytes, bytes.length);
    }
    tell(new AgentEvent.Message(masker.mask(text), type));
  }

  private void noteError(String error, boolean retrying) {
    if (error.equals("authentication_failed")) {
      authenticationFailed = true;
      if (retrying) {
        loginFailed.run();
      }
    }
  }

  private void rememberSession(JsonNode line) {
    String id = text(line, "session_id", text(line, "sessionId", ""));
    if (!id.isEmpty()) {
      sessionId = id;
    }
  }

  private void tell(AgentEvent event) {
    events.accept(event);
  }

  private static String contentText(JsonNode content) {
    return content.isArray()
        ? content
            .valueStream()
            .map(part -> text(part, "text", ""))
            .collect(Collectors.joining("\n"))
        : content.asString("");
  }

  private static String text(JsonNode node, String field, String otherwise) {
    JsonNode value = node.path(field);
    return value.isString() ? value.stringValue() : otherwise;
  }

  private static String plain(String line) {
    String text = line.startsWith("\uFEFF") ? line.substring(1) : line;
    return (text.indexOf('\u001b') < 0 ? text : ANSI_ESCAPE.matcher(text).replaceAll("")).strip();
  }

  private static @Nullable JsonNode parse(String line) {
    if (!line.startsWith("{")) {
      return null;
    }
    try {
      return Json.parse(line);
    } catch (JacksonException _) {
      return null;
    }
  }
}
