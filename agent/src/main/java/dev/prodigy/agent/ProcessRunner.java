package dev.prodigy.agent;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/// Runs commands and ends them with everything they started. Safe for any number of threads.
///
/// A command gets a session and process group of its own. When it has ended, what it left running
/// in that session is stopped as well, before [#run] returns; a daemon that made a session of its
/// own survives a normal end, but no timeout and no stop. Output of children that outlive the
/// command is waited for up to two seconds.
///
/// Pipes are read by platform threads, which are reused: a virtual thread blocked in a pipe keeps
/// its carrier, and the JDK lends at most 256 of them.
public final class ProcessRunner implements AutoCloseable {
  private static final Duration LATE_OUTPUT = Duration.ofSeconds(2);
  private static final File NO_INPUT = new File("/dev/null");
  private static final int EXIT_TERMINATED = 143;

  private final String markerPrefix = UUID.randomUUID() + "-";
  private final AtomicLong started = new AtomicLong();
  private final Set<RunningCommand> running = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          Thread.ofPlatform().daemon().name("prodigy-command-", 0).factory());

  /// Read-held while a process is started; `closed` changes under the write lock, so that
  /// everything started before is in `running`.
  private final ReentrantReadWriteLock starting = new ReentrantReadWriteLock();

  private boolean closed;

  /// How a process ended; see [CommandResult].
  record Ending(int exitCode, boolean timedOut, boolean stopped, Duration duration) {}

  /// Runs a command to its end, to its timeout, or until the thread is interrupted or [#stopAll] is
  /// called. In the last two cases the result says so, and an interrupted thread stays interrupted.
  /// Nothing is started on an interrupted thread or after [#stopAll].
  ///
  /// @throws AgentException when the program cannot be started (E4001, E4007)
  /// @throws RuntimeException what [CommandSpec#live] threw, after the command has ended
  public CommandResult run(CommandSpec spec) {
    try (var recording = new Recording(spec)) {
      Ending ending =
          execute(spec, recording.stdout(), recording.stderr(), new CompletableFuture<>());
      return recording.result(ending);
    }
  }

  /// Runs a command whose output goes elsewhere; its tree is stopped when `abort` completes.
  Ending execute(CommandSpec spec, ByteSink stdout, ByteSink stderr, CompletableFuture<?> abort) {
    long start = System.nanoTime();
    RunningCommand command = Thread.currentThread().isInterrupted() ? null : start(spec);
    if (command == null) {
      return new Ending(EXIT_TERMINATED, false, true, Duration.ZERO);
    }
    try {
      Process process = command.process();
      StreamPump out = pump(new StreamPump(process.getInputStream(), stdout));
      StreamPump err = pump(new StreamPump(process.getErrorStream(), stderr));
      feed(process, spec.stdin());
      Object _ =
          abort.thenAccept(
              _ -> {
                Object _ = command.stop(spec.grace(), threads);
              });
      boolean timedOut = awaitEnd(command, spec);
      awaitRest(out, err);
      if (!command.awaitStop()) {
        command.tree().stopLeftovers(LATE_OUTPUT);
      }
      finish(out, err);
      var duration = Duration.ofNanos(System.nanoTime() - start);
      return new Ending(process.exitValue(), timedOut, command.isStopped(), duration);
    } finally {
      running.remove(command);
      if (command.process().isAlive()) {
        ProcessTree.kill(List.of(command.tree()));
      }
    }
  }

  /// Stops everything that runs, with descendants; nothing is started afterwards. Returns when all
  /// are gone.
  public void stopAll(Duration grace) {
    List<RunningCommand> commands = refuseNewOnes();
    commands.forEach(RunningCommand::markStopped);
    var trees = commands.stream().map(RunningCommand::tree).toList();
    if (!trees.isEmpty()) {
      var stop = CompletableFuture.runAsync(() -> ProcessTree.stop(trees, grace), threads);
      for (RunningCommand command : commands) {
        Object _ = command.stopOnce(() -> stop);
      }
      stop.join();
    }
  }

  /// Kills everything that runs, with descendants, at once and without waiting, even while
  /// [#stopAll] does. Nothing is started afterwards.
  public void killAll() {
    List<RunningCommand> commands = refuseNewOnes();
    commands.forEach(RunningCommand::markStopped);
    ProcessTree.killOnce(commands.stream().map(RunningCommand::tree).toList());
  }

  /// Kills every process (with descendants) whose environment has `variable=value`, never ourselves
  /// or our ancestors. Linux only; elsewhere nothing is found.
  ///
  /// @return how many were killed
  public static int killOrphans(String variable, String value) {
    return Orphans.kill(variable, value);
  }

  /// Stops what still runs.
  @Override
  public void close() {
    stopAll(CommandSpec.DEFAULT_GRACE);
    threads.shutdown();
  }

  private List<RunningCommand> refuseNewOnes() {
    starting.writeLock().lock();
    try {
      closed = true;
      return List.copyOf(running);
    } finally {
      starting.writeLock().unlock();
    }
  }

  /// Null if nothing may be started any more.
  private @Nullable RunningCommand start(CommandSpec spec) {
    starting.readLock().lock();
    try {
      if (closed) {
        return null;
      }
      String marker = markerPrefix + started.incrementAndGet();
      Process process = spawn(spec, marker);
      boolean ownSession = Executables.setsid().isPresent();
      var tree = new ProcessTree(process, marker, ownSession, spec.stop());
      var command = new RunningCommand(process, tree);
      running.add(command);
      return command;
    } finally {
      starting.readLock().unlock();
    }
  }

  private static Process spawn(CommandSpec spec, String marker) {
    var argv = new ArrayList<String>();
    Executables.setsid().ifPresent(setsid -> argv.add(setsid.toString()));
    String program = spec.argv().getFirst();
    argv.add(Executables.find(program, spec.cwd(), spec.environment()));
    argv.addAll(spec.argv().subList(1, spec.argv().size()));
    var builder = new ProcessBuilder(argv).directory(spec.cwd().toFile());
    try {
      builder.environment().clear();
      builder.environment().putAll(spec.environment());
      builder.environment().put(ProcessTree.MARKER, marker);
      if (spec.stdin() == null) {
        builder.redirectInput(NO_INPUT);
      }
      return builder.start();
    } catch (IOException | IllegalArgumentException e) {
      throw spec.cwd().toFile().isDirectory()
          ? AgentException.spawnFailed(program, spec.cwd(), e)
          : AgentException.noDirectory(spec.cwd());
    }
  }

  private StreamPump pump(StreamPump pump) {
    threads.execute(pump);
    return pump;
  }

  private void feed(Process process, @Nullable String input) {
    if (input != null) {
      threads.execute(
          () -> {
            try (OutputStream stdin = process.getOutputStream()) {
              stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException _) {
              // A command need not read all its input.
            }
          });
    }
  }

  /// Waits until the command has ended, by itself or stopped.
  ///
  /// @return true if its time ran out
  private boolean awaitEnd(RunningCommand command, CommandSpec spec) {
    boolean timedOut = false;
    try {
      Duration timeout = spec.timeout();
      if (timeout == null) {
        command.process().waitFor();
      } else if (!command.process().waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        timedOut = true;
        command.stop(spec.grace(), threads).join();
      }
    } catch (InterruptedException _) {
      command.markStopped();
      command.stop(spec.grace(), threads).join();
      Thread.currentThread().interrupt();
    }
    if (command.awaitStop()) {
      command.process().onExit().join();
    }
    return timedOut && !command.isStopped();
  }

  private static void awaitRest(StreamPump out, StreamPump err) {
    var both = CompletableFuture.allOf(out.ended(), err.ended());
    if (!both.isDone()) {
      both.completeOnTimeout(null, LATE_OUTPUT.toMillis(), TimeUnit.MILLISECONDS).join();
    }
  }

  private static void finish(StreamPump out, StreamPump err) {
    try {
      out.finish();
    } finally {
      err.finish();
    }
  }
}
