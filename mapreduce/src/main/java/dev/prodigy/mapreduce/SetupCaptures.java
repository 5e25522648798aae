package dev.prodigy.mapreduce;

import dev.prodigy.engine.StepOutcome;
import dev.prodigy.model.Json;
import dev.prodigy.workflow.CaptureOutput;
import dev.prodigy.workflow.expression.JsonPath;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// Cuts the variables of `capture_outputs` out of what a setup command printed: source, size,
/// pattern, multiline, JSON path, in this order.
final class SetupCaptures {
  private SetupCaptures() {}

  /// @return empty when pattern or path found nothing and there is no default
  static Optional<JsonNode> extract(CaptureOutput capture, StepOutcome outcome) {
    Optional<String> text = pattern(capture, cut(source(capture, outcome), capture.maxSize()));
    Optional<JsonNode> value =
        text.flatMap(
            found -> {
              String path = capture.jsonPath();
              return path == null ? Optional.of(shape(capture, found)) : atPath(path, found);
            });
    String fallback = capture.defaultValue();
    return value.isPresent() || fallback == null
        ? value
        : Optional.of(Json.NODES.stringNode(fallback));
  }

  private static String source(CaptureOutput capture, StepOutcome outcome) {
    return switch (capture.source()) {
      case STDOUT -> outcome.stdout();
      case STDERR -> outcome.stderr();
      case BOTH -> "stdout:\n" + outcome.stdout() + "\nstderr:\n" + outcome.stderr();
      case COMBINED -> outcome.combined();
    };
  }

  /// At the last newline inside the limit, else at the limit, never inside a character.
  private static String cut(String text, int maxBytes) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    if (utf8.length <= maxBytes) {
      return text;
    }
    int end = maxBytes;
    while (end > 0 && (utf8[end] & 0xC0) == 0x80) {
      end--;
    }
    String head = new String(utf8, 0, end, StandardCharsets.UTF_8);
    int newline = head.lastIndexOf('\n');
    return newline > 0 ? head.substring(0, newline) : head;
  }

  private static Optional<String> pattern(CaptureOutput capture, String text) {
    if (capture.pattern() == null) {
      return Optional.of(text);
    }
    Matcher matcher = capture.pattern().matcher(text);
    if (!matcher.find()) {
      return Optional.empty();
    }
    return Optional.ofNullable(matcher.groupCount() > 0 ? matcher.group(1) : matcher.group());
  }

  private static JsonNode shape(CaptureOutput capture, String text) {
    String trimmed = text.endsWith("\n") ? text.stripTrailing() : text;
    List<String> lines = trimmed.lines().toList();
    return switch (capture.multiline()) {
      case PRESERVE -> Json.NODES.stringNode(trimmed);
      case JOIN -> Json.NODES.stringNode(String.join(" ", lines));
      case FIRST_LINE -> Json.NODES.stringNode(lines.isEmpty() ? "" : lines.getFirst());
      case LAST_LINE -> Json.NODES.stringNode(lines.isEmpty() ? "" : lines.getLast());
      case ARRAY -> {
        ArrayNode array = Json.NODES.arrayNode();
        lines.forEach(array::add);
        yield array;
      }
    };
  }

  private static Optional<JsonNode> atPath(String path, String text) {
    try {
      return JsonPath.parse(path).select(Json.parse(text)).stream().findFirst();
    } catch (JacksonException _) {
      return Optional.empty();
    }
  }
}
