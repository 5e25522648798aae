package dev.prodigy.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A git repository for one test: branch `main`, an identity of its own, nothing of the user's
/// configuration.
public final class TestRepository {
  private final Path path;

  private TestRepository(Path path) {
    this.path = path;
  }

  /// Without a commit.
  public static TestRepository empty(Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var repository = new TestRepository(directory);
    repository.git("init", "-q", "-b", "main");
    repository.git("config", "user.name", "Test");
    repository.git("config", "user.email", "test@example.com");
    repository.git("config", "commit.gpgsign", "false");
    repository.git("config", "gc.auto", "0");
    return repository;
  }

  /// With one commit of `README.md`.
  public static TestRepository create(Path directory) {
    return create(directory, 0);
  }

  /// With one commit of `README.md` and `file-0.txt` to `file-<n-1>.txt`.
  public static TestRepository create(Path directory, int files) {
    TestRepository repository = empty(directory);
    repository.write("README.md", "test\n");
    for (int i = 0; i < files; i++) {
      repository.write("file-" + i + ".txt", "content " + i + "\n");
    }
    repository.commit("init");
    return repository;
  }

  /// One that is there already.
  public static TestRepository at(Path directory) {
    return new TestRepository(directory);
  }

  public Path path() {
    return path;
  }

  public Path path(String relative) {
    return path.resolve(relative);
  }

  /// Creates or replaces a file of the checkout, directories too.
  public TestRepository write(String relative, String text) {
    Path file = path.resolve(relative);
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /// Commits everything in the checkout.
  ///
  /// @return the full hash
  public String commit(String message) {
    git("add", "-A");
    git("commit", "-q", "--allow-empty", "-m", message);
    return head();
  }

  public String head() {
    return git("rev-parse", "HEAD");
  }

  /// Makes a branch at HEAD, without switching to it.
  public void branch(String name) {
    git("branch", name);
  }

  public List<String> branches() {
    return git("for-each-ref", "--format=%(refname:short)", "refs/heads").lines().toList();
  }

  /// Subjects of the commits HEAD reaches, newest first.
  public List<String> log() {
    return log("HEAD");
  }

  public List<String> log(String revision) {
    return git("log", "--format=%s", revision).lines().toList();
  }

  /// True without any change, untracked files included.
  public boolean isClean() {
    return git("status", "--porcelain").isEmpty();
  }

  /// A file's text in a branch or commit, exactly.
  public String fileAt(String revision, String file) {
    return output(path, List.of("show", revision + ":" + file));
  }

  /// Runs git in the checkout.
  ///
  /// @return what it printed, without trailing line ends
  /// @throws AssertionError with git's words, if it fails
  public String git(String... arguments) {
    return gitIn(path, arguments);
  }

  /// Like [#git], in another directory, such as a worktree of this repository.
  public static String gitIn(Path directory, String... arguments) {
    return output(directory, List.of(arguments)).stripTrailing();
  }

  private static String output(Path directory, List<String> arguments) {
    var command = new ArrayList<String>();
    command.add("git");
    command.addAll(arguments);
    var builder = new ProcessBuilder(command).directory(directory.toFile());
    var environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("GIT_"));
    environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
    environment.put("GIT_CONFIG_NOSYSTEM", "1");
    environment.put("GIT_TERMINAL_PROMPT", "0");
    environment.put("GIT_EDITOR", "true");
    environment.put("LC_ALL", "C");
    try {
      Path errors = Files.createTempFile("git", ".err");
      try {
        Process git =
            builder
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectError(errors.toFile())
                .start();
        String text = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = git.waitFor();
        if (code != 0) {
          throw new AssertionError(
              String.join(" ", command) + ": exit " + code + ": " + Files.readString(errors));
        }
        return text;
      } finally {
        Files.delete(errors);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted: " + command, e);
    }
  }
}
