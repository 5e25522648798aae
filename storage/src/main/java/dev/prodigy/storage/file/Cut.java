package dev.prodigy.storage.file;

import java.util.List;

/// How much of long values goes into a line. What is left out is said in its place.
///
/// @param textBytes the most of one text, in UTF-8
/// @param entries the most of one list or object
/// @param depth the most levels of lists and objects within each other
record Cut(int textBytes, int entries, int depth) {
  /// The first is the usual one; the others make an unusually large event fit into its line.
  static final List<Cut> EVER_SHORTER =
      List.of(
          new Cut(16 << 10, Integer.MAX_VALUE, 100),
          new Cut(2 << 10, 500, 10),
          new Cut(256, 20, 3),
          new Cut(32, 4, 0));

  /// The text with an underscore for everything that would need an escape.
  static String plain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (LineBuffer.needsEscape(text.charAt(i))) {
        return text.replaceAll("[\\x00-\\x1f\"\\\\\\x7f]", "_");
      }
    }
    return text;
  }
}
