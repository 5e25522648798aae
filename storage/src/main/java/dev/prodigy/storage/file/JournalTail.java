package dev.prodigy.storage.file;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.Arrays;

/// Where a journal's whole records end: behind the last line that can be read. What a crash left
/// half written, or a power cut left as zeros, lies behind it and was acknowledged to nobody.
///
/// @param end in bytes
/// @param lastSeq number of the last record, 0 if there is none
record JournalTail(long end, long lastSeq) {
  private static final int STEP = 1 << 13;

  /// Reads backwards, usually one line.
  static JournalTail find(RandomAccessFile file) throws IOException {
    long end = file.length();
    while (end > 0) {
      long start = lineStart(file, end);
      var line = new byte[Math.toIntExact(end - start)];
      file.seek(start);
      file.readFully(line);
      long seq = seqOf(line);
      if (seq > 0) {
        return new JournalTail(end, seq);
      }
      end = start;
    }
    return new JournalTail(0, 0);
  }

  /// 0 unless the bytes are a whole line.
  private static long seqOf(byte[] line) {
    int last = line.length - 1;
    if (line[last] != '\n') {
      return 0;
    }
    try {
      return JournalLines.read(Arrays.copyOf(line, last)).seq();
    } catch (StoredJson.Unreadable _) { // set aside by the caller
      return 0;
    }
  }

  /// Where the line begins that ends before `end`; its own newline does not count.
  private static long lineStart(RandomAccessFile file, long end) throws IOException {
    var chunk = new byte[STEP];
    long upTo = end - 1;
    while (upTo > 0) {
      long from = Math.max(0, upTo - STEP);
      int length = (int) (upTo - from);
      file.seek(from);
      file.readFully(chunk, 0, length);
      for (int i = length - 1; i >= 0; i--) {
        if (chunk[i] == '\n') {
          return from + i + 1;
        }
      }
      upTo = from;
    }
    return 0;
  }
}
