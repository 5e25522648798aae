package dev.prodigy.cli.terminal;

import java.util.List;
import java.util.Locale;

/// Rows of CSV (RFC 4180) and Markdown.
final class Delimited {
  private Delimited() {}

  /// `LAST ATTEMPT` becomes `last_attempt`.
  static String header(List<? extends Column<?>> columns) {
    var row = new StringBuilder();
    for (Column<?> column : columns) {
      String title = column.title().toLowerCase(Locale.ROOT).replace(' ', '_');
      row.append(row.isEmpty() ? "" : ",").append(quoted(title));
    }
    return row.toString();
  }

  static <T> String csv(List<Column<T>> columns, T record) {
    var row = new StringBuilder();
    for (int i = 0; i < columns.size(); i++) {
      row.append(i == 0 ? "" : ",").append(quoted(columns.get(i).value().apply(record)));
    }
    return row.toString();
  }

  static String markdownHeader(List<? extends Column<?>> columns) {
    var row = new StringBuilder("|");
    for (Column<?> column : columns) {
      row.append(' ').append(cell(column.title())).append(" |");
    }
    return row.toString();
  }

  static <T> String markdown(List<Column<T>> columns, T record) {
    var row = new StringBuilder("|");
    for (Column<T> column : columns) {
      row.append(' ').append(cell(column.value().apply(record))).append(" |");
    }
    return row.toString();
  }

  private static String quoted(String value) {
    boolean plain =
        value.indexOf(',') < 0
            && value.indexOf('"') < 0
            && value.indexOf('\n') < 0
            && value.indexOf('\r') < 0;
    return plain ? value : '"' + value.replace("\"", "\"\"") + '"';
  }

  private static String cell(String value) {
    return value.replace("|", "\\|").replace("\r", "").replace("\n", "<br>");
  }
}
