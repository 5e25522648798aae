package dev.prodigy.cli.language;

import java.util.ArrayList;
import java.util.List;

/// The difference of two texts, as `diff -u` shows it.
final class UnifiedDiff {
  private static final int AROUND = 3;

  private enum Kind {
    SAME(' '),
    OLD('-'),
    NEW('+');

    private final char sign;

    Kind(char sign) {
      this.sign = sign;
    }
  }

  private record Line(Kind kind, String text) {}

  private UnifiedDiff() {}

  /// Empty if the texts are equal.
  static List<String> of(String file, String before, String after) {
    List<Line> lines = lines(before.lines().toList(), after.lines().toList());
    var diff = new ArrayList<String>();
    int oldLine = 1;
    int newLine = 1;
    int at = 0;
    while (at < lines.size()) {
      int change = nextChange(lines, at);
      if (change == lines.size()) {
        break;
      }
      int start = Math.max(at, change - AROUND);
      oldLine += start - at;
      newLine += start - at;
      int end = hunkEnd(lines, change);
      List<Line> hunk = lines.subList(start, end);
      int olds = (int) hunk.stream().filter(line -> line.kind != Kind.NEW).count();
      int news = (int) hunk.stream().filter(line -> line.kind != Kind.OLD).count();
      if (diff.isEmpty()) {
        diff.add("--- " + file);
        diff.add("+++ " + file);
      }
      diff.add("@@ -%d,%d +%d,%d @@".formatted(oldLine, olds, newLine, news));
      hunk.forEach(line -> diff.add(line.kind.sign + line.text));
      oldLine += olds;
      newLine += news;
      at = end;
    }
    return diff;
  }

  private static int nextChange(List<Line> lines, int from) {
    int at = from;
    while (at < lines.size() && lines.get(at).kind == Kind.SAME) {
      at++;
    }
    return at;
  }

  /// Behind the last change that has fewer than twice the context before the next.
  private static int hunkEnd(List<Line> lines, int change) {
    int end = change;
    int next = change;
    while (next < lines.size() && next - end <= 2 * AROUND) {
      end = next;
      while (end < lines.size() && lines.get(end).kind != Kind.SAME) {
        end++;
      }
      next = nextChange(lines, end);
    }
    return Math.min(lines.size(), end + AROUND);
  }

  /// By the longest common sequence between what both begin and end with.
  private static List<Line> lines(List<String> before, List<String> after) {
    int head = 0;
    int shorter = Math.min(before.size(), after.size());
    while (head < shorter && before.get(head).equals(after.get(head))) {
      head++;
    }
    int tail = 0;
    while (tail < shorter - head
        && before.get(before.size() - 1 - tail).equals(after.get(after.size() - 1 - tail))) {
      tail++;
    }
    var lines = new ArrayList<Line>();
    before.subList(0, head).forEach(text -> lines.add(new Line(Kind.SAME, text)));
    middle(
        before.subList(head, before.size() - tail),
        after.subList(head, after.size() - tail),
        lines);
    before
        .subList(before.size() - tail, before.size())
        .forEach(text -> lines.add(new Line(Kind.SAME, text)));
    return lines;
  }

  private static void middle(List<String> before, List<String> after, List<Line> lines) {
    int[][] common = new int[before.size() + 1][after.size() + 1];
    for (int i = before.size() - 1; i >= 0; i--) {
      for (int j = after.size() - 1; j >= 0; j--) {
        common[i][j] =
            before.get(i).equals(after.get(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    int i = 0;
    int j = 0;
    while (i < before.size() || j < after.size()) {
      if (i < before.size() && j < after.size() && before.get(i).equals(after.get(j))) {
        lines.add(new Line(Kind.SAME, before.get(i)));
        i++;
        j++;
      } else if (j == after.size() || (i < before.size() && common[i + 1][j] >= common[i][j + 1])) {
        lines.add(new Line(Kind.OLD, before.get(i++)));
      } else {
        lines.add(new Line(Kind.NEW, after.get(j++)));
      }
    }
  }
}
