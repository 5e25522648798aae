package dev.prodigy.workflow.yaml;

import dev.prodigy.model.EditDistance;
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
        .filter(
            k ->
                EditDistance.between(wanted, k)
                    <= Math.max(1, Math.max(wanted.length(), k.length()) / 3))
        .min(Comparator.comparingInt(k -> EditDistance.between(wanted, k)));
  }
}
