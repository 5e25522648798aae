package dev.prodigy.engine;

import dev.prodigy.model.Json;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What one round of a validation found.
///
/// @param percentage 0 to 100
/// @param status `complete`, `incomplete`, `failed` or `skipped`
/// @param document everything the validator said
record ValidationResult(BigDecimal percentage, String status, ObjectNode document) {
  private static final List<String> PERCENTAGES =
      List.of("completion_percentage", "completion", "percentage", "score");
  private static final List<String> STATUSES =
      List.of("complete", "incomplete", "failed", "skipped");
  private static final BigDecimal FULL = BigDecimal.valueOf(100);
  private static final Pattern SCORE =
      Pattern.compile("(?mi)^\\s*score\\s*:\\s*(\\d+(?:\\.\\d+)?)\\s*%?\\s*$");

  static ValidationResult failed(String why) {
    ObjectNode document = Json.NODES.objectNode();
    document.putArray("missing").add(why);
    return new ValidationResult(BigDecimal.ZERO, "failed", document);
  }

  /// @param document says how complete the work is, in one of several ways
  static ValidationResult of(ObjectNode document, double threshold) {
    BigDecimal percentage = percentage(document);
    if (percentage == null || percentage.signum() < 0 || percentage.compareTo(FULL) > 0) {
      return new ValidationResult(BigDecimal.ZERO, "failed", document);
    }
    String said = document.path("status").asString("").toLowerCase(Locale.ROOT);
    boolean enough = percentage.doubleValue() >= threshold;
    String status = STATUSES.contains(said) ? said : enough ? "complete" : "incomplete";
    return new ValidationResult(percentage, status, document);
  }

  /// What a command that gave no document says by its output and exit code.
  static ValidationResult of(String output, boolean succeeded, double threshold) {
    var score = SCORE.matcher(output);
    BigDecimal percentage =
        score.find() ? new BigDecimal(score.group(1)) : succeeded ? FULL : BigDecimal.ZERO;
    return of(Json.NODES.objectNode().put("score", percentage), threshold);
  }

  private static @Nullable BigDecimal percentage(ObjectNode document) {
    for (String name : PERCENTAGES) {
      JsonNode value = document.get(name);
      if (value != null) {
        return number(value);
      }
    }
    JsonNode complete = document.get("complete");
    return complete == null || !complete.isBoolean()
        ? null
        : complete.booleanValue() ? FULL : BigDecimal.ZERO;
  }

  private static @Nullable BigDecimal number(JsonNode value) {
    try {
      return value.isNumber()
          ? value.decimalValue()
          : new BigDecimal(value.asString("").strip().replaceFirst("\\s*%$", ""));
    } catch (NumberFormatException _) {
      return null;
    }
  }

  boolean passed(double threshold) {
    return percentage.doubleValue() >= threshold && !status.equals("failed");
  }

  /// With one decimal.
  String shown() {
    return percentage.setScale(1, RoundingMode.HALF_UP) + "%";
  }

  /// The texts of a list in the document.
  List<String> texts(String field) {
    var texts = new ArrayList<String>();
    document
        .path(field)
        .forEach(one -> texts.add(one.isString() ? one.stringValue() : Json.text(one)));
    return texts;
  }

  /// The last JSON object in a text that may say other things around it.
  static Optional<ObjectNode> find(String text) {
    Optional<ObjectNode> last = parse(text.strip());
    int start = last.isPresent() ? -1 : text.indexOf('{');
    while (start >= 0) {
      int end = end(text, start);
      Optional<ObjectNode> here = end < 0 ? Optional.empty() : parse(text.substring(start, end));
      if (here.isPresent()) {
        last = here;
      }
      start = text.indexOf('{', here.isPresent() ? end : start + 1);
    }
    return last;
  }

  static Optional<ObjectNode> parse(String text) {
    if (!text.startsWith("{")) {
      return Optional.empty();
    }
    try {
      return Json.parse(text) instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
    } catch (JacksonException _) {
      return Optional.empty(); // something else in braces
    }
  }

  /// Behind the brace that closes this one, braces in texts left out; -1 if there is none.
  private static int end(String text, int open) {
    int depth = 0;
    boolean quoted = false;
    for (int i = open; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted) {
        i += c == '\\' ? 1 : 0;
        quoted = c != '"';
      } else if (c == '"') {
        quoted = true;
      } else if (c == '{') {
        depth++;
      } else if (c == '}' && --depth == 0) {
        return i + 1;
      }
    }
    return -1;
  }
}
