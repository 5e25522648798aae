package dev.prodigy.cli.e2e;

import java.nio.file.Files;
import java.nio.file.Path;

/// Where the build put the executable under test; the property `prodigy.executable` names another.
final class Executable {
  private Executable() {}

  static Path path() {
    String given = System.getProperty("prodigy.executable");
    if (given != null) {
      return Path.of(given);
    }
    Path directory = Path.of("").toAbsolutePath();
    while (directory != null) {
      Path candidate = directory.resolve("dist/bin/prodigy");
      if (Files.isExecutable(candidate)) {
        return candidate;
      }
      directory = directory.getParent();
    }
    throw new AssertionError("no dist/bin/prodigy: package first");
  }
}
