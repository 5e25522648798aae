package dev.prodigy.workflow.expression;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// From a document to work items: path, filter, sort, distinct, offset, limit, in this order.
public final class ItemPipeline {

  private ItemPipeline() {}

  /// @throws ExpressionException whose source is the text at fault
  public static ItemPipeline of(
      @Nullable String jsonPath,
      @Nullable String filter,
      @Nullable String sortBy,
      @Nullable String distinct,
      int offset,
      @Nullable Integer maxItems) {
    return new ItemPipeline();
  }

  /// @throws EvaluationException for an item that is null
  public Selection apply(JsonNode input, Scope scope) {
    return new Selection(input.size(), scope.names().size(), List.of(input));
  }

  /// @param extracted how many items the path gave
  /// @param filtered how many of them passed the filter
  /// @param items what remains after all stages
  public record Selection(int extracted, int filtered, List<JsonNode> items) {
    public Selection {
      items = List.copyOf(items);
    }
  }
}
