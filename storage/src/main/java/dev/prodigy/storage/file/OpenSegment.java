package dev.prodigy.storage.file;

import dev.prodigy.storage.EventTime;
import dev.prodigy.storage.Segment;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The segment a writer appends to. It has no other writer. Appends through a stream, not a
/// channel: an interrupt would close a channel.
final class OpenSegment {
  /// Between two looks whether the file is still there; a burst of events pays for one look.
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Path path;
  private final FileOutputStream out;
  private final @Nullable Object fileKey;
  private final long stamp;
  private long size;
  private long lookedAt;
  private boolean nameOnDisk;

  private OpenSegment(Path path, FileOutputStream out, @Nullable Object fileKey, long stamp) {
    this.path = path;
    this.stamp = stamp;
    this.out = out;
    this.fileKey = fileKey;
    this.lookedAt = System.nanoTime();
  }

  /// Makes a new file with a name greater than those of all present segments, made for no one else.
  static OpenSegment create(Path directory, long nowMillis) throws IOException {
    PrivateFiles.createDirectories(directory);
    long stamp = Math.max(nowMillis, greatestStamp(directory) + 1);
    while (true) {
      Path path = directory.resolve("events-" + EventTime.stamp(stamp) + ".jsonl");
      try {
        Files.createFile(path, PrivateFiles.FILE);
        FileOutputStream out = new FileOutputStream(path.toFile(), true);
        return new OpenSegment(path, out, key(path), stamp);
      } catch (FileAlreadyExistsException _) { // another writer began in the same millisecond
        stamp++;
      }
    }
  }

  private static long greatestStamp(Path directory) {
    List<Segment> segments = Segment.list(directory);
    long greatest = Long.MIN_VALUE;
    for (Segment segment : segments) {
      greatest = Math.max(greatest, segment.notBefore());
    }
    return greatest;
  }

  private static @Nullable Object key(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }

  Path path() {
    return path;
  }

  /// The time in its name.
  long stamp() {
    return stamp;
  }

  long size() {
    return size;
  }

  /// One write. If it fails, what it left of a line is removed again.
  void write(LineBuffer lines) throws IOException {
    try {
      out.write(lines.bytes(), 0, lines.size());
      size += lines.size();
    } catch (IOException e) {
      removeRest(e);
      throw e;
    }
  }

  private void removeRest(IOException failure) {
    if (!Files.exists(path)) {
      return; // opening it below would make it again
    }
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(size);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /// Whether someone has deleted the file, or put another in its place.
  ///
  /// @param now look even if we have just looked
  boolean isGone(boolean now) throws IOException {
    long nanos = System.nanoTime();
    if (!now && nanos - lookedAt < LOOK_NANOS) {
      return false;
    }
    lookedAt = nanos;
    try {
      return !Objects.equals(key(path), fileKey);
    } catch (NoSuchFileException _) {
      return true;
    }
  }

  /// On return all that was written before the call is on disk, and so is the file's name.
  void sync() throws IOException {
    out.getFD().sync();
    if (!nameOnDisk) {
      try {
        PrivateFiles.syncDirectory(PrivateFiles.parent(path));
        nameOnDisk = true;
      } catch (NoSuchFileException _) {
        return; // deleted with its directory: there is no name to keep
      }
    }
  }

  void close() throws IOException {
    out.close();
  }
}
