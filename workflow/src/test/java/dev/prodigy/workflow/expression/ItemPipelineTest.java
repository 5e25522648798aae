package dev.prodigy.workflow.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prodigy.model.Json;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ItemPipelineTest {
  private static final JsonNode SCORES =
      Json.parse(
          """
          [{"n":"A","score":8,"category":"docs"}, {"n":"B","score":3,"category":"code"},
           {"n":"C","score":6,"category":"docs"}, {"n":"D","score":9,"category":"docs"},
           {"n":"E","score":7,"category":"code"}, {"n":"F","score":4,"category":"docs"}]
          """);

  private final Variables variables = new Variables();

  private List<String> items(ItemPipeline pipeline, JsonNode input) {
    return pipeline.apply(input, variables).items().stream().map(Json::text).toList();
  }

  private String sorted(String sortBy, String items) {
    return ItemPipeline.of(null, null, sortBy, null, 0, null)
        .apply(Json.parse(items), variables)
        .items()
        .stream()
        .map(item -> TextForm.of(item.isObject() ? item.path("id") : item))
        .collect(Collectors.joining(" "));
  }

  private static ItemPipeline path(@Nullable String jsonPath) {
    return ItemPipeline.of(jsonPath, null, null, null, 0, null);
  }

  @Test
  void theStagesFollowEachOther() {
    ItemPipeline pipeline = ItemPipeline.of("$[*]", "score >= 5", "score DESC", "category", 1, 2);

    ItemPipeline.Selection selection = pipeline.apply(SCORES, variables);

    assertThat(selection.extracted()).isEqualTo(6);
    assertThat(selection.filtered()).isEqualTo(4);
    assertThat(selection.items())
        .extracting(item -> item.path("n").asString())
        .containsExactly("E");
  }

  @Test
  void filtersCompareIntegersAndElements() {
    ItemPipeline pipeline =
        ItemPipeline.of(null, "item.priority == 5 && tags[0] in ['x','y']", null, null, 0, null);

    assertThat(
            items(
                pipeline,
                Json.parse(
                    "[{\"priority\":5,\"tags\":[\"y\"]},{\"priority\":6,\"tags\":[\"y\"]}]")))
        .containsExactly("{\"priority\":5,\"tags\":[\"y\"]}");
  }

  @Test
  void withoutAPathElementsOrTheValueAreTheItems() {
    assertThat(items(path(null), Json.parse("[1,{\"a\":2}]"))).containsExactly("1", "{\"a\":2}");
    assertThat(items(path(" "), Json.parse("{\"a\":2}"))).containsExactly("{\"a\":2}");
    assertThat(items(path(null), Json.parse("[]"))).isEmpty();
  }

  @Test
  void aPathToOneListGivesItsElements() {
    assertThat(items(path("$.items"), Json.parse("{\"items\":[1,2]}"))).containsExactly("1", "2");
    assertThat(items(path("$"), Json.parse("[1,2]"))).containsExactly("1", "2");
    assertThat(items(path("$.items[*]"), Json.parse("{\"items\":[[1,2]]}")))
        .containsExactly("[1,2]");
  }

  @Test
  void aPathThatWantsAListIsTriedOnTheValueInAList() {
    assertThat(items(path("$[0].a"), Json.parse("{\"a\":1}"))).containsExactly("1");
    assertThat(items(path("$.items[*]"), Json.parse("{\"items\":[1]}"))).containsExactly("1");
  }

  @Test
  void nullItemsAreRejectedWithTheirIndex() {
    assertThatThrownBy(() -> items(path(null), Json.parse("[1,null]")))
        .isInstanceOf(EvaluationException.class)
        .hasMessage("Work item 1 is null");
  }

  @Test
  void nullsAreLastUnlessAskedForFirst() {
    String items =
        "[{\"id\":\"e\",\"score\":3},{\"id\":\"d\",\"score\":null},{\"id\":\"c\",\"score\":9},"
            + "{\"id\":\"b\"},{\"id\":\"a\",\"score\":9}]";

    assertThat(sorted("score DESC, id", items)).isEqualTo("a c e b d");
    assertThat(sorted("score desc nulls first, id", items)).isEqualTo("b d a c e");
    assertThat(sorted("score", items)).isEqualTo("e c a d b");
    assertThat(sorted("score ASCENDING NULLS LAST, id Descending", items)).isEqualTo("e c a d b");
  }

  @Test
  void typesAreOrderedAndSortingIsStable() {
    assertThat(sorted("item", "[{}, [1,2], [3], \"b\", \"a\", 2, 1.5, true, false]"))
        .isEqualTo("false true 1.5 2 a b [3] [1,2] ");
    assertThat(sorted("k", "[{\"id\":1,\"k\":1},{\"id\":2,\"k\":0},{\"id\":3,\"k\":1.0}]"))
        .isEqualTo("2 1 3");
    assertThat(
            sorted(
                "length(tags) DESC, tags[0]",
                "[{\"id\":1,\"tags\":[]},{\"id\":2,\"tags\":[\"z\",1]},"
                    + "{\"id\":3,\"tags\":[\"a\",2]}]"))
        .isEqualTo("3 2 1");
  }

  @Test
  void distinctKeepsTheFirstOfEveryJsonValue() {
    ItemPipeline pipeline = ItemPipeline.of(null, null, null, "k", 0, null);

    assertThat(
            items(
                pipeline,
                Json.parse("[{\"k\":1},{\"k\":1.0,\"x\":1},{\"k\":\"1\"},{},{\"k\":null}]")))
        .containsExactly("{\"k\":1}", "{\"k\":\"1\"}", "{}");
  }

  @Test
  void badTextsOfAStageAreToldWithTheText() {
    assertThatThrownBy(() -> ItemPipeline.of(null, null, "score SIDEWAYS", null, 0, null))
        .isInstanceOf(ExpressionException.class)
        .hasMessage("Expected ASC, DESC, NULLS or ','")
        .extracting(e -> ((ExpressionException) e).source())
        .isEqualTo("score SIDEWAYS");
  }
}
