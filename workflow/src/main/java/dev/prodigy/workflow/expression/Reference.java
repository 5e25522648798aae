package dev.prodigy.workflow.expression;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What stands in `${…}`: where the value comes from, what happens to it, and what takes its place
/// if there is none.
///
/// @param source exactly as written, with dollar and braces
record Reference(Head head, List<Stage> stages, @Nullable Template fallback, String source) {

  /// Where the value comes from.
  sealed interface Head {
    record Variable(VariablePath path) implements Head {}

    record Call(Node expression) implements Head {}

    record FileText(Template path) implements Head {}

    record CommandOutput(Template command) implements Head {}

    /// @param holder the name of a variable or, unless `variableOnly`, of a file
    record JsonValue(VariablePath path, String holder, boolean variableOnly) implements Head {}

    record Date(String format) implements Head {}

    record Uuid(VariablePath path) implements Head {}
  }

  Reference {
    stages = List.copyOf(stages);
  }

  /// The path of a plain variable; null for all else.
  @Nullable VariablePath path() {
    return head instanceof Head.Variable(VariablePath path) ? path : null;
  }

  boolean hasDefault() {
    return fallback != null || stages.stream().anyMatch(Stage.Default.class::isInstance);
  }

  /// The value with its type kept; missing if undefined and without a default.
  ///
  /// @throws EvaluationException if computing it fails and there is no default
  JsonNode value(Evaluation evaluation) {
    JsonNode value = staged(headValue(evaluation), evaluation);
    return fallback != null && Values.empty(value)
        ? Values.text(fallback.render(evaluation))
        : value;
  }

  private JsonNode headValue(Evaluation evaluation) {
    try {
      return Computed.value(head, source, evaluation);
    } catch (EvaluationException e) {
      if (!hasDefault()) {
        throw e;
      }
      return Values.MISSING;
    }
  }

  private JsonNode staged(JsonNode start, Evaluation evaluation) {
    JsonNode value = start;
    for (Stage stage : stages) {
      if (!value.isMissingNode() || stage instanceof Stage.Default) {
        value = stage.apply(value, evaluation);
      }
    }
    return value;
  }

  /// How an array of texts reads: git's lists with spaces, results of a job as JSON.
  TextForm.Lists lists() {
    VariablePath path = path();
    return switch (path == null ? "" : path.base()) {
      case "map", "merge" -> TextForm.Lists.JSON;
      case "step", "workflow", "git" -> TextForm.Lists.SPACES;
      default -> TextForm.Lists.COMMAS;
    };
  }
}
