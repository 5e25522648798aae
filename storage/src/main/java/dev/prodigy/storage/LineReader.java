package dev.prodigy.storage;

import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The lines of a stretch of one segment, in order, with a buffer of fixed size however long the
/// segment is. After [#next] the line is `[start, end)` of [#buffer], until the next call.
final class LineReader implements Closeable {
  static final int BUFFER = 1 << 20;

  /// A longer line cannot be an event of ours (64 KiB); it is left out, not held in memory.
  private static final int LONGEST_LINE = 8 << 20;

  private final SegmentFile file;
  private final long stop;
  private final long size;
  private final boolean withRest;
  private byte[] buffer;
  private long bufferAt;
  private int limit;
  private int searched;
  private int next;
  private int start;
  private int end;
  private boolean overlong;
  private long dropped;

  /// Reads the lines that begin in `[from, stop)`, looking no further than the segment's listed
  /// size. In the middle of a line it begins with the next one.
  ///
  /// @param buffer lent for the life of this reader; it may be replaced by a larger one
  /// @param withRest whether an unterminated last line is a line
  /// @return null if the segment is no longer there
  static @Nullable LineReader open(
      Segment segment, long from, long stop, byte[] buffer, boolean withRest) {
    SegmentFile file = SegmentFile.open(segment);
    if (file == null) {
      return null;
    }
    LineReader reader = new LineReader(file, segment.size(), from, stop, buffer, withRest);
    try {
      reader.skipPartOfLine(from);
      return reader;
    } catch (IOException e) {
      try {
        file.close();
      } catch (IOException alsoFailed) {
        e.addSuppressed(alsoFailed);
      }
      throw StorageException.io(segment.path(), e);
    }
  }

  private LineReader(
      SegmentFile file, long size, long from, long stop, byte[] buffer, boolean withRest) {
    this.file = file;
    this.size = size;
    this.stop = stop;
    this.buffer = buffer;
    this.withRest = withRest;
    this.bufferAt = from;
  }

  private void skipPartOfLine(long from) throws IOException {
    if (from > 0) {
      bufferAt = from - 1;
      advance();
      overlong = false; // it began in another stretch
    }
  }

  /// False at the end of the stretch, or of what is there now.
  boolean next() throws IOException {
    while (advance()) {
      if (!overlong) {
        return true;
      }
      overlong = false;
      dropped++;
    }
    return false;
  }

  byte[] buffer() {
    return buffer;
  }

  int start() {
    return start;
  }

  int end() {
    return end;
  }

  /// Behind the newline, if the line has one.
  int storedEnd() {
    return next;
  }

  /// The position in the segment where the line begins.
  long at() {
    return bufferAt + start;
  }

  /// Whether the line ends with a newline; only the last one of a file may not.
  boolean terminated() {
    return next > end;
  }

  /// The position in the segment behind the last line.
  long after() {
    return bufferAt + next;
  }

  /// Lines left out since they were too long.
  long dropped() {
    return dropped;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private boolean advance() throws IOException {
    while (true) {
      if (bufferAt + next >= stop && !overlong) {
        return false;
      }
      int newline = Newlines.first(buffer, searched, limit);
      if (newline >= 0) {
        return found(newline, newline + 1);
      }
      searched = limit;
      if (!fill()) {
        return withRest && next < limit && found(limit, limit);
      }
    }
  }

  private boolean found(int lineEnd, int nextLine) {
    start = next;
    end = lineEnd;
    next = nextLine;
    searched = nextLine;
    return true;
  }

  private boolean fill() throws IOException {
    long left = size - bufferAt - limit;
    if (left <= 0) {
      return false;
    }
    makeRoom();
    int most = (int) Math.min(left, buffer.length - limit);
    int read = file.read(bufferAt + limit, buffer, limit, most);
    limit += Math.max(read, 0);
    return read > 0;
  }

  /// Moves the unfinished line to the front; doubles the buffer if the line fills it.
  private void makeRoom() {
    if (limit < buffer.length) {
      return;
    }
    int kept = limit - next;
    if (kept >= LONGEST_LINE) {
      overlong = true;
      kept = 0;
      next = limit;
    }
    byte[] target = kept == buffer.length ? Arrays.copyOf(buffer, 2 * kept) : buffer;
    System.arraycopy(buffer, next, target, 0, kept);
    buffer = target;
    bufferAt += next;
    next = 0;
    limit = kept;
    searched = kept;
  }
}
