package dev.prodigy.cli.config;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;

/// The main working tree of a repository, without asking git.
public final class MainWorktree {
  private static final String WORKTREES = "/.git/worktrees/";

  private MainWorktree() {}

  /// In a linked worktree `.git` is a file that names the main repository.
  ///
  /// @param directory holds `.git`
  public static File of(File directory) {
    File git = new File(directory, ".git");
    if (git.isFile()) {
      String text = text(git).strip();
      int at = text.indexOf(WORKTREES);
      if (text.startsWith("gitdir: ") && at > 0) {
        return new File(text.substring("gitdir: ".length(), at));
      }
    }
    return directory;
  }

  private static String text(File file) {
    try {
      return Files.readString(file.toPath());
    } catch (IOException _) { // then it leads nowhere
      return "";
    }
  }
}
