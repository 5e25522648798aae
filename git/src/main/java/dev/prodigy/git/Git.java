package dev.prodigy.git;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Runs the real git: in one directory, with an environment that nothing outside can bend to
/// another repository, with output captured byte for byte.
///
/// Immutable; `with...` and `as...` give changed copies. An interrupt of the calling thread waits
/// until the command is over, so that bookkeeping is never cut in half; only a checkout is ended by
/// it.
///
/// Other processes of the same repository hold git's lock files for milliseconds and read each
/// other's half-made worktree entries; a command that fails for such a reason is run again, up to
/// three times.
public final class Git {
  private static final LongAdder STARTED = new LongAdder();
  private static final Duration QUERY_LIMIT = Duration.ofMinutes(2);
  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final int RETRIES = 3;
  private static final int KILLED_BY_SIGINT = 130;

  /// What git says when it met another process's lock file or half-made worktree. A reference that
  /// "is at X but expected Y" is not among them: it answers a question of ours.
  private static final Pattern MET_ANOTHER_PROCESS =
      Pattern.compile(
          "Unable to create '[^']*\\.lock'|failed to read \\S*commondir|could not open \\S*locked"
              + "|unable to lock|could not lock config file");

  private static final List<String> CLEARED =
      List.of(
          "GIT_DIR",
          "GIT_WORK_TREE",
          "GIT_INDEX_FILE",
          "GIT_PREFIX",
          "GIT_COMMON_DIR",
          "GIT_OBJECT_DIRECTORY",
          "GIT_NAMESPACE");

  private static volatile @Nullable Path executable;

  private final Path directory;
  private final Map<String, String> variables;
  private final @Nullable String input;
  private final Kind kind;

  /// What a command needs of time and patience.
  private enum Kind {
    /// Gets 120 s.
    QUERY,
    /// May take as long as the disk needs.
    WORK,
    /// Likewise, and runs hooks and filters: an interrupt ends it, the user's locale stays.
    CHECKOUT
  }

  private Git(Path directory, Map<String, String> variables, @Nullable String input, Kind kind) {
    this.directory = directory;
    this.variables = variables;
    this.input = input;
    this.kind = kind;
  }

  /// How many git processes this JVM has started, for tests and benchmarks that bound them. Git's
  /// own children are not among them.
  public static long processCount() {
    return STARTED.sum();
  }

  static Git in(Path directory) {
    return new Git(directory, Map.of(), null, Kind.QUERY);
  }

  /// For a worktree of ours. Should its `.git` have vanished, git must not go on to whatever
  /// repository lies around it.
  static Git inWorktree(Path worktree) {
    return in(worktree).with("GIT_CEILING_DIRECTORIES", String.valueOf(worktree.getParent()));
  }

  Git with(String variable, String value) {
    return with(Map.of(variable, value));
  }

  Git with(Map<String, String> more) {
    var all = new HashMap<>(variables);
    all.putAll(more);
    return new Git(directory, all, input, kind);
  }

  Git withInput(String text) {
    return new Git(directory, variables, text, kind);
  }

  /// Reads or writes many files and must not be cut short.
  Git asWork() {
    return new Git(directory, variables, input, Kind.WORK);
  }

  /// Fills a working tree that can be made anew.
  Git asCheckout() {
    return new Git(directory, variables, input, Kind.CHECKOUT);
  }

  /// Runs a command that must succeed.
  GitOutput run(String... arguments) {
    return run(List.of(arguments));
  }

  GitOutput run(List<String> arguments) {
    GitOutput output = attempt(arguments);
    if (!output.succeeded()) {
      throw output.failure();
    }
    return output;
  }

  /// Runs a command whose failure is an answer.
  GitOutput attempt(String... arguments) {
    return attempt(List.of(arguments));
  }

  GitOutput attempt(List<String> arguments) {
    GitOutput output = once(arguments);
    for (int retry = 0; retry < RETRIES && worthRetrying(output); retry++) {
      pause();
      output = once(arguments);
    }
    return output;
  }

  /// Starts a command that stays: the caller owns the process and talks to it.
  Process start(String... arguments) {
    return start(List.of(arguments));
  }

  private static boolean worthRetrying(GitOutput output) {
    // A terminal's Ctrl-C reaches git too; what we asked for is still wanted.
    return output.exitCode() == KILLED_BY_SIGINT
        || (!output.succeeded() && metAnotherProcess(output.stderr()));
  }

  static boolean metAnotherProcess(String stderr) {
    return MET_ANOTHER_PROCESS.matcher(stderr).find();
  }

  /// 50 to 200 ms; shorter when interrupted.
  static void pause() {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextInt(50, 200));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private GitOutput once(List<String> arguments) {
    Process process = start(arguments);
    try {
      var out = StreamDrain.of(process.getInputStream());
      var err = StreamDrain.of(process.getErrorStream());
      feed(process, input == null ? "" : input);
      int exitCode =
          kind == Kind.CHECKOUT
              ? awaitInterruptibly(process, arguments)
              : awaitEnd(process, arguments);
      return new GitOutput(command(arguments), directory, exitCode, out.text(), err.text());
    } finally {
      process.destroyForcibly();
    }
  }

  private Process start(List<String> arguments) {
    var command = new ArrayList<String>();
    command.add(executable().toString());
    command.addAll(List.of("-c", "gc.auto=0", "-c", "maintenance.auto=false"));
    command.addAll(arguments);
    var builder = new ProcessBuilder(command).directory(directory.toFile());
    Map<String, String> environment = builder.environment();
    CLEARED.forEach(environment::remove);
    environment.put("GIT_TERMINAL_PROMPT", "0");
    environment.put("GIT_OPTIONAL_LOCKS", "0");
    environment.put(kind == Kind.CHECKOUT ? "LANGUAGE" : "LC_ALL", "C");
    environment.putAll(variables);
    try {
      Process process = builder.start();
      STARTED.increment();
      return process;
    } catch (IOException e) {
      throw GitException.io(directory, e);
    }
  }

  private static void feed(Process process, String text) {
    try (var stdin = process.getOutputStream()) {
      stdin.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException _) {
      // Git ended before it had read everything: its exit code tells why.
    }
  }

  private int awaitEnd(Process process, List<String> arguments) {
    Duration limit = kind == Kind.QUERY ? QUERY_LIMIT : Duration.ofDays(1000);
    long end = System.nanoTime() + limit.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          if (process.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            return process.exitValue();
          }
          stop(process);
          throw GitException.timedOut(command(arguments), directory);
        } catch (InterruptedException _) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private int awaitInterruptibly(Process process, List<String> arguments) {
    try {
      return process.waitFor();
    } catch (InterruptedException _) {
      stop(process);
      Thread.currentThread().interrupt();
      throw GitException.interrupted(String.join(" ", command(arguments)));
    }
  }

  /// Asks first, since git then removes its lock files.
  private static void stop(Process process) {
    process.destroy();
    Uninterrupted.await(
        () -> process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS),
        () -> process.destroyForcibly());
  }

  private static List<String> command(List<String> arguments) {
    var command = new ArrayList<String>();
    command.add("git");
    command.addAll(arguments);
    return command;
  }

  /// The absolute path of the first `git` on PATH.
  private static Path executable() {
    Path known = executable;
    if (known != null) {
      return known;
    }
    String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
    for (String entry : path.split(":", -1)) {
      if (entry.startsWith("/") && Files.isExecutable(Path.of(entry, "git"))) {
        Path found = Path.of(entry, "git");
        executable = found;
        return found;
      }
    }
    throw GitException.gitMissing(path);
  }
}
