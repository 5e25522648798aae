package dev.prodigy.workflow.expression;

import org.jspecify.annotations.Nullable;

/// A here-document that was announced (`<<EOF`) and whose text follows the line.
///
/// @param stripsTabs `<<-`: the closing line may be indented with tabs
/// @param end behind the announcement
record HereDocument(String delimiter, boolean stripsTabs, int end) {

  /// The announcement that begins here; null if this is another redirection.
  static @Nullable HereDocument at(String text, int at, int to) {
    if (!text.startsWith("<<", at) || text.startsWith("<<<", at)) {
      return null;
    }
    boolean stripsTabs = text.startsWith("-", at + 2);
    int start = at + (stripsTabs ? 3 : 2);
    while (start < to && (text.charAt(start) == ' ' || text.charAt(start) == '\t')) {
      start++;
    }
    int end = start;
    while (end < to && " \t\n;|&<>()".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    String delimiter = text.substring(start, end).replaceAll("[\\\\'\"]", "");
    return delimiter.isEmpty() ? null : new HereDocument(delimiter, stripsTabs, end);
  }

  /// The start of the line behind the closing one; the end of the text if there is none.
  int bodyEnd(String text, int from, int to) {
    int line = from;
    while (line < to) {
      int newline = text.indexOf('\n', line);
      int end = newline < 0 || newline > to ? to : newline;
      String content = text.substring(line, end);
      if (delimiter.equals(stripsTabs ? content.replaceAll("^\t+", "") : content)) {
        return end;
      }
      line = end + 1;
    }
    return to;
  }
}
