package dev.prodigy.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.model.Json;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class RecordsTest {
  private record Item(String id, int failures, String error) {
    ObjectNode json() {
      ObjectNode json = Json.NODES.objectNode();
      json.put("item_id", id);
      json.put("failures", failures);
      return json.put("error", error);
    }
  }

  private static final Listing<Item> LISTING =
      Listing.of(
          Item::json,
          "No items.",
          List.of(
              Column.id("ITEM ID", Item::id),
              Column.number("FAILURES", item -> Integer.toString(item.failures)),
              Column.of("LAST ERROR", Item::error)));

  private static final List<Item> ITEMS =
      List.of(new Item("item-1", 3, "exit 1, \"bad\""), new Item("item-22", 12, "a|b\nc"));

  @Test
  void pipesGetOneObjectPerLine() {
    assertThat(list(null, Terminals.NONE, ITEMS))
        .isEqualTo(
            """
            {"item_id":"item-1","failures":3,"error":"exit 1, \\"bad\\""}
            {"item_id":"item-22","failures":12,"error":"a|b\\nc"}
            """);
  }

  @Test
  void peopleGetATable() {
    String table =
        """
        ITEM ID  FAILURES  LAST ERROR
        item-1          3  exit 1, "bad"
        item-22        12  a|b c
        """;

    assertThat(list(null, Terminals.ALL, ITEMS)).isEqualTo(table);
    assertThat(list(Format.HUMAN, Terminals.NONE, ITEMS)).isEqualTo(table);
    assertThat(list(Format.TABLE, Terminals.NONE, ITEMS)).isEqualTo(table);
  }

  @Test
  void peopleGetLinesWhereTheListingHasThem() {
    TestConsole test = TestConsole.piped();
    var listing = LISTING.withLines((item, style) -> item.id + style.icon(Style.Icon.ERROR));

    new Records(test.console(), Format.HUMAN).list(ITEMS, listing);

    assertThat(test.out()).isEqualTo("item-1[error]\nitem-22[error]\n");
  }

  @Test
  void jsonIsOneArray() {
    String json = list(Format.JSON, Terminals.NONE, ITEMS);

    assertThat(Json.parse(json).size()).isEqualTo(2);
    assertThat(json).startsWith("[\n  {\n    \"item_id\" : \"item-1\",");
  }

  @Test
  void csvQuotesAsInRfc4180() {
    assertThat(list(Format.CSV, Terminals.NONE, ITEMS))
        .isEqualTo(
            """
            item_id,failures,last_error
            item-1,3,"exit 1, ""bad""\"
            item-22,12,"a|b
            c"
            """);
  }

  @Test
  void markdownEscapesBars() {
    assertThat(list(Format.MARKDOWN, Terminals.NONE, ITEMS))
        .isEqualTo(
            """
            | ITEM ID | FAILURES | LAST ERROR |
            | --- | --- | --- |
            | item-1 | 3 | exit 1, "bad" |
            | item-22 | 12 | a\\|b<br>c |
            """);
  }

  @Test
  void yamlKeepsStringsStrings() {
    ObjectNode nested =
        (ObjectNode)
            Json.parse(
                """
                {"id":"no","on":1.50,"list":[1,{"a":null,"b":[]},[2,3]],"map":{"x y":{}}}
                """);
    TestConsole test = TestConsole.piped();

    new Records(test.console(), Format.YAML).one(nested, () -> {});

    assertThat(test.out())
        .isEqualTo(
            """
            id: "no"
            "on": 1.50
            list:
              - 1
              - a: null
                b: []
              - - 2
                - 3
            map:
              "x y": {}
            """);
    assertThat(list(Format.YAML, Terminals.NONE, ITEMS))
        .startsWith("- item_id: \"item-1\"\n  failures: 3\n");
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "JSONL|''",
        "JSON|[]",
        "YAML|[]",
        "HUMAN|No items.",
        "TABLE|No items.",
        "MARKDOWN|''",
        "CSV|item_id,failures,last_error"
      },
      delimiter = '|')
  void nothingIsSaidInEachFormatsOwnWay(Format format, String text) {
    assertThat(list(format, Terminals.NONE, List.of()).stripTrailing()).isEqualTo(text);
  }

  @Test
  void singleThingsAreOneLineForPipesAndTextForPeople() {
    TestConsole piped = TestConsole.piped();
    new Records(piped.console(), null).one(ITEMS.getFirst().json(), () -> {});
    assertThat(piped.out()).hasLineCount(1).startsWith("{\"item_id\":\"item-1\"");

    var terminal = new TestConsole(Terminals.ALL, Map.of(), "");
    new Records(terminal.console(), null)
        .one(ITEMS.getFirst().json(), () -> terminal.console().print("Item item-1"));
    assertThat(terminal.out()).isEqualTo("Item item-1\n");
  }

  private static String list(@Nullable Format format, Terminals terminals, List<Item> items) {
    var test = new TestConsole(terminals, Map.of("NO_COLOR", "1"), "");
    int count = new Records(test.console(), format).list(items, LISTING);
    assertThat(count).isEqualTo(items.size());
    return test.out();
  }
}
