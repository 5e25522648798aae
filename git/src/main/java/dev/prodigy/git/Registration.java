package dev.prodigy.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a repository knows about one linked worktree: the directory `worktrees/<id>` in its common
/// directory. Read from the files, since `git worktree list` fails on an entry that another process
/// is just making.
///
/// @param path the worktree's top level; null while the entry is half made
/// @param lockReason empty for a lock without a reason, null if not locked
record Registration(GitDir gitDir, @Nullable Path path, @Nullable String lockReason) {
  /// What `git worktree add` writes into its lock while it works; it stays after a kill.
  private static final String BEING_MADE = "initializing";

  /// Our own mark of a worktree that is kept on purpose; git ignores files it does not know here.
  private static final String RETIRED = "prodigy-retired";

  static List<Registration> all(Path commonDir) {
    Path entries = commonDir.resolve("worktrees");
    if (!Files.isDirectory(entries)) {
      return List.of();
    }
    var all = new ArrayList<Registration>();
    try (var directories = Files.newDirectoryStream(entries)) {
      for (Path directory : directories) {
        all.add(read(directory));
      }
    } catch (IOException e) {
      throw GitException.io(entries, e);
    }
    return all;
  }

  private static Registration read(Path directory) throws IOException {
    String gitFile = readIfThere(directory.resolve("gitdir"));
    Path path = null;
    if (gitFile != null && !gitFile.isBlank()) {
      path = directory.resolve(gitFile.strip()).normalize().getParent();
    }
    return new Registration(new GitDir(directory), path, readIfThere(directory.resolve("locked")));
  }

  private static @Nullable String readIfThere(Path file) throws IOException {
    try {
      return Files.isRegularFile(file) ? Files.readString(file).strip() : null;
    } catch (java.nio.file.NoSuchFileException _) {
      return null;
    }
  }

  /// Git's name for it: usually the last component of the path it was made at.
  String id() {
    return gitDir.path().getFileName().toString();
  }

  /// The last component of its path, or of its entry while half made.
  String name() {
    return path == null ? id() : path.getFileName().toString();
  }

  boolean at(Path place) {
    return place.equals(path);
  }

  boolean under(Path directory) {
    return path != null && directory.equals(path.getParent());
  }

  /// Its directory is gone, or no longer a worktree.
  boolean prunable() {
    return path == null || !Files.exists(path.resolve(".git"));
  }

  /// Its directory says that it belongs to this entry; it does not after the repository moved.
  boolean linkedBack() {
    return path != null
        && GitDir.of(path)
            .filter(found -> found.path().normalize().equals(gitDir.path().normalize()))
            .isPresent();
  }

  /// Locked by somebody who wants it kept.
  boolean locked() {
    return lockReason != null && !beingMade();
  }

  /// `git worktree add` is at work here, or was killed.
  boolean beingMade() {
    return BEING_MADE.equals(lockReason);
  }

  boolean retired() {
    return gitDir.has(RETIRED);
  }

  void markRetired() {
    try {
      Files.writeString(gitDir.file(RETIRED), "");
    } catch (IOException e) {
      throw GitException.io(gitDir.file(RETIRED), e);
    }
  }
}
