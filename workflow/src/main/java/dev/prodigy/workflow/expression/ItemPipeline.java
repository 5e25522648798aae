package dev.prodigy.workflow.expression;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// From a document to work items: path, filter, sort, distinct, offset, limit, in this order.
public final class ItemPipeline {
  private final @Nullable JsonPath path;
  private final @Nullable Expression filter;
  private final List<SortKey> sortKeys;
  private final @Nullable Expression distinct;
  private final int offset;
  private final @Nullable Integer maxItems;

  private ItemPipeline(
      @Nullable JsonPath path,
      @Nullable Expression filter,
      List<SortKey> sortKeys,
      @Nullable Expression distinct,
      int offset,
      @Nullable Integer maxItems) {
    this.path = path;
    this.filter = filter;
    this.sortKeys = sortKeys;
    this.distinct = distinct;
    this.offset = offset;
    this.maxItems = maxItems;
  }

  /// Null and blank texts mean that there is no such stage.
  ///
  /// @throws ExpressionException whose source is the text at fault
  public static ItemPipeline of(
      @Nullable String jsonPath,
      @Nullable String filter,
      @Nullable String sortBy,
      @Nullable String distinct,
      int offset,
      @Nullable Integer maxItems) {
    if (offset < 0 || (maxItems != null && maxItems < 0)) {
      throw new IllegalArgumentException("negative: offset or max_items");
    }
    return new ItemPipeline(
        parsed(jsonPath, JsonPath::parse),
        parsed(filter, ItemPipeline::overFields),
        Objects.requireNonNullElse(parsed(sortBy, SortKey::parse), List.of()),
        parsed(distinct, ItemPipeline::overFields),
        offset,
        maxItems);
  }

  private static <T> @Nullable T parsed(@Nullable String text, Function<String, T> parser) {
    return text == null || text.isBlank() ? null : parser.apply(text);
  }

  private static Expression overFields(String source) {
    return Expression.parse(source, Expression.Dialect.FILTER);
  }

  /// @param extracted how many items the path gave
  /// @param filtered how many of them passed the filter
  /// @param items what remains after all stages
  public record Selection(int extracted, int filtered, List<JsonNode> items) {
    public Selection {
      items = List.copyOf(items);
    }
  }

  /// Without environment and working directory.
  ///
  /// @throws EvaluationException for an item that is null
  public Selection apply(JsonNode input, Scope scope) {
    return apply(input, scope, Rendering.plain());
  }

  /// @throws EvaluationException for an item that is null
  public Selection apply(JsonNode input, Scope scope, Rendering options) {
    List<Item> extracted = numbered(extract(input));
    List<Item> filtered =
        filter == null
            ? extracted
            : extracted.stream()
                .filter(item -> filter.testItem(item.value, item.index, scope, options))
                .toList();
    Stream<JsonNode> items = sorted(filtered, scope, options).skip(offset);
    return new Selection(
        extracted.size(),
        filtered.size(),
        (maxItems == null ? items : items.limit(maxItems)).toList());
  }

  /// An item and its position before filtering.
  private record Item(JsonNode value, int index) {}

  private List<JsonNode> extract(JsonNode input) {
    if (path == null) {
      return elements(input);
    }
    List<JsonNode> selected = path.select(input);
    if (selected.isEmpty() && !input.isArray()) {
      selected = path.select(Values.list(List.of(input)));
    }
    boolean list = path.namesOneThing() && selected.size() == 1 && selected.getFirst().isArray();
    return list ? elements(selected.getFirst()) : selected;
  }

  private static List<JsonNode> elements(JsonNode value) {
    return value.isArray() ? List.copyOf(value.values()) : List.of(value);
  }

  private static List<Item> numbered(List<JsonNode> values) {
    List<Item> items = new ArrayList<>(values.size());
    for (JsonNode value : values) {
      if (Values.absent(value)) {
        throw EvaluationException.nullItem(items.size());
      }
      items.add(new Item(value, items.size()));
    }
    return items;
  }

  private Stream<JsonNode> sorted(List<Item> items, Scope scope, Rendering options) {
    Stream<Item> stream = sortKeys.isEmpty() ? items.stream() : sortedByKeys(items, scope, options);
    if (distinct == null) {
      return stream.map(Item::value);
    }
    Set<Object> seen = new HashSet<>();
    return stream
        .filter(
            item ->
                seen.add(Values.identity(distinct.ofItem(item.value, item.index, scope, options))))
        .map(Item::value);
  }

  private Stream<Item> sortedByKeys(List<Item> items, Scope scope, Rendering options) {
    record Keyed(Item item, List<JsonNode> keys) {}
    return items.stream()
        .map(item -> new Keyed(item, keys(item, scope, options)))
        .sorted(
            (left, right) ->
                IntStream.range(0, sortKeys.size())
                    .map(i -> sortKeys.get(i).order().compare(left.keys.get(i), right.keys.get(i)))
                    .filter(order -> order != 0)
                    .findFirst()
                    .orElse(0))
        .map(Keyed::item);
  }

  private List<JsonNode> keys(Item item, Scope scope, Rendering options) {
    Evaluation evaluation = new Evaluation(scope, options, item.value, item.index);
    return sortKeys.stream().map(key -> key.value().value(evaluation)).toList();
  }
}
