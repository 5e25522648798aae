package dev.prodigy.git;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A lock between threads and between processes, held on a file that stays. It ends with its
/// process, so a crash leaves nothing to clean up. The same thread may take it again.
///
/// Git needs it around adding, removing, moving and pruning worktrees: eight `git worktree add` at
/// once fail in 8 % of the cases, as each reads the half-made entries of the others.
final class RepositoryLock implements AutoCloseable {
  private static final Map<Path, Held> HELD = new ConcurrentHashMap<>();
  private static final Duration POLL = Duration.ofMillis(10);

  /// One file's state in this process; `channel` is guarded by `threads`.
  private static final class Held {
    final ReentrantLock threads = new ReentrantLock(true);
    @Nullable FileChannel channel;
  }

  private final Path file;
  private final Held held;

  private RepositoryLock(Path file, Held held) {
    this.file = file;
    this.held = held;
  }

  /// Waits, not to be interrupted, at most `patience`.
  ///
  /// @throws GitException if another holds it for longer
  static RepositoryLock acquire(Path file, Duration patience) {
    boolean interrupted = Thread.interrupted();
    try {
      Held held = HELD.computeIfAbsent(file.toAbsolutePath().normalize(), _ -> new Held());
      var lock = new RepositoryLock(file, held);
      long end = System.nanoTime() + patience.toNanos();
      interrupted |= lock.lockThreads(end, patience);
      try {
        interrupted |= lock.lockProcesses(end, patience);
      } catch (RuntimeException e) {
        held.threads.unlock();
        throw e;
      }
      return lock;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private boolean lockThreads(long end, Duration patience) {
    boolean interrupted = false;
    while (true) {
      try {
        if (held.threads.tryLock(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          return interrupted;
        }
        throw GitException.lockBusy(file, patience.toSeconds());
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
  }

  private boolean lockProcesses(long end, Duration patience) {
    boolean interrupted = false;
    while (held.channel == null) {
      try {
        FileChannel channel = tryFile();
        if (channel != null) {
          held.channel = channel;
        } else if (System.nanoTime() > end) {
          throw GitException.lockBusy(file, patience.toSeconds());
        } else {
          Thread.sleep(POLL);
        }
      } catch (ClosedByInterruptException | InterruptedException _) {
        interrupted |= Thread.interrupted();
        interrupted = true;
      } catch (IOException e) {
        throw GitException.io(file, e);
      }
    }
    return interrupted;
  }

  private @Nullable FileChannel tryFile() throws IOException {
    Path parent = file.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
      return lock == null ? null : channel;
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
  }

  @Override
  public void close() {
    try {
      FileChannel channel = held.channel;
      if (held.threads.getHoldCount() == 1 && channel != null) {
        held.channel = null;
        channel.close();
      }
    } catch (IOException e) {
      throw GitException.io(file, e);
    } finally {
      held.threads.unlock();
    }
  }
}
