package dev.prodigy.git;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Adds, removes and moves the worktrees in one directory, `ROOT/worktrees/<repo>`, under the
/// repository's lock. Writing files into a worktree happens outside the lock: it is what takes
/// time, and it disturbs nobody.
final class WorktreeRegistry {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final int TRIES = 5;

  private final Repository repository;
  private final Path directory;

  WorktreeRegistry(Repository repository, Path directory) {
    this.repository = repository;
    this.directory = directory.toAbsolutePath().normalize();
  }

  Path directory() {
    return directory;
  }

  /// The place of a worktree of that name, spelled as git spells it (without symbolic links).
  Path place(String name) {
    return realDirectory().resolve(name);
  }

  private Path realDirectory() {
    try {
      return Files.exists(directory) ? directory.toRealPath() : directory;
    } catch (IOException e) {
      throw GitException.io(directory, e);
    }
  }

  Path metadata() {
    return directory.resolve(".metadata");
  }

  RepositoryLock lock() {
    return RepositoryLock.acquire(metadata().resolve(".git.lock"), PATIENCE);
  }

  /// The registered worktrees directly in our directory, half-made ones included.
  List<Registration> ours() {
    Path real = realDirectory();
    return Registration.all(repository.commonDir()).stream()
        .filter(r -> r.path() == null || r.under(real))
        .toList();
  }

  Optional<Registration> at(Path path) {
    return Registration.all(repository.commonDir()).stream().filter(r -> r.at(path)).findFirst();
  }

  /// Makes a detached worktree without files and then checks out the branch in it.
  ///
  /// @param branch created there, or moved there if it exists
  Registration add(Path path, String branch, String commit, Consumer<String> warnings) {
    try (var _ = lock()) {
      register(path, commit);
    }
    Registration made =
        at(path).orElseThrow(() -> GitException.worktreeNotCreated(path, "git forgot it"));
    try {
      forgetHistory(made);
      switchTo(path, made.gitDir(), branch, commit, warnings);
      return made;
    } catch (GitException e) {
      undo(path, e);
      throw e;
    }
  }

  private void undo(Path path, GitException failure) {
    try {
      remove(path);
    } catch (GitException e) {
      failure.addSuppressed(e);
    }
  }

  private void register(Path path, String commit) {
    List<String> add =
        List.of("worktree", "add", "--no-checkout", "--detach", path.toString(), commit);
    GitOutput output = repository.git().attempt(add);
    if (!output.succeeded() && output.stderr().contains("already registered")) {
      prune();
      output = repository.git().attempt(add);
    }
    if (!output.succeeded()) {
      throw GitException.worktreeNotCreated(path, output.stderr().strip());
    }
  }

  /// Only the checkout that follows shall be in the worktree's history, as with a plain `git
  /// worktree add`.
  private static void forgetHistory(Registration made) {
    Path log = made.gitDir().file("logs/HEAD");
    try {
      Files.deleteIfExists(log);
    } catch (IOException e) {
      throw GitException.io(log, e);
    }
  }

  /// Makes the worktree show exactly `commit` on `branch`, whatever tracked files looked like.
  /// Untracked files stay.
  void switchTo(Path path, GitDir gitDir, String branch, String commit, Consumer<String> warnings) {
    Git git = Git.inWorktree(path);
    GitOutput output = git.asCheckout().attempt("checkout", "-q", "-f", "-B", branch, commit);
    RefFiles.Head head = repository.head(gitDir);
    boolean there =
        head.branch().filter(branch::equals).isPresent() && commit.equals(head.commit());
    if (output.succeeded() && there) {
      return;
    }
    // A failing post-checkout hook spoils the exit code of a checkout that is complete.
    boolean complete =
        there
            && output.exitCode() == 1
            && git.run("status", "--porcelain", "-uno").stdout().isEmpty();
    if (!complete) {
      throw output.failure();
    }
    warnings.accept("A hook failed while %s was checked out: %s".formatted(path, output.stderr()));
  }

  /// Removes a worktree with its registration. Absence is fine.
  ///
  /// @return why it stays: somebody locked it
  Optional<String> remove(Path path) {
    try (var _ = lock()) {
      Optional<Registration> registered = at(path);
      if (registered.isPresent() && registered.get().locked()) {
        return Optional.of("locked: " + registered.get().lockReason());
      }
      if (registered.isPresent()) {
        unregister(registered.get(), path);
      } else if (Files.exists(path)) {
        deleteTree(path);
      }
      return Optional.empty();
    }
  }

  private void unregister(Registration registration, Path path) {
    boolean clean =
        !registration.beingMade()
            && repository
                .git()
                .asWork()
                .attempt("worktree", "remove", "--force", path.toString())
                .succeeded();
    if (!clean || Files.exists(path)) {
      forget(registration);
    }
  }

  /// Removes what is left of a worktree that git itself does not want to remove: half made, or with
  /// files it cannot delete.
  void forget(Registration registration) {
    Path path = registration.path();
    if (path != null && Files.exists(path)) {
      deleteTree(path);
    }
    try {
      if (registration.beingMade()) {
        Files.deleteIfExists(registration.gitDir().file("locked"));
      }
    } catch (IOException e) {
      throw GitException.io(registration.gitDir().path(), e);
    }
    prune();
  }

  /// Gives a worktree another place.
  void move(Path from, Path to) {
    try (var _ = lock()) {
      GitOutput moved =
          repository.git().attempt("worktree", "move", from.toString(), to.toString());
      if (moved.succeeded()) {
        return;
      }
      // Git does not move worktrees with submodules, but it can mend the links afterwards.
      try {
        Files.move(from, to);
      } catch (IOException e) {
        throw GitException.io(from, e);
      }
      repair(to);
    }
  }

  boolean repair(Path path) {
    if (!GitVersion.installed().atLeast(2, 30)) {
      return false;
    }
    repository.git().attempt("worktree", "repair", path.toString());
    return at(path).filter(Registration::linkedBack).isPresent();
  }

  void prune() {
    repository.git().run("worktree", "prune");
  }

  /// Deletes a directory of ours although files in it may be write-protected.
  ///
  /// @throws GitException if it does not lie in our directory
  void deleteTree(Path tree) {
    try {
      Path real = tree.toRealPath();
      if (!directory.toRealPath().equals(real.getParent())) {
        throw GitException.outside(tree, directory);
      }
      for (int attempt = 1; Files.exists(real, LinkOption.NOFOLLOW_LINKS); attempt++) {
        try {
          Files.walkFileTree(real, new Deletion());
        } catch (DirectoryNotEmptyException e) {
          if (attempt == TRIES) {
            throw e;
          }
          Git.pause(); // somebody who is just ending still wrote a file
        }
      }
    } catch (IOException e) {
      throw GitException.io(tree, e);
    }
  }

  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes)
        throws IOException {
      if (!Files.isWritable(dir) || !Files.isExecutable(dir) || !Files.isReadable(dir)) {
        Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwx------"));
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      Files.deleteIfExists(dir);
      return FileVisitResult.CONTINUE;
    }
  }
}
