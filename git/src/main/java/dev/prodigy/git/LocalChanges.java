package dev.prodigy.git;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The paths of a worktree with something uncommitted; an untracked directory stands for all in it
/// and ends in `/`.
final class LocalChanges {
  private final Set<String> files = new HashSet<>();
  private final Set<String> directories = new HashSet<>();

  LocalChanges(List<String> paths) {
    for (String path : paths) {
      (path.endsWith("/") ? directories : files).add(path);
    }
  }

  /// The files that a refusing `git merge` or `git checkout` lists, each on a line after a tab.
  static List<String> namedIn(String stderr) {
    return stderr
        .lines()
        .filter(line -> line.startsWith("\t"))
        .map(line -> line.substring(1))
        .distinct()
        .toList();
  }

  boolean isEmpty() {
    return files.isEmpty() && directories.isEmpty();
  }

  /// Those of the paths that a change of them would overwrite.
  List<String> among(Path worktree, List<String> paths) {
    return isEmpty()
        ? List.of()
        : paths.stream().filter(path -> inTheWay(worktree, path)).sorted().distinct().toList();
  }

  private boolean inTheWay(Path worktree, String path) {
    if (files.contains(path)) {
      return true;
    }
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      // An untracked file where a directory must go, or an untracked file in the same directory.
      if (files.contains(path.substring(0, slash))
          || (directories.contains(path.substring(0, slash + 1))
              && Files.exists(worktree.resolve(path), LinkOption.NOFOLLOW_LINKS))) {
        return true;
      }
    }
    // A directory with untracked files where a file must go.
    return directories.stream().anyMatch(directory -> directory.startsWith(path + "/"))
        || files.stream().anyMatch(file -> file.startsWith(path + "/"));
  }
}
