package dev.prodigy.storage.file;

import dev.prodigy.storage.StorageException;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The right to change one document, among all threads of all processes: an advisory lock of the
/// operating system on `.<name>.lock` beside it, which the kernel releases when its holder dies.
///
/// Such a lock belongs to the process, and closing *any* descriptor of the file drops it. So
/// threads of this process first agree among themselves, and only the winner opens the file.
final class DocumentLock implements AutoCloseable {
  private static final ConcurrentHashMap<Path, ReentrantLock> OF_THIS_PROCESS =
      new ConcurrentHashMap<>();
  private static final int LONGEST_PAUSE_MILLIS = 20;

  private final Path file;
  private final ReentrantLock ours;
  private final FileChannel channel;

  private DocumentLock(Path file, ReentrantLock ours, FileChannel channel) {
    this.file = file;
    this.ours = ours;
    this.channel = channel;
  }

  /// Waits for the lock, also through interrupts: holders keep it for moments.
  ///
  /// @throws StorageException naming the holder, when `patience` is over
  static DocumentLock acquire(Path document, Duration patience) {
    Path file = lockFile(document);
    long deadline = System.nanoTime() + patience.toNanos();
    ReentrantLock ours = OF_THIS_PROCESS.computeIfAbsent(file, _ -> new ReentrantLock());
    if (ours.isHeldByCurrentThread()) {
      throw new IllegalStateException("locked twice by one thread: " + file);
    }
    if (!waitFor(ours, deadline)) {
      throw StorageException.lockTimeout(file, patience.toSeconds(), "this process");
    }
    FileChannel channel = null;
    try {
      channel = PrivateFiles.<@Nullable FileChannel>uninterrupted(() -> lock(file, deadline));
    } catch (IOException e) {
      throw StorageException.io(file, e);
    } finally {
      if (channel == null) {
        ours.unlock();
      }
    }
    if (channel == null) {
      throw StorageException.lockTimeout(file, patience.toSeconds(), holder(file));
    }
    return new DocumentLock(file, ours, channel);
  }

  private static Path lockFile(Path document) {
    Path directory = PrivateFiles.parent(document);
    try {
      PrivateFiles.createDirectories(directory);
      return directory.toRealPath().resolve("." + document.getFileName() + ".lock");
    } catch (IOException e) {
      throw StorageException.io(directory, e);
    }
  }

  private static boolean waitFor(ReentrantLock ours, long deadline) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return ours.tryLock(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
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

  /// The locked channel, or null when the time is over.
  private static @Nullable FileChannel lock(Path file, long deadline) throws IOException {
    int pause = 1;
    while (true) {
      FileChannel channel = tryLock(file);
      if (channel != null) {
        return channel;
      }
      if (System.nanoTime() - deadline >= 0) {
        return null;
      }
      pause(ThreadLocalRandom.current().nextInt(pause) + 1);
      pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
    }
  }

  private static @Nullable FileChannel tryLock(Path file) throws IOException {
    Object before = identity(file);
    FileChannel channel =
        FileChannel.open(
            file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), PrivateFiles.FILE);
    boolean locked = false;
    try {
      // A lock file that was deleted meanwhile locks nothing: its name must still be this file.
      locked = channel.tryLock() != null && (before == null || before.equals(identity(file)));
      if (locked && before == null) {
        locked = false; // ours may not be the one that was created: look again
      }
      if (locked) {
        sign(channel);
      }
      return locked ? channel : null;
    } finally {
      if (!locked) {
        channel.close();
      }
    }
  }

  /// Only for the message of those who wait in vain: the lock holds on a full disk, too.
  private static void sign(FileChannel channel) {
    String holder = "PID " + ProcessHandle.current().pid() + "\n";
    try {
      channel.truncate(0).write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.US_ASCII)));
    } catch (IOException _) {
      // an unknown process, then
    }
  }

  private static @Nullable Object identity(Path file) throws IOException {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException _) {
      return null;
    }
  }

  private static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // kept by the caller, which waits on
    }
  }

  private static String holder(Path file) {
    try (var in = new FileInputStream(file.toFile())) {
      String text = new String(in.readNBytes(64), StandardCharsets.US_ASCII).strip();
      return text.isEmpty() ? "an unknown process" : text;
    } catch (IOException _) { // only the message would have been better
      return "an unknown process";
    }
  }

  /// Removes the lock file together with the document it was for.
  void retire() throws IOException {
    Files.deleteIfExists(file);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw StorageException.io(file, e);
    } finally {
      ours.unlock();
    }
  }
}
