package dev.prodigy.workflow.yaml;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/// Guesses what a misspelled word was meant to be.
public final class Spelling {

  /// No word of the language is half as long.
  private static final int LONGEST = 60;

  private Spelling() {}

  /// `snake_case` of `PascalCase`, `kebab-case` and the like.
  public static String snakeCase(String word) {
    return word.strip()
        .replaceAll("([a-z0-9])([A-Z])", "$1_$2")
        .replace('-', '_')
        .replace(' ', '_')
        .toLowerCase(Locale.ROOT);
  }

  /// The nearest word, if a third of it or less is different.
  public static Optional<String> nearest(String word, Collection<String> known) {
    if (word.length() > LONGEST) {
      return Optional.empty();
    }
    String wanted = snakeCase(word);
    return known.stream()
        .filter(k -> distance(wanted, k) <= Math.max(1, Math.max(wanted.length(), k.length()) / 3))
        .min(Comparator.comparingInt(k -> distance(wanted, k)));
  }

  /// Letters to insert, delete, replace or swap with their neighbour.
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        d[i][j] = i == 0 || j == 0 ? i + j : cheapest(a, b, d, i, j);
      }
    }
    return d[a.length()][b.length()];
  }

  private static int cheapest(String a, String b, int[][] d, int i, int j) {
    boolean same = a.charAt(i - 1) == b.charAt(j - 1);
    int best = Math.min(d[i - 1][j - 1] + (same ? 0 : 1), Math.min(d[i - 1][j], d[i][j - 1]) + 1);
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(best, d[i - 2][j - 2] + 1) : best;
  }
}
