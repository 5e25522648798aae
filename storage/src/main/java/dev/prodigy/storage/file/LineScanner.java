package dev.prodigy.storage.file;

import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;

/// Reads a file's lines one at a time as bytes, knowing where each one is.
final class LineScanner implements AutoCloseable {
  private final FileInputStream in;
  private final long end;
  private final byte[] buffer = new byte[1 << 16];
  private int next;
  private int filled;
  private long position;
  private long start;
  private byte[] line = new byte[0];

  /// @param end reads up to this byte, however far the file has grown
  LineScanner(Path file, long end) throws IOException {
    this.in = new FileInputStream(file.toFile());
    this.end = end;
  }

  /// Whether there is another line; one without a newline at its end is none.
  boolean advance() throws IOException {
    var bytes = new ByteArrayOutputStream();
    start = position;
    while (position < end && (next < filled || fill())) {
      int stop = next;
      while (stop < filled && buffer[stop] != '\n') {
        stop++;
      }
      bytes.write(buffer, next, stop - next);
      boolean found = stop < filled;
      position += stop - next + (found ? 1 : 0);
      next = stop + (found ? 1 : 0);
      if (found) {
        line = bytes.toByteArray();
        return position <= end;
      }
    }
    return false;
  }

  private boolean fill() throws IOException {
    next = 0;
    filled = Math.max(0, in.read(buffer));
    return filled > 0;
  }

  /// The present line without its newline.
  byte[] line() {
    return line;
  }

  /// Where the present line begins.
  long start() {
    return start;
  }

  /// Where the next line begins.
  long position() {
    return position;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
