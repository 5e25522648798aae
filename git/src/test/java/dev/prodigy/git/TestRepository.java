package dev.prodigy.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// A real repository in a temporary directory, on `main`, with files `a` and `b`, and the directory
/// where its worktrees go.
final class TestRepository {
  final Path root;
  final Path worktrees;
  final Repository repository;

  private TestRepository(Path root, Path worktrees) {
    this.root = root;
    this.worktrees = worktrees;
    this.repository = Repository.discover(root);
  }

  static TestRepository in(Path temp) {
    try {
      Path root = init(temp.toRealPath().resolve("demo"));
      write(root.resolve("a"), "a\n");
      write(root.resolve("b"), "b\n");
      git(root, "add", ".");
      git(root, "commit", "-q", "-m", "init");
      return new TestRepository(root, temp.toRealPath().resolve("root/worktrees/demo"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// An empty repository with an identity.
  static Path init(Path root) {
    git(Objects.requireNonNull(root.getParent()), "init", "-q", "-b", "main", root.toString());
    git(root, "config", "user.name", "Test");
    git(root, "config", "user.email", "test@example.org");
    return root;
  }

  SessionWorktrees sessions() {
    return new SessionWorktrees(repository, worktrees);
  }

  Worktree session(String id) {
    return sessions().create(id, repository.requireHead());
  }

  String git(String... arguments) {
    return git(root, arguments);
  }

  /// Runs git as a user would and expects success.
  static String git(Path directory, String... arguments) {
    Result result = tryGit(directory, arguments);
    assertThat(result.exitCode()).as("git %s: %s", List.of(arguments), result.output()).isZero();
    return result.output().stripTrailing();
  }

  record Result(int exitCode, String output) {}

  static Result tryGit(Path directory, String... arguments) {
    var command =
        new ArrayList<>(
            List.of("git", "-c", "maintenance.auto=false", "-c", "core.quotePath=false"));
    command.addAll(List.of(arguments));
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Writes a file and commits it; returns the commit.
  static String commit(Path worktree, String file, String text) {
    write(worktree.resolve(file), text);
    git(worktree, "add", "-A");
    git(worktree, "commit", "-q", "-m", "change " + file.replace('\n', ' '));
    return git(worktree, "rev-parse", "HEAD");
  }

  static void hook(Path root, String name, String script) {
    Path hook = root.resolve(".git/hooks").resolve(name);
    write(hook, "#!/bin/sh\n" + script + "\n");
    assertThat(hook.toFile().setExecutable(true)).isTrue();
  }

  List<String> branches() {
    return git("for-each-ref", "--format=%(refname:short)", "refs/heads").lines().toList();
  }

  List<String> refs(String under) {
    return git("for-each-ref", "--format=%(refname)", under).lines().toList();
  }
}
