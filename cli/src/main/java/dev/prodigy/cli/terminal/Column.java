package dev.prodigy.cli.terminal;

import java.util.function.Function;

/// One column of a table.
///
/// @param title upper case in tables, a key in CSV
/// @param whole never cut, however narrow the terminal; for ids, which people copy
public record Column<T>(
    String title, Function<? super T, String> value, boolean whole, boolean right) {

  public static <T> Column<T> of(String title, Function<? super T, String> value) {
    return new Column<>(title, value, false, false);
  }

  public static <T> Column<T> id(String title, Function<? super T, String> value) {
    return new Column<>(title, value, true, false);
  }

  public static <T> Column<T> number(String title, Function<? super T, String> value) {
    return new Column<>(title, value, true, true);
  }
}
