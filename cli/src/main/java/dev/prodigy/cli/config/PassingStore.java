package dev.prodigy.cli.config;

import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.ProdigyException;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// The store of `storage.backend: memory`: a directory of this process alone, gone when it ends.
record PassingStore(Path root) {
  /// Others may still write a file while the process ends.
  private static final int TRIES = 10;

  /// Makes it, for its owner only, and sees to its removal. Says once that nothing is kept.
  static PassingStore open(Invocation call) {
    Path root = create(Path.of(temporary(call)));
    Console console = call.console();
    call.signals().beforeEnd(() -> remove(root, console));
    console.warn("nothing is kept after this process (storage.backend: memory)");
    return new PassingStore(root);
  }

  /// Java itself does not know `TMPDIR`.
  private static String temporary(Invocation call) {
    String asked = call.env().getOrDefault("TMPDIR", "");
    return asked.isBlank() ? System.getProperty("java.io.tmpdir", "/tmp") : asked;
  }

  private static Path create(Path parent) {
    try {
      return Files.createTempDirectory(
              parent,
              "prodigy-",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")))
          .toRealPath();
    } catch (IOException e) {
      throw new ProdigyException(
          ErrorCode.STORAGE_IO,
          "Cannot make a store in " + parent,
          null,
          e.getMessage(),
          "set TMPDIR to a directory you can write to",
          e);
    }
  }

  private static void remove(Path root, Console console) {
    for (int attempt = 1; Files.exists(root, LinkOption.NOFOLLOW_LINKS); attempt++) {
      try {
        delete(root);
      } catch (DirectoryNotEmptyException e) {
        if (attempt == TRIES) {
          left(root, e, console);
          return;
        }
      } catch (IOException e) {
        left(root, e, console);
        return;
      }
    }
  }

  private static void left(Path root, IOException why, Console console) {
    console.warn("%s is left: %s".formatted(root, why));
  }

  /// Commands may have made directories that even their owner cannot write.
  private static void delete(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      try {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
        try (var inside = Files.newDirectoryStream(path)) {
          for (Path entry : inside) {
            delete(entry);
          }
        }
      } catch (NoSuchFileException _) { // gone already
      }
    }
    Files.deleteIfExists(path);
  }
}
