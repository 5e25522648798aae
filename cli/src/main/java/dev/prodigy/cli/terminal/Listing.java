package dev.prodigy.cli.terminal;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// How records of one kind are shown, in every format, said once.
///
/// @param json the record as scripts get it: snake_case keys, RFC 3339 times
/// @param empty the sentence a person reads when there are none
/// @param human one record as a line for people; null: people get the table
public record Listing<T>(
    Function<? super T, ObjectNode> json,
    List<Column<T>> columns,
    String empty,
    @Nullable BiFunction<? super T, Style, String> human) {

  public Listing {
    columns = List.copyOf(columns);
  }

  public static <T> Listing<T> of(
      Function<? super T, ObjectNode> json, String empty, List<Column<T>> columns) {
    return new Listing<>(json, columns, empty, null);
  }

  /// With lines of its own for people instead of the table.
  public Listing<T> withLines(BiFunction<? super T, Style, String> line) {
    return new Listing<>(json, columns, empty, line);
  }
}
