package dev.prodigy.storage.file;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Files and directories only their owner may read, and the one way a document is replaced.
///
/// Agents are stopped by interrupts, and an interrupt closes a [FileChannel] under its user. So
/// nothing here writes through a channel, and the few calls that need one go through
/// [#uninterrupted].
public final class PrivateFiles {
  static final FileAttribute<Set<PosixFilePermission>> DIRECTORY = mode("rwx------");
  public static final FileAttribute<Set<PosixFilePermission>> FILE = mode("rw-------");
  private static final Duration STALE = Duration.ofHours(1);

  private PrivateFiles() {}

  private static FileAttribute<Set<PosixFilePermission>> mode(String permissions) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
  }

  @FunctionalInterface
  interface Action<T extends @Nullable Object> {
    T run() throws IOException;
  }

  /// Writes the whole content of a new file; may be called for a second file if the first failed.
  @FunctionalInterface
  public interface Content {
    void writeTo(RandomAccessFile file) throws IOException;
  }

  /// Runs an action that may safely run again, to its end; an interrupt is kept for later.
  static <T extends @Nullable Object> T uninterrupted(Action<T> action) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          return action.run();
        } catch (ClosedByInterruptException _) {
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// Makes the directory with its parents, each of them on disk on return.
  public static void createDirectories(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    var missing = new ArrayList<Path>();
    Path existing = directory.toAbsolutePath();
    while (existing != null && !Files.exists(existing)) {
      missing.add(existing);
      existing = existing.getParent();
    }
    Files.createDirectories(directory, DIRECTORY);
    for (Path made : missing) {
      syncDirectory(parent(made));
    }
  }

  /// Replaces the file so that readers see the old or the new content, and after a crash or power
  /// cut either of them. If it fails, the old content stays.
  ///
  /// @return its size
  public static long replace(Path file, Content content) throws IOException {
    Path temporary = newTemporary(file);
    try {
      long size = write(temporary, content);
      // Only a file that is on disk may take the name: else a power cut could leave it empty.
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      syncDirectory(parent(file));
      return size;
    } catch (IOException | RuntimeException e) {
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException alsoFailed) {
        e.addSuppressed(alsoFailed);
      }
      throw e;
    }
  }

  private static long write(Path temporary, Content content) throws IOException {
    try (var file = new RandomAccessFile(temporary.toFile(), "rw")) {
      content.writeTo(file);
      file.getFD().sync();
      return file.length();
    }
  }

  /// An empty new file `.name.tmp-<random>` beside `file`: no glob of a user matches it.
  public static Path newTemporary(Path file) throws IOException {
    Path temporary = temporary(file);
    try {
      return Files.createFile(temporary, FILE);
    } catch (NoSuchFileException _) { // the first file there, or the directory was deleted
      createDirectories(parent(file));
      return Files.createFile(temporary, FILE);
    }
  }

  private static Path temporary(Path file) {
    String random = Long.toHexString(ThreadLocalRandom.current().nextLong());
    return file.resolveSibling(".%s.tmp-%s".formatted(file.getFileName(), random));
  }

  /// Makes new, renamed and deleted names in the directory durable.
  public static void syncDirectory(Path directory) throws IOException {
    uninterrupted(
        () -> {
          try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
          }
          return directory;
        });
  }

  /// Deletes temporary files that a crash left behind. A younger one may be in use.
  static void sweep(Path directory, Instant now) throws IOException {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, ".*.tmp-*")) {
      for (Path file : left) {
        deleteIfStale(file, now);
      }
    } catch (NoSuchFileException _) { // no directory, nothing left
      return;
    }
  }

  private static void deleteIfStale(Path file, Instant now) throws IOException {
    try {
      if (Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(STALE))) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException _) { // its writer has just finished
      return;
    }
  }

  static Path parent(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException("no parent directory: " + file);
    }
    return parent;
  }
}
