package dev.prodigy.engine;

import dev.prodigy.model.Json;
import dev.prodigy.workflow.Capture;
import java.math.BigDecimal;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// From what a command printed to the value of the variable that captures it.
final class Captures {
  private static final int SHOWN_IN_ERROR = 200;

  private Captures() {}

  /// The output is not what the workflow says it is.
  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreadable(String expected, String output, @Nullable String why) {
      super(
          "Output is not %s%s: %s"
              .formatted(
                  expected,
                  why == null ? "" : " (" + why + ")",
                  output.substring(0, Math.min(output.length(), SHOWN_IN_ERROR))));
    }
  }

  static JsonNode value(Capture capture, Execution done) throws Unreadable {
    boolean both = capture.stdout() && capture.stderr();
    String only = capture.stdout() ? done.stdout() : capture.stderr() ? done.stderr() : "";
    return switch (capture.format()) {
      case STRING -> text(both ? done.stdout() + done.stderr() : only);
      case LINES -> lines(both ? done.stdout() + done.stderr() : only);
      case JSON -> json(only);
      case NUMBER -> number(only.strip());
      case BOOLEAN -> truth(only.strip(), done.exitCode() == 0);
    };
  }

  static JsonNode text(String output) {
    return Json.NODES.stringNode(withoutTrailingNewlines(output));
  }

  static String withoutTrailingNewlines(String output) {
    int end = output.length();
    while (end > 0 && (output.charAt(end - 1) == '\n' || output.charAt(end - 1) == '\r')) {
      end--;
    }
    return output.substring(0, end);
  }

  private static JsonNode lines(String output) {
    ArrayNode lines = Json.NODES.arrayNode();
    output.lines().forEach(lines::add);
    return lines;
  }

  private static JsonNode json(String output) throws Unreadable {
    try {
      return Json.parse(output);
    } catch (JacksonException e) {
      var at = e.getLocation();
      String place =
          at == null ? null : "line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
      throw new Unreadable("JSON", output, place);
    }
  }

  private static JsonNode number(String output) throws Unreadable {
    try {
      var value = new BigDecimal(output);
      return value.scale() <= 0 && value.precision() <= 18
          ? Json.NODES.numberNode(value.longValueExact())
          : Json.NODES.numberNode(value);
    } catch (NumberFormatException | ArithmeticException _) {
      throw new Unreadable("a number", output, null);
    }
  }

  private static JsonNode truth(String output, boolean otherwise) {
    boolean value =
        switch (output.toLowerCase(Locale.ROOT)) {
          case "true", "yes", "1", "on" -> true;
          case "false", "no", "0", "off" -> false;
          default -> otherwise;
        };
    return Json.NODES.booleanNode(value);
  }
}
