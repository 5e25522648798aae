package dev.prodigy.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A command's log, written through at once so that it can be followed and survives our death. Made
/// at the first byte, for its owner only. A log that cannot be written must not disturb the
/// command: the reason is kept in [#failure] and the rest is dropped. Safe for several threads.
final class LogFile implements AutoCloseable {
  private static final Set<StandardOpenOption> APPEND =
      Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND);

  private final Path path;
  private final long limitBytes;
  private final String truncationNotice;
  private @Nullable FileChannel channel;
  private @Nullable String failure;
  private long written;
  private boolean finished;

  LogFile(Path path) {
    this(path, Long.MAX_VALUE, "");
  }

  /// @param limitBytes beyond it the log stops growing; the notice is then its last line
  LogFile(Path path, long limitBytes, String truncationNotice) {
    this.path = path;
    this.limitBytes = limitBytes;
    this.truncationNotice = truncationNotice;
  }

  Path path() {
    return path;
  }

  /// Makes the file now, for those who announce it.
  synchronized void create() {
    append(new byte[0], 0);
  }

  synchronized void append(byte[] bytes, int length) {
    if (finished) {
      return;
    }
    try {
      if (length > limitBytes - written) {
        finished = true;
        byte[] notice = truncationNotice.getBytes(StandardCharsets.UTF_8);
        writeFully(notice, notice.length);
      } else {
        writeFully(bytes, length);
        written += length;
      }
    } catch (IOException e) {
      finished = true;
      failure = "Log " + path + " is incomplete: " + e.getMessage();
    }
  }

  /// True once the file exists.
  synchronized boolean exists() {
    return channel != null;
  }

  /// Why the log lacks something; null if it does not.
  synchronized @Nullable String failure() {
    return failure;
  }

  @Override
  public synchronized void close() {
    finished = true;
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      failure = "Log " + path + " may be incomplete: " + e.getMessage();
    }
  }

  private void writeFully(byte[] bytes, int length) throws IOException {
    if (channel == null) {
      channel = open();
    }
    ByteBuffer rest = ByteBuffer.wrap(bytes, 0, length);
    while (rest.hasRemaining()) {
      channel.write(rest);
    }
  }

  private FileChannel open() throws IOException {
    Path directory = path.toAbsolutePath().getParent();
    if (directory != null && !Files.isDirectory(directory)) {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    return FileChannel.open(
        path,
        APPEND,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }
}
