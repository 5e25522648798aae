package dev.prodigy.storage.file;

import java.io.ByteArrayOutputStream;

/// Lines that go to a file in one write. Not for several threads.
final class LineBuffer extends ByteArrayOutputStream {
  private static final int KEPT = 1 << 20;

  LineBuffer() {
    super(8 << 10);
  }

  /// The array that holds the first [#size] bytes; valid until something is added.
  byte[] bytes() {
    return buf;
  }

  void truncate(int size) {
    count = size;
  }

  /// Empties it; an exceptionally large array is given back.
  void clear() {
    count = 0;
    if (buf.length > KEPT) {
      buf = new byte[8 << 10];
    }
  }
}
