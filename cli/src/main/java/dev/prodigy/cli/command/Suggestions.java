package dev.prodigy.cli.command;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a mistyped name probably meant.
final class Suggestions {
  private Suggestions() {}

  static @Nullable String command(String typed, Command group) {
    var names = new ArrayList<String>();
    for (Command command : group.subcommands()) {
      if (!command.isHidden()) {
        names.add(command.name());
        names.addAll(command.aliases());
      }
    }
    return sentence(nearest(typed, names), "");
  }

  static @Nullable String option(String typed, Command command) {
    var names = new ArrayList<String>();
    command.options().forEach(option -> names.add(option.name()));
    command.program().options().forEach(option -> names.add(option.name()));
    return sentence(nearest(typed, names), "--");
  }

  private static @Nullable String sentence(@Nullable String name, String prefix) {
    return name == null ? null : "did you mean '" + prefix + name + "'?";
  }

  private static @Nullable String nearest(String typed, List<String> names) {
    String best = null;
    int bestDistance = Integer.MAX_VALUE;
    for (String name : names) {
      boolean begins = typed.length() >= 2 && name.startsWith(typed);
      int distance = begins ? 1 : distance(typed, name);
      if (distance <= Math.max(1, Math.min(typed.length(), name.length()) / 3)
          && distance < bestDistance) {
        best = name;
        bestDistance = distance;
      }
    }
    return best;
  }

  /// Edits (insert, delete, replace, swap of neighbours) between two words.
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(replaced, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        if (i > 1 && j > 1 && swapped(a, i, b, j)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }

  private static boolean swapped(String a, int i, String b, int j) {
    return a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
  }
}
