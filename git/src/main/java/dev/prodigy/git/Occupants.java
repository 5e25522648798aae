package dev.prodigy.git;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;

/// Processes that have their working directory in a worktree. Known on Linux only; elsewhere a
/// worktree counts as empty.
final class Occupants {
  private static final Path PROC = Path.of("/proc");
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  private Occupants() {}

  static boolean anyIn(Path worktree) {
    return any(process -> worksIn(process, worktree));
  }

  /// Waits for git commands that outlive the process that started them: it was killed, they finish
  /// what they do. At most 10 s.
  static void awaitGit(Path worktree) {
    long end = System.nanoTime() + LONGEST_WAIT.toNanos();
    while (System.nanoTime() < end
        && any(process -> worksIn(process, worktree) && isGit(process))) {
      Git.pause();
    }
  }

  private static boolean any(Predicate<Path> wanted) {
    if (!Files.isDirectory(PROC)) {
      return false;
    }
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        if (wanted.test(process)) {
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

  private static boolean isGit(Path process) {
    try {
      return Files.readSymbolicLink(process.resolve("exe")).endsWith("git");
    } catch (IOException | SecurityException _) {
      return false;
    }
  }
}
