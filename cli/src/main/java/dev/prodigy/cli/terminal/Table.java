package dev.prodigy.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/// Rows under headings, fitted to the terminal. Widths follow the first [#MEASURED] rows, so that a
/// listing of any length needs constant memory; later cells are cut to fit.
final class Table<T> {
  static final int MEASURED = 1000;
  private static final int GAP = 2;
  private static final int NARROWEST = 8;

  private final List<Column<T>> columns;
  private final Console console;
  private final ArrayList<String[]> waiting = new ArrayList<>();
  private int[] widths = {};

  Table(List<Column<T>> columns, Console console) {
    this.columns = columns;
    this.console = console;
  }

  void add(T record) {
    var cells = new String[columns.size()];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = oneLine(columns.get(i).value().apply(record));
    }
    if (widths.length > 0) {
      print(cells);
      return;
    }
    waiting.add(cells);
    if (waiting.size() == MEASURED) {
      start();
    }
  }

  /// Prints what was held back for measuring.
  void end() {
    if (widths.length == 0 && !waiting.isEmpty()) {
      start();
    }
  }

  private void start() {
    widths = fit(natural());
    var titles = new String[columns.size()];
    for (int i = 0; i < titles.length; i++) {
      titles[i] = columns.get(i).title();
    }
    console.print(console.outStyle().paint(Style.Tone.STRONG, row(titles)));
    waiting.forEach(this::print);
    waiting.clear();
  }

  private int[] natural() {
    var natural = new int[columns.size()];
    for (int i = 0; i < natural.length; i++) {
      natural[i] = TextWidth.of(columns.get(i).title());
      for (String[] cells : waiting) {
        natural[i] = Math.max(natural[i], TextWidth.of(cells[i]));
      }
    }
    return natural;
  }

  /// Takes from the widest column that may be cut, again and again, until the row fits.
  private int[] fit(int[] wanted) {
    int[] fitted = wanted.clone();
    int excess = -console.width() - GAP;
    for (int width : fitted) {
      excess += width + GAP;
    }
    while (excess > 0) {
      int widest = -1;
      for (int i = 0; i < fitted.length; i++) {
        boolean shrinks = !columns.get(i).whole() && fitted[i] > NARROWEST;
        if (shrinks && (widest < 0 || fitted[i] > fitted[widest])) {
          widest = i;
        }
      }
      if (widest < 0) {
        break;
      }
      fitted[widest]--;
      excess--;
    }
    return fitted;
  }

  private void print(String[] cells) {
    console.print(row(cells));
  }

  private String row(String[] cells) {
    var row = new StringBuilder();
    for (int i = 0; i < cells.length; i++) {
      Column<T> column = columns.get(i);
      String cell = column.whole() ? cells[i] : TextWidth.cut(cells[i], widths[i]);
      String padding = " ".repeat(Math.max(0, widths[i] - TextWidth.of(cell)));
      row.append(column.right() ? padding + cell : cell + padding);
      row.append(" ".repeat(GAP));
    }
    return row.toString().stripTrailing();
  }

  private static String oneLine(String text) {
    if (text.indexOf('\n') < 0 && text.indexOf('\r') < 0 && text.indexOf('\t') < 0) {
      return text;
    }
    return text.strip()
        .replace("\r\n", " ")
        .replace('\n', ' ')
        .replace('\r', ' ')
        .replace('\t', ' ');
  }
}
