package dev.prodigy.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Runs programs as a shell would: for tests of what only a process has. Output goes to files, so
/// that it can be read while the program runs.
final class Program {

  /// What came of one run.
  record Result(int code, String out, String err) {}

  /// The checkout whose image is tested.
  static final Path CHECKOUT =
      Path.of(System.getProperty("prodigy.checkout", "..")).toAbsolutePath().normalize();

  private final Process process;
  private final Path out;
  private final Path err;

  private Program(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /// Starts a program with an empty standard input.
  static Program start(Path directory, Map<String, String> env, List<String> command) {
    try {
      Path out = Files.createTempFile("program", ".out");
      Path err = Files.createTempFile("program", ".err");
      var builder = new ProcessBuilder(command).directory(directory.toFile());
      builder.environment().putAll(env);
      builder.redirectInput(Path.of("/dev/null").toFile());
      builder.redirectOutput(out.toFile()).redirectError(err.toFile());
      return new Program(builder.start(), out, err);
    } catch (IOException e) {
      throw new IllegalStateException("cannot start " + command, e);
    }
  }

  static Result run(Path directory, Map<String, String> env, String... command) {
    return start(directory, env, List.of(command)).result();
  }

  static Result run(Path directory, String... command) {
    return run(directory, Map.of(), command);
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  String out() {
    return read(out);
  }

  String err() {
    return read(err);
  }

  /// Waits for its end.
  Result result() {
    try {
      if (!process.waitFor(2, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IllegalStateException("still running: " + process.info() + "\n" + err());
      }
      return new Result(process.exitValue(), read(out), read(err));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
