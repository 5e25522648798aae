package dev.prodigy.git;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// One agent worktree that serves attempt after attempt, and the knowledge of what it looked like
/// when it was new: an attempt must not see anything of the one before.
///
/// Two git commands make it new again, `checkout -f -B` for tracked files and `clean -ffdx` for all
/// others. Whatever they do not reach - an operation under way, an initialised submodule, settings
/// of the worktree's own, a process that still sits there - makes [#reset] say no, and the worktree
/// is replaced.
final class AgentSlot {
  /// Traces of ordinary work that git itself never cleans up; deleted before the next attempt.
  private static final Set<String> TRACES =
      Set.of("ORIG_HEAD", "FETCH_HEAD", "COMMIT_EDITMSG", "logs/HEAD");

  /// Differ between equal worktrees.
  private static final Set<String> VARYING = Set.of("HEAD", "index", "logs/HEAD");

  private static final long READ_AT_MOST_BYTES = 1 << 16;

  private final WorktreeRegistry registry;
  private final Path path;
  private final Registration registration;
  private final Map<String, String> whenNew;

  AgentSlot(WorktreeRegistry registry, Path path, Registration registration) {
    this.registry = registry;
    this.path = path;
    this.registration = registration;
    whenNew = contents();
  }

  Path path() {
    return path;
  }

  GitDir gitDir() {
    return registration.gitDir();
  }

  Registration registration() {
    return registration;
  }

  /// Makes it equal to a new worktree of `commit` on `branch`.
  ///
  /// @return false if it cannot be: then it must be replaced
  boolean reset(String branch, String commit, Consumer<String> warnings) {
    if (!stillOurs() || locked() || Occupants.anyIn(path)) {
      return false;
    }
    try {
      for (String trace : TRACES) {
        Files.deleteIfExists(gitDir().file(trace));
      }
      if (IndexFlags.mayHideFiles(gitDir().file("index"), commit.length() / 2)) {
        Files.deleteIfExists(gitDir().file("index")); // checkout then writes every file
      }
    } catch (IOException e) {
      throw GitException.io(gitDir().path(), e);
    }
    try {
      registry.switchTo(path, gitDir(), branch, commit, warnings);
    } catch (GitException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      return false;
    }
    return Git.inWorktree(path).asCheckout().attempt("clean", "-ffdxq").succeeded()
        && contents().equals(whenNew);
  }

  /// An agent may have deleted or replaced `.git`; git would then work on another repository.
  private boolean stillOurs() {
    try {
      return Files.isRegularFile(path.resolve(".git"))
          && registration.linkedBack()
          && gitDir().has("HEAD");
    } catch (GitException _) {
      return false; // unreadable: not as we made it
    }
  }

  private boolean locked() {
    return List.of("index.lock", "HEAD.lock", "config.worktree.lock").stream()
        .anyMatch(gitDir()::has);
  }

  /// The files of its git directory that tell one worktree from another, with what they say.
  private Map<String, String> contents() {
    var contents = new HashMap<String, String>();
    Path root = gitDir().path();
    try (var files = Files.find(root, 16, (_, attributes) -> !attributes.isDirectory())) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = root.relativize(file).toString();
        if (!VARYING.contains(name) && !ofIndex(name)) {
          contents.put(name, content(file));
        }
      }
      return contents;
    } catch (IOException e) {
      throw GitException.io(root, e);
    }
  }

  /// A split index and the file system monitor keep more files beside the index.
  private static boolean ofIndex(String name) {
    return name.startsWith("sharedindex.") || name.startsWith("fsmonitor--daemon");
  }

  private static String content(Path file) throws IOException {
    var attributes = Files.readAttributes(file, BasicFileAttributes.class);
    return attributes.isRegularFile() && attributes.size() <= READ_AT_MOST_BYTES
        ? Files.readString(file, StandardCharsets.ISO_8859_1)
        : attributes.toString();
  }
}
