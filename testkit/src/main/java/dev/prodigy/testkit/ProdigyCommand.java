package dev.prodigy.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The built `prodigy` executable, run as a user runs it: in a directory, with a store of its own.
/// Immutable; every `with` gives a new one.
public final class ProdigyCommand {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Path executable;
  private final Path home;
  private final Path directory;
  private final Map<String, String> environment;

  /// What a finished command left behind.
  public record Result(int exitCode, String stdout, String stderr) {
    public List<String> lines() {
      return stdout.lines().toList();
    }
  }

  private ProdigyCommand(
      Path executable, Path home, Path directory, Map<String, String> environment) {
    this.executable = executable;
    this.home = home;
    this.directory = directory;
    this.environment = Map.copyOf(environment);
  }

  /// @param home the storage root it is told to use
  /// @param directory where it is started
  public static ProdigyCommand of(Path executable, Path home, Path directory) {
    return new ProdigyCommand(executable, home, directory, Map.of());
  }

  public ProdigyCommand with(String variable, String value) {
    var more = new HashMap<>(environment);
    more.put(variable, value);
    return new ProdigyCommand(executable, home, directory, more);
  }

  public ProdigyCommand in(Path other) {
    return new ProdigyCommand(executable, home, other, environment);
  }

  /// The storage root.
  public Path home() {
    return home;
  }

  /// Runs it to its end, with an empty standard input.
  public Result run(String... arguments) {
    try (Running running = start(arguments)) {
      return running.await(PATIENCE);
    }
  }

  /// Starts it; the caller ends it.
  public Running start(String... arguments) {
    var argv = new ArrayList<String>();
    argv.add(executable.toString());
    argv.addAll(List.of(arguments));
    var builder = new ProcessBuilder(argv).directory(directory.toFile());
    builder.environment().remove("PRODIGY_CLAUDE_BIN");
    builder.environment().put("PRODIGY_HOME", home.toString());
    builder.environment().putAll(environment);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    try {
      Path out = Files.createTempFile("prodigy-", ".out");
      Path err = Files.createTempFile("prodigy-", ".err");
      builder.redirectOutput(out.toFile()).redirectError(err.toFile());
      return new Running(builder.start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A command under way.
  public static final class Running implements AutoCloseable {
    private final Process process;
    private final Path out;
    private final Path err;

    private Running(Process process, Path out, Path err) {
      this.process = process;
      this.out = out;
      this.err = err;
    }

    public long pid() {
      return process.pid();
    }

    public boolean isAlive() {
      return process.isAlive();
    }

    /// @throws AssertionError with its output, if it does not end in time
    public Result await(Duration atMost) {
      try {
        if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
          Result soFar = result(-1);
          process.destroyForcibly();
          throw new AssertionError("still running after " + atMost + ": " + soFar);
        }
        return result(process.exitValue());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while waiting", e);
      }
    }

    /// What it printed so far.
    public Result soFar() {
      return result(-1);
    }

    /// `kill -<signal>` of the process itself, not of what it started.
    public void signal(String signal) {
      try {
        new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
            .inheritIO()
            .start()
            .waitFor();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /// `kill -9`; on return it is dead.
    public void kill() {
      process.destroyForcibly();
      process.onExit().join();
    }

    private Result result(int exitCode) {
      try {
        return new Result(exitCode, read(out), read(err));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static String read(Path file) throws IOException {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
      if (process.isAlive()) {
        kill();
      }
      try {
        Files.deleteIfExists(out);
        Files.deleteIfExists(err);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /// Every regular file under a directory of the store, in name order; empty if it does not exist.
  public List<Path> files(String under) {
    Path start = home.resolve(under);
    if (!Files.isDirectory(start)) {
      return List.of();
    }
    try (Stream<Path> walk = Files.walk(start)) {
      return walk.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
