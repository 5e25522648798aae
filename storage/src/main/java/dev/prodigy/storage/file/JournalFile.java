package dev.prodigy.storage.file;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/// The open file of a journal; used by one thread at a time.
///
/// Users may delete it at any moment. The content lives on as long as it is open here, so it is
/// then written again under its name, and nothing is lost.
final class JournalFile implements AutoCloseable {
  private final Path path;
  private final long lastSeq;
  private final long tornBytes;
  private RandomAccessFile file;
  private @Nullable Object identity;
  private long size;
  private @Nullable IOException broken;

  private JournalFile(Path path, RandomAccessFile file, JournalTail tail, long tornBytes)
      throws IOException {
    this.path = path;
    this.file = file;
    this.lastSeq = tail.lastSeq();
    this.tornBytes = tornBytes;
    this.size = tail.end();
    this.identity = identity(path);
  }

  static JournalFile open(Path path) throws IOException {
    if (!Files.exists(path)) {
      PrivateFiles.createDirectories(PrivateFiles.parent(path));
      Files.createFile(path, PrivateFiles.FILE);
      PrivateFiles.syncDirectory(PrivateFiles.parent(path));
    }
    var file = new RandomAccessFile(path.toFile(), "rw");
    try {
      JournalTail tail = JournalTail.find(file);
      long torn = file.length() - tail.end();
      if (torn > 0) {
        setAside(path, file, tail.end());
      }
      return new JournalFile(path, file, tail, torn);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  static Path torn(Path path) {
    return path.resolveSibling("." + path.getFileName() + ".torn");
  }

  /// Copies first and cuts then, so that a crash in between only copies twice.
  private static void setAside(Path path, RandomAccessFile file, long from) throws IOException {
    Path torn = torn(path);
    if (!Files.exists(torn)) {
      Files.createFile(torn, PrivateFiles.FILE);
    }
    try (var aside = new RandomAccessFile(torn.toFile(), "rw")) {
      aside.seek(aside.length());
      copy(file, from, file.length(), aside);
      aside.getFD().sync();
    }
    file.setLength(from);
    file.getFD().sync();
  }

  private static void copy(RandomAccessFile from, long start, long end, RandomAccessFile to)
      throws IOException {
    var buffer = new byte[1 << 16];
    from.seek(start);
    for (long left = end - start; left > 0; ) {
      int read = from.read(buffer, 0, (int) Math.min(left, buffer.length));
      if (read < 0) {
        throw new EOFException("file became shorter while it was copied");
      }
      to.write(buffer, 0, read);
      left -= read;
    }
  }

  Path path() {
    return path;
  }

  /// When it was opened.
  long lastSeq() {
    return lastSeq;
  }

  /// What was set aside when it was opened.
  long tornBytes() {
    return tornBytes;
  }

  long size() {
    return size;
  }

  /// On return the lines are on disk; if it fails, none of them is in the file.
  void append(byte[] lines) throws IOException {
    if (broken != null) {
      throw new IOException("an earlier write failed: " + broken.getMessage(), broken);
    }
    ensureInPlace();
    try {
      file.seek(size);
      file.write(lines);
    } catch (IOException e) {
      cutBack(e);
      throw e;
    }
    try {
      file.getChannel().force(false);
    } catch (IOException e) {
      broken = e; // the kernel may have dropped what it could not write: no second try
      throw e;
    }
    size += lines.length;
  }

  private void cutBack(IOException cause) {
    try {
      file.setLength(size);
    } catch (IOException e) {
      cause.addSuppressed(e);
      broken = cause;
    }
  }

  /// Puts the journal back under its name if it was deleted or replaced.
  void ensureInPlace() throws IOException {
    Object present = identity(path);
    if (present == null || !present.equals(identity)) {
      rewriteFrom(0);
    }
  }

  /// Drops the records up to `seq`, but not the last one.
  void dropUpTo(long seq) throws IOException {
    ensureInPlace();
    long cut = 0;
    long lastStart = 0;
    boolean searching = true;
    try (var lines = new LineScanner(path, size)) {
      while (lines.advance()) {
        lastStart = lines.start();
        if (searching) {
          long found = seqOf(lines.line());
          searching = found <= seq;
          cut = found > 0 && searching ? lines.position() : cut;
        }
      }
    }
    if (Math.min(cut, lastStart) > 0) {
      rewriteFrom(Math.min(cut, lastStart));
    }
  }

  /// 0 for a damaged line: it goes or stays with what follows it.
  private static long seqOf(byte[] line) {
    try {
      return JournalLines.read(line).seq();
    } catch (StoredJson.Unreadable _) {
      return 0;
    }
  }

  /// Replaces the file by one with the content from a byte on.
  private void rewriteFrom(long start) throws IOException {
    Path temporary = PrivateFiles.newTemporary(path);
    var rewritten = new RandomAccessFile(temporary.toFile(), "rw");
    try {
      copy(file, start, size, rewritten);
      rewritten.getFD().sync();
      Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      rewritten.close();
      Files.deleteIfExists(temporary);
      throw e;
    }
    file.close();
    file = rewritten;
    size -= start;
    identity = identity(path);
    PrivateFiles.syncDirectory(PrivateFiles.parent(path));
  }

  private static @Nullable Object identity(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException _) {
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
