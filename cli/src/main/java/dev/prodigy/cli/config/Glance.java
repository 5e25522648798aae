package dev.prodigy.cli.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A look at configuration files that costs next to nothing: every command needs to know whether
/// they say anything about a few settings, and hardly any do.
final class Glance {
  private static final String[] ENDINGS = {".yml", ".yaml"};

  private Glance() {}

  /// Whether a file of that name in one of the directories has one of the words in it. If not, it
  /// does not set anything called so.
  static boolean finds(List<Path> directories, String name, String... words) {
    for (Path directory : directories) {
      for (String ending : ENDINGS) {
        if (has(directory.resolve(name.concat(ending)), words)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean has(Path file, String[] words) {
    if (!file.toFile().isFile()) {
      return false;
    }
    try {
      String text = Files.readString(file);
      for (String word : words) {
        if (text.contains(word)) {
          return true;
        }
      }
      return false;
    } catch (IOException _) { // told by whoever reads it in earnest
      return true;
    }
  }

  /// Whether one of the variables is set to something.
  static boolean isSet(Map<String, String> env, String... names) {
    for (String name : names) {
      if (!env.getOrDefault(name, "").isBlank()) {
        return true;
      }
    }
    return false;
  }
}
