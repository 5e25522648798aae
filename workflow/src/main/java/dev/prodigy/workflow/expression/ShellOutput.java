package dev.prodigy.workflow.expression;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Runs the short commands of `${cmd:…}`. Steps run elsewhere, with logs and limits of their own.
final class ShellOutput {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String TEXT = "PRODIGY_SHELL_TEXT";

  /// Everybody can read arguments, and the text may hold secrets.
  private static final String RUN_FROM_ENVIRONMENT =
      "prodigy_shell_text=\"$%1$s\"; unset %1$s; eval \"$prodigy_shell_text\"".formatted(TEXT);

  private static final int LIMIT_BYTES = 10 * 1024 * 1024;
  private static final int SHOWN = 500;
  private static final Executor READERS = Thread::startVirtualThread;

  private ShellOutput() {}

  /// What the command writes to its standard output.
  ///
  /// @throws EvaluationException if it cannot start, fails, or takes longer than 60 s
  static String of(String command, String source, Rendering options) {
    Process process = start(command, source, options);
    try {
      var output = read(process.getInputStream());
      var errors = read(process.getErrorStream());
      // The pipes too: a background child of the command may keep them open for ever.
      long deadline = System.nanoTime() + LIMIT.toNanos();
      String text = output.get(left(deadline), TimeUnit.NANOSECONDS);
      String error = errors.get(left(deadline), TimeUnit.NANOSECONDS);
      if (!process.waitFor(left(deadline), TimeUnit.NANOSECONDS)) {
        throw new TimeoutException();
      }
      if (process.exitValue() != 0) {
        throw EvaluationException.computed(
            source, "exit code %d: %s".formatted(process.exitValue(), tail(error)), null);
      }
      return text;
    } catch (TimeoutException _) {
      throw EvaluationException.computed(source, "still running after 60 s", null);
    } catch (ExecutionException e) {
      throw EvaluationException.computed(source, "its output cannot be read", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw EvaluationException.computed(source, "interrupted", e);
    } finally {
      stop(process);
    }
  }

  private static Process start(String command, String source, Rendering options) {
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", RUN_FROM_ENVIRONMENT)
            .directory(options.cwd().toAbsolutePath().toFile())
            .redirectInput(new File("/dev/null"));
    builder.environment().clear();
    builder.environment().putAll(options.environment());
    builder.environment().put(TEXT, command);
    try {
      return builder.start();
    } catch (IOException e) {
      throw EvaluationException.computed(source, "sh cannot be started", e);
    }
  }

  private static CompletableFuture<String> read(InputStream stream) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (stream) {
            byte[] bytes = stream.readNBytes(LIMIT_BYTES + 1);
            if (bytes.length > LIMIT_BYTES) {
              throw new IOException("more than 10 MiB of output");
            }
            return new String(bytes, StandardCharsets.UTF_8);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        READERS);
  }

  private static long left(long deadline) {
    return Math.max(1, deadline - System.nanoTime());
  }

  private static String tail(String error) {
    String text = error.strip();
    return text.length() <= SHOWN ? text : "…" + text.substring(text.length() - SHOWN);
  }

  /// With everything it started, which would outlive its shell.
  private static void stop(Process process) {
    if (process.isAlive()) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
