package dev.prodigy.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TableTest {
  private static final List<Column<String>> COLUMNS =
      List.of(
          Column.id("ID", text -> "session-mapreduce-1234567890"),
          Column.of("TEXT", text -> text),
          Column.of("STATUS", _ -> "Running"));

  @Test
  void longCellsAreCutToTheTerminal() {
    List<String> lines = table(60, List.of("x".repeat(80)));

    assertThat(lines.get(1))
        .startsWith("session-mapreduce-1234567890  xxxx")
        .endsWith("…  Running");
    assertThat(lines).allMatch(line -> line.length() <= 60);
  }

  @Test
  void cutsFallBetweenCharactersAndCountTheirWidth() {
    List<String> lines =
        table(60, List.of("日本語".repeat(20), "😀".repeat(40), "é\u0301".repeat(30)));

    assertThat(lines).allMatch(line -> TextWidth.of(line) <= 60);
    assertThat(String.join("", lines)).doesNotContain("\ufffd").doesNotContain("?");
    assertThat(lines.get(2).codePoints().filter(c -> c >= 0xD800 && c <= 0xDFFF)).isEmpty();
  }

  @Test
  void idsAreWholeHoweverNarrowTheTerminal() {
    assertThat(table(20, List.of("some text")))
        .allMatch(line -> line.startsWith("ID") || line.startsWith("session-mapreduce-1234567890"));
  }

  @Test
  void laterRowsFollowTheWidthsOfTheFirst() {
    List<String> rows =
        IntStream.range(0, Table.MEASURED + 2)
            .mapToObj(i -> i < Table.MEASURED ? "short" : "a much longer text than before")
            .toList();

    List<String> lines = table(100, rows);

    assertThat(lines).hasSize(Table.MEASURED + 3);
    assertThat(lines.getLast()).isEqualTo("session-mapreduce-1234567890  a mu…  Running");
  }

  private static List<String> table(int width, List<String> rows) {
    var test = new TestConsole(Terminals.NONE, Map.of("COLUMNS", Integer.toString(width)), "");
    var table = new Table<>(COLUMNS, test.console());
    rows.forEach(table::add);
    table.end();
    return test.out().lines().toList();
  }
}
