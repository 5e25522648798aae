package dev.prodigy.workflow.expression;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/// What a shell would see in a text, as far as inserting values safely needs it: which places are
/// within single quotes, and which names the text assigns itself, from where on.
///
/// One pass over the text with a stack of what is open: `"…"`, `$(…)`, `` `…` ``, `${…}`. Comments
/// and here-documents hold no quotes; references of ours are skipped as a whole, whatever they
/// contain. In a text that does not come out even nothing counts as quoted: better raw than wrongly
/// escaped.
final class ShellText {
  /// Something open, and the simple command being read in it.
  private static final class Frame {
    final char close;
    final boolean arithmetic;
    final ShellCommand command;
    int word = -1;
    int cases;

    Frame(char close, boolean arithmetic) {
      this.close = close;
      this.arithmetic = arithmetic;
      this.command = new ShellCommand();
    }
  }

  /// A name that is the shell's within a range of the text.
  private record Assignment(String name, int from, int to) {}

  private static final char TOP = '\0';

  private final String text;
  private final int to;
  private final IntUnaryOperator referenceEnd;
  private final BitSet quoted = new BitSet();
  private final List<Assignment> assignments = new ArrayList<>();
  private final Deque<Frame> open = new ArrayDeque<>();
  private final Deque<HereDocument> awaited = new ArrayDeque<>();
  private boolean even = true;

  private ShellText(String text, int to, IntUnaryOperator referenceEnd) {
    this.text = text;
    this.to = to;
    this.referenceEnd = referenceEnd;
  }

  /// @param referenceEnd where a reference of ours that begins at an offset ends; -1 if none does
  static ShellText scan(String text, int from, int to, IntUnaryOperator referenceEnd) {
    ShellText shell = new ShellText(text, to, referenceEnd);
    shell.run(from);
    return shell;
  }

  boolean singleQuoted(int offset) {
    return quoted.get(offset);
  }

  boolean assigns() {
    return !assignments.isEmpty();
  }

  boolean assigned(String name, int offset) {
    return assignments.stream()
        .anyMatch(one -> one.name.equals(name) && one.from <= offset && offset < one.to);
  }

  static boolean isNameStart(char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  static boolean isNameCharacter(char c) {
    return isNameStart(c) || (c >= '0' && c <= '9');
  }

  private void run(int from) {
    push(TOP, false);
    int i = from;
    while (i < to) {
      i = step(i);
    }
    endWord(to);
    if (open.size() > 1 || !even) {
      quoted.clear();
    }
  }

  /// Reads what begins here; gives where the next begins.
  private int step(int at) {
    char c = text.charAt(at);
    if (c == '\\') {
      if (!text.startsWith("\n", at + 1)) {
        beginWord(at); // else the line goes on
      }
      return at + 2;
    }
    if (c == '$') {
      beginWord(at);
      return dollar(at);
    }
    if (c == '`') {
      return backtick(at);
    }
    return frame().close == '"' ? inDoubleQuotes(at, c) : unquoted(at, c);
  }

  private int dollar(int at) {
    int end = referenceEnd.applyAsInt(at);
    if (end > 0) {
      return end;
    }
    if (text.startsWith("((", at + 1)) {
      push(')', true);
      push(')', true);
      return at + 3;
    }
    if (text.startsWith("(", at + 1)) {
      push(')', false);
      return at + 2;
    }
    if (text.startsWith("{", at + 1)) {
      push('}', false);
      return at + 2;
    }
    return text.startsWith("$", at + 1) ? at + 2 : at + 1;
  }

  private int backtick(int at) {
    if (frame().close == '`') {
      pop(at);
    } else {
      beginWord(at);
      push('`', false);
    }
    return at + 1;
  }

  private int inDoubleQuotes(int at, char c) {
    if (c == '"') {
      pop(at);
    }
    return at + 1;
  }

  private int unquoted(int at, char c) {
    Frame frame = frame();
    switch (c) {
      case '\'' -> {
        beginWord(at);
        return inParameterOfDoubleQuotes() ? at + 1 : singleQuotes(at);
      }
      case '"' -> {
        beginWord(at);
        push('"', false);
        return at + 1;
      }
      case '}' -> {
        if (frame.close == '}') {
          pop(at);
          return at + 1;
        }
      }
      default -> {}
    }
    return frame.close == '}' ? at + 1 : command(at, c, frame);
  }

  /// In `"${name:-it's}"` a single quote is a character.
  private boolean inParameterOfDoubleQuotes() {
    boolean parameter = false;
    for (Frame frame : open) {
      if (frame.close != '}') {
        return parameter && frame.close == '"';
      }
      parameter = true;
    }
    return false;
  }

  private int singleQuotes(int at) {
    int i = at + 1;
    while (i < to && text.charAt(i) != '\'') {
      char c = text.charAt(i);
      int end = c == '$' ? referenceEnd.applyAsInt(i) : -1;
      boolean escape = c == '\\' && i + 1 < to && "$\\".indexOf(text.charAt(i + 1)) >= 0;
      i = end > 0 ? end : escape ? i + 2 : i + 1;
    }
    even &= i < to;
    quoted.set(at + 1, Math.min(i, to));
    return Math.min(i, to) + 1;
  }

  /// A character where commands are: between quotes, not in an expansion.
  private int command(int at, char c, Frame frame) {
    if (frame.arithmetic) {
      return arithmetic(at, c);
    }
    switch (c) {
      case ' ', '\t' -> endWord(at);
      case '\n' -> {
        endCommand(at);
        return hereDocuments(at + 1);
      }
      case ';', '&', '|' -> endCommand(at);
      case '#' -> {
        if (frame.word < 0) {
          int end = text.indexOf('\n', at);
          return end < 0 ? to : Math.min(end, to);
        }
      }
      case '<', '>' -> {
        return redirection(at, c);
      }
      case '(' -> openParenthesis(at, frame);
      case ')' -> closeParenthesis(at, frame);
      default -> beginWord(at);
    }
    return at + 1;
  }

  private int arithmetic(int at, char c) {
    if (c == '(') {
      push(')', true);
    } else if (c == ')') {
      pop(at);
    }
    return at + 1;
  }

  private void openParenthesis(int at, Frame frame) {
    boolean array = frame.word >= 0 && at > 0 && text.charAt(at - 1) == '=';
    boolean arithmetic = frame.word < 0 && text.startsWith("((", at);
    if (!array) {
      endCommand(at);
    }
    push(')', arithmetic);
  }

  private void closeParenthesis(int at, Frame frame) {
    endWord(at);
    if (frame.cases > 0 || frame.close != ')') {
      endCommand(at); // the end of a pattern in `case`
    } else {
      pop(at);
    }
  }

  private int redirection(int at, char c) {
    if (frame().word >= 0 && text.substring(frame().word, at).chars().allMatch(d -> d <= '9')) {
      frame().word = -1; // the 2 of `2>`
    }
    endWord(at);
    HereDocument document = c == '<' ? HereDocument.at(text, at, to) : null;
    if (document != null) {
      awaited.add(document);
      return document.end();
    }
    frame().command.skipNext();
    int end = at + 1;
    while (end < to && "<>&|".indexOf(text.charAt(end)) >= 0) {
      end++;
    }
    return end;
  }

  private int hereDocuments(int line) {
    int next = line;
    while (!awaited.isEmpty()) {
      next = awaited.removeFirst().bodyEnd(text, next, to);
    }
    return next;
  }

  private void push(char close, boolean arithmetic) {
    open.push(new Frame(close, arithmetic));
  }

  private void pop(int at) {
    if (open.size() > 1) {
      endCommand(at);
      open.pop();
    }
  }

  private Frame frame() {
    return Objects.requireNonNull(open.peek());
  }

  private void beginWord(int at) {
    if (frame().word < 0) {
      frame().word = at;
    }
  }

  private void endWord(int at) {
    Frame frame = frame();
    if (frame.word < 0) {
      return;
    }
    String word = text.substring(frame.word, Math.min(at, to));
    int start = frame.word;
    frame.word = -1;
    if (frame.close == '"' || frame.close == '}') {
      return;
    }
    boolean first = frame.command.atStart();
    if (first && word.equals("case")) {
      frame.cases++;
    } else if (first && word.equals("esac")) {
      frame.cases = Math.max(0, frame.cases - 1);
    }
    @Nullable String name = frame.command.word(word);
    if (name != null) {
      assignments.add(new Assignment(name, at, to));
    }
    if (frame.command.isScript(word)) {
      script(start + 1, at - 1);
    }
  }

  /// The text of `sh -c '…'`: what it assigns is its own.
  private void script(int from, int end) {
    assignments.addAll(scan(text, from, end, referenceEnd).assignments);
  }

  private void endCommand(int at) {
    endWord(at);
    frame().command.end();
  }
}
