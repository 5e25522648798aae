package dev.prodigy.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The directory in which git keeps what belongs to one checkout alone: `HEAD`, `index`, and the
/// state of an operation under way.
record GitDir(Path path) {

  /// Of the checkout at `root`: its `.git`, or where the file `.git` of a linked one points.
  static Optional<GitDir> of(Path root) {
    Path dotGit = root.resolve(".git");
    if (Files.isDirectory(dotGit)) {
      return Optional.of(new GitDir(dotGit));
    }
    return firstLine(dotGit)
        .filter(line -> line.startsWith("gitdir:"))
        .map(line -> new GitDir(root.resolve(line.substring("gitdir:".length()).strip())));
  }

  /// The operation that somebody has begun here and not finished, in a user's words.
  Optional<String> operation() {
    if (has("rebase-merge")) {
      return Optional.of("rebase");
    }
    if (has("rebase-apply")) {
      return Optional.of(has("rebase-apply/applying") ? "am" : "rebase");
    }
    if (has("MERGE_HEAD")) {
      return Optional.of("merge");
    }
    if (has("CHERRY_PICK_HEAD")) {
      return Optional.of("cherry-pick");
    }
    if (has("REVERT_HEAD")) {
      return Optional.of("revert");
    }
    return has("BISECT_LOG") ? Optional.of("bisect") : Optional.empty();
  }

  /// Whether an operation under way here will come back to this branch although `HEAD` does not
  /// name it now.
  boolean willReturnTo(String branch) {
    return List.of("rebase-merge/head-name", "rebase-apply/head-name", "BISECT_START").stream()
        .flatMap(name -> firstLine(path.resolve(name)).stream())
        .anyMatch(name -> name.equals("refs/heads/" + branch) || name.equals(branch));
  }

  boolean has(String name) {
    return Files.exists(path.resolve(name));
  }

  Path file(String name) {
    return path.resolve(name);
  }

  private static Optional<String> firstLine(Path file) {
    try {
      return Files.isRegularFile(file)
          ? Files.readString(file).lines().findFirst().map(String::strip)
          : Optional.empty();
    } catch (IOException e) {
      throw GitException.io(file, e);
    }
  }
}
