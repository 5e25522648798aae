package dev.prodigy.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Looks at the processes of this machine (Linux `/proc`). Dead ones nobody has reaped yet do not
/// count as alive.
public final class Processes {
  private static final Path PROC = Path.of("/proc");
  private static final long PAUSE_NANOS = Duration.ofMillis(10).toNanos();

  private Processes() {}

  /// Process ids whose command line contains the text, except this JVM.
  public static List<Long> alive(String text) {
    long self = ProcessHandle.current().pid();
    var found = new ArrayList<Long>();
    try (var entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path entry : entries) {
        long pid = Long.parseLong(entry.getFileName().toString());
        if (pid != self && commandLine(entry).contains(text) && isAlive(pid)) {
          found.add(pid);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  public static boolean isAlive(long pid) {
    String stat = read(PROC.resolve(pid + "/stat"));
    int name = stat.lastIndexOf(')');
    return name >= 0 && stat.charAt(name + 2) != 'Z' && stat.charAt(name + 2) != 'X';
  }

  /// Waits until at least one process has the text in its command line.
  ///
  /// @throws AssertionError if none has within the time
  public static void waitAlive(String text, Duration atMost) {
    waitUntil(() -> !alive(text).isEmpty(), atMost, () -> "no process '" + text + "'");
  }

  /// Waits until no process has the text in its command line.
  ///
  /// @throws AssertionError naming those still alive after the time
  public static void waitGone(String text, Duration atMost) {
    waitUntil(
        () -> alive(text).isEmpty(), atMost, () -> "'" + text + "' still alive: " + alive(text));
  }

  private static void waitUntil(
      BooleanSupplier condition, Duration atMost, Supplier<String> complaint) {
    long end = System.nanoTime() + atMost.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError(complaint.get() + " after " + atMost);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private static String commandLine(Path process) {
    return read(process.resolve("cmdline")).replace('\0', ' ');
  }

  /// Empty for a process that has ended meanwhile.
  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException _) {
      return "";
    }
  }
}
