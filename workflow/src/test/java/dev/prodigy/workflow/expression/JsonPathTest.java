package dev.prodigy.workflow.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.prodigy.model.Json;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class JsonPathTest {
  private static final JsonNode DOCUMENT =
      Json.parse(
          """
          {"items": [{"id": 1, "tags": ["a"]}, {"id": 2, "tags": ["b", "c"]}, {"id": 3}],
           "name": "outer", "module": {"name": "middle", "module": {"name": "inner"}},
           "a b": {"x.y": 7}, "none": null}
          """);

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '~',
      value = {
        "$.name # \"outer\"",
        "name # \"outer\"",
        "items[0].id # 1",
        "$.items[*].id # 1,2,3",
        "$.items.*.id # 1,2,3",
        "$.items[-1].id # 3",
        "$.items[0:2].id # 1,2",
        "$.items[1:].id # 2,3",
        "$.items[:-1].id # 1,2",
        "$.items[-2:9].id # 2,3",
        "$.items[*].tags[*] # \"a\",\"b\",\"c\"",
        "$.items[*].tags # [\"a\"],[\"b\",\"c\"]",
        "$['a b'][\"x.y\"] # 7",
        "$..name # \"outer\",\"middle\",\"inner\"",
        "$..tags[0] # \"a\",\"b\"",
        "$.module..* # \"middle\",{\"name\":\"inner\"},\"inner\"",
        "$.items[?(@.id > 1)].id # 2,3",
        "$.items[?(@.id >= 2 && @.tags contains 'c')].id # 2",
        "$.items[?@.tags.exists].id # 1,2",
        "$.items[?(length(tags) == 2 || @.id == 3)].id # 2,3",
        "$.items[ 0 ]['id'] # 1",
        "$.none # null",
        "$.missing.deeper # ~~",
        "$.items[9] # ~~",
        "$.name[0] # ~~",
      })
  void selects(String path, String expected) {
    assertThat(
            JsonPath.parse(path).select(DOCUMENT).stream()
                .map(Json::text)
                .collect(Collectors.joining(",")))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '~',
      value = {
        "~~ # 0",
        "$. # 2",
        "$x # 1",
        "$.a[ # 4",
        "$.a[1 # 5",
        "$.a['b # 4",
        "$.a[?(@.x >)] # 11",
        "$.a[x] # 4",
        "$.a[99999999999] # 4",
        "$.a b # 3",
        "$...a # 3"
      })
  void mistakesAreTold(String path, int offset) {
    assertThatThrownBy(() -> JsonPath.parse(path == null ? "" : path))
        .asInstanceOf(type(ExpressionException.class))
        .satisfies(e -> assertThat(e.offset()).isEqualTo(offset));
  }

  @Test
  void theRootIsSelectedByADollar() {
    assertThat(JsonPath.parse("$").select(DOCUMENT)).containsExactly(DOCUMENT);
  }
}
