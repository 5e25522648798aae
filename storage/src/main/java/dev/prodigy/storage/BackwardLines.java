package dev.prodigy.storage;

import java.io.IOException;
import java.util.Arrays;

/// The lines of one segment from its end to its beginning, reading only as far back as asked. Keeps
/// no file open between blocks, so that any number of segments can be merged. After [#next] the
/// line is `[start, end)` of [#buffer], until the next call.
final class BackwardLines {
  private static final int LONGEST_LINE = 8 << 20;

  private final Segment segment;
  private final int largestBlock;
  private int block;

  /// Holds the bytes of the segment from `bufferAt` to at least `unread`.
  private byte[] buffer = new byte[0];

  private long bufferAt;

  /// Lines at and above this position have been given out; below it stands a newline. -1: none
  /// left.
  private long unread;

  private boolean settled;
  private boolean overlong;
  private long startAt;
  private long endAt;
  private long dropped;

  BackwardLines(Segment segment, int firstBlock, int largestBlock) {
    this.segment = segment;
    this.block = firstBlock;
    this.largestBlock = largestBlock;
    this.bufferAt = segment.size();
    this.unread = segment.size();
  }

  /// False at the beginning of the segment, or if it is gone.
  boolean next() {
    if (!settled) {
      settled = true;
      unread = withoutRest();
    }
    while (unread > 0) {
      overlong = false;
      endAt = unread - 1;
      startAt = lineStart(endAt);
      unread = startAt;
      if (!overlong) {
        return startAt >= 0;
      }
      dropped++;
    }
    return false;
  }

  byte[] buffer() {
    return buffer;
  }

  int start() {
    return (int) (startAt - bufferAt);
  }

  int end() {
    return (int) (endAt - bufferAt);
  }

  /// The position in the segment behind the line.
  long after() {
    return Math.min(endAt + 1, segment.size());
  }

  /// Below it nothing has been looked at; the beginning of a line.
  long unread() {
    return unread;
  }

  /// Lines left out since they were too long.
  long dropped() {
    return dropped;
  }

  /// What stands behind the last newline is not yet written, unless no one writes any more.
  private long withoutRest() {
    long size = segment.size();
    if (size == 0 || !prepend()) {
      return -1;
    }
    int last = buffer.length - 1;
    if (buffer[last] == '\n') {
      return size;
    }
    if (!segment.quiet()) {
      return lineStart(size);
    }
    buffer = Arrays.copyOf(buffer, buffer.length + 1);
    buffer[last + 1] = '\n';
    return size + 1;
  }

  /// The position behind the last newline below `from`; -1 if the segment is gone.
  private long lineStart(long from) {
    for (long at = from; at > 0; at--) {
      if (at <= bufferAt && !prepend()) {
        return -1;
      }
      if (buffer[(int) (at - 1 - bufferAt)] == '\n') {
        return at;
      }
    }
    return 0;
  }

  /// Puts the block before the buffer in front of what is still unread of it.
  private boolean prepend() {
    int keep = (int) Math.max(unread - bufferAt, 0);
    if (keep > LONGEST_LINE) {
      overlong = true;
      keep = 0;
      unread = bufferAt;
    }
    int length = (int) Math.min(block, bufferAt);
    byte[] larger = new byte[length + keep];
    if (!read(bufferAt - length, larger, length)) {
      return false;
    }
    System.arraycopy(buffer, 0, larger, length, keep);
    buffer = larger;
    bufferAt -= length;
    block = Math.min(2 * block, largestBlock);
    return true;
  }

  private boolean read(long from, byte[] to, int length) {
    SegmentFile opened = SegmentFile.open(segment);
    if (opened == null) {
      return false;
    }
    try (SegmentFile file = opened) {
      int filled = 0;
      while (filled < length) {
        int some = file.read(from + filled, to, filled, length - filled);
        if (some < 0) {
          return false; // shorter than when it was listed: replaced behind our back
        }
        filled += some;
      }
      return true;
    } catch (IOException e) {
      throw StorageException.io(segment.path(), e);
    }
  }
}
