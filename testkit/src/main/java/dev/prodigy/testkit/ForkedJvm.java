package dev.prodigy.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Another JVM with this one's classpath, there to be killed in the middle of its work.
public final class ForkedJvm implements AutoCloseable {
  private final Process process;
  private final ArrayList<String> lines = new ArrayList<>();
  private boolean ended;

  private ForkedJvm(Process process) {
    this.process = process;
    Thread.ofPlatform().daemon().name("forked-jvm-output").start(this::collect);
  }

  public static ForkedJvm start(Class<?> main, String... arguments) {
    return start(main, Map.of(), arguments);
  }

  /// @param environment added to this JVM's environment
  public static ForkedJvm start(
      Class<?> main, Map<String, String> environment, String... arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    try {
      return new ForkedJvm(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /// Waits for a line of output that contains the text and returns it.
  ///
  /// @throws AssertionError with all output, if it does not come
  public synchronized String awaitLine(String text, Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (true) {
      for (String line : lines) {
        if (line.contains(text)) {
          return line;
        }
      }
      long left = end - System.nanoTime();
      if (ended || left <= 0) {
        throw new AssertionError("no line '" + text + "' within " + atMost + ", only " + lines);
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }

  /// What it wrote so far, stdout and stderr together.
  public synchronized List<String> output() {
    return List.copyOf(lines);
  }

  /// `kill -9`; on return it is dead, whatever it was doing.
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /// @return the exit code
  /// @throws AssertionError if it does not end in time
  public int waitFor(Duration atMost) throws InterruptedException {
    if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("still running after " + atMost + ": " + output());
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private void collect() {
    try (var reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line;
      while ((line = reader.readLine()) != null) {
        add(line);
      }
    } catch (IOException e) {
      add("output ended: " + e);
    }
    end();
  }

  private synchronized void add(String line) {
    lines.add(line);
    notifyAll();
  }

  private synchronized void end() {
    ended = true;
    notifyAll();
  }
}
