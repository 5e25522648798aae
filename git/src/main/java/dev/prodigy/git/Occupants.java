package dev.prodigy.git;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// Processes that have their working directory in a worktree. Known on Linux only; elsewhere a
/// worktree counts as empty.
final class Occupants {
  private static final Path PROC = Path.of("/proc");

  private Occupants() {}

  static boolean anyIn(Path worktree) {
    if (!Files.isDirectory(PROC)) {
      return false;
    }
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        if (worksIn(process, worktree)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw GitException.io(PROC, e);
    }
  }

  private static boolean worksIn(Path process, Path worktree) {
    try {
      return Files.readSymbolicLink(process.resolve("cwd")).startsWith(worktree);
    } catch (IOException | SecurityException _) {
      return false; // ended meanwhile, or another user's
    }
  }
}
