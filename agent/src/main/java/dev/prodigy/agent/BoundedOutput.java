package dev.prodigy.agent;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// At most 1 MiB of a stream: its first and its last 512 KiB. Costs memory only as it fills. Safe
/// for several threads.
final class BoundedOutput implements ByteSink {
  static final int HALF = 512 * 1024;

  private static final byte[] EMPTY = {};

  private byte[] head = EMPTY;
  private int headLength;

  /// A ring: byte n of what follows the head is at `n % HALF`.
  private byte[] tail = EMPTY;

  private long total;

  @Override
  public synchronized void accept(byte[] buffer, int length) {
    int toHead = Math.min(length, HALF - headLength);
    appendToHead(buffer, toHead);
    int from = toHead;
    while (from < length) {
      from += appendToTail(buffer, from, length - from);
    }
  }

  synchronized long totalBytes() {
    return total;
  }

  /// UTF-8 with replacement; what is left out is told in between.
  synchronized String text() {
    long behindHead = total - headLength;
    if (behindHead == 0) {
      return new String(head, 0, headLength, StandardCharsets.UTF_8);
    }
    byte[] end = lastBytes(behindHead);
    if (behindHead <= HALF) {
      byte[] all = Arrays.copyOf(head, headLength + end.length);
      System.arraycopy(end, 0, all, headLength, end.length);
      return new String(all, StandardCharsets.UTF_8);
    }
    int headEnd = wholeCharacters(head, headLength);
    int tailStart = firstWholeCharacter(end);
    long missing = total - headEnd - (end.length - tailStart);
    return new String(head, 0, headEnd, StandardCharsets.UTF_8)
        + "\n…truncated "
        + missing
        + " bytes…\n"
        + new String(end, tailStart, end.length - tailStart, StandardCharsets.UTF_8);
  }

  private void appendToHead(byte[] buffer, int length) {
    if (headLength + length > head.length) {
      int wanted = Math.max(headLength + length, Math.min(HALF, head.length * 2));
      head = Arrays.copyOf(head, wanted);
    }
    System.arraycopy(buffer, 0, head, headLength, length);
    headLength += length;
    total += length;
  }

  private int appendToTail(byte[] buffer, int from, int length) {
    if (tail.length == 0) {
      tail = new byte[HALF];
    }
    int position = (int) ((total - HALF) % HALF);
    int count = Math.min(length, HALF - position);
    System.arraycopy(buffer, from, tail, position, count);
    total += count;
    return count;
  }

  private byte[] lastBytes(long behindHead) {
    if (behindHead <= HALF) {
      return Arrays.copyOf(tail, (int) behindHead);
    }
    int start = (int) (behindHead % HALF);
    byte[] ordered = new byte[HALF];
    System.arraycopy(tail, start, ordered, 0, HALF - start);
    System.arraycopy(tail, 0, ordered, HALF - start, start);
    return ordered;
  }

  /// The length without a multi-byte character cut short at the end.
  private static int wholeCharacters(byte[] bytes, int length) {
    for (int back = 1; back <= 3 && back <= length; back++) {
      int b = bytes[length - back] & 0xff;
      if (b >= 0xc0) {
        int needs = b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : 2;
        return needs > back ? length - back : length;
      }
      if (b < 0x80) {
        return length;
      }
    }
    return length;
  }

  private static int firstWholeCharacter(byte[] bytes) {
    int start = 0;
    while (start < 3 && start < bytes.length && (bytes[start] & 0xc0) == 0x80) {
      start++;
    }
    return start;
  }
}
