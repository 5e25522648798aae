package dev.prodigy.workflow.migrate;

import dev.prodigy.workflow.yaml.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Replacements in a text, none of which overlaps another: the first to ask wins, the others have
/// to ask again when these are done.
final class Edits {

  /// @param start in characters, from 0
  private record Edit(int start, int end, String replacement) {}

  private final String text;
  private final boolean plain;
  private final List<Edit> edits = new ArrayList<>();

  Edits(String text) {
    this.text = text;
    this.plain = text.codePointCount(0, text.length()) == text.length();
  }

  boolean isEmpty() {
    return edits.isEmpty();
  }

  String text() {
    return text;
  }

  int start(Span span) {
    return index(span.start());
  }

  int end(Span span) {
    return index(span.end());
  }

  private int index(int codePoints) {
    return plain ? codePoints : text.offsetByCodePoints(0, codePoints);
  }

  String of(Span span) {
    return text.substring(start(span), end(span));
  }

  /// Where the line begins that holds this character.
  int lineStart(int at) {
    return text.lastIndexOf('\n', at - 1) + 1;
  }

  /// Where that line ends, before its line break.
  int lineEnd(int at) {
    int end = text.indexOf('\n', at);
    return end < 0 ? text.length() : end;
  }

  /// How far from the beginning of its line.
  int column(int at) {
    return at - lineStart(at);
  }

  /// Whether nothing but space stands before it in its line.
  boolean beginsLine(int at) {
    return text.substring(lineStart(at), at).isBlank();
  }

  void replace(Span span, String replacement) {
    replace(start(span), end(span), replacement);
  }

  void replace(int start, int end, String replacement) {
    if (edits.stream().noneMatch(edit -> edit.start < end && start < edit.end)) {
      edits.add(new Edit(start, end, replacement));
    }
  }

  String result() {
    edits.sort(Comparator.comparingInt(Edit::start));
    var result = new StringBuilder();
    int from = 0;
    for (Edit edit : edits) {
      result.append(text, from, edit.start).append(edit.replacement);
      from = edit.end;
    }
    return result.append(text, from, text.length()).toString();
  }
}
