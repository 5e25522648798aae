package dev.prodigy.storage;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Every line of a segment that no one appends to, with what it means.
public final class SegmentLines {

  /// Takes lines in order.
  @FunctionalInterface
  public interface Visitor {

    /// @param buffer holds the line as it is stored, with its newline if it has one
    /// @param event null if it is none
    void line(byte[] buffer, int from, int length, @Nullable EventLine event) throws IOException;
  }

  private SegmentLines() {}

  /// @return false if not every line was given, since one is too long to be held in memory
  /// @throws StorageException if the segment cannot be read or the visitor fails
  public static boolean each(Segment segment, Visitor visitor) {
    LineJudge judge = new LineJudge(EventFilter.ALL);
    byte[] buffer = new byte[LineReader.BUFFER];
    try (LineReader lines = LineReader.open(segment, 0, Long.MAX_VALUE, buffer, true)) {
      if (lines == null) {
        return true;
      }
      while (lines.next()) {
        EventLine event =
            judge.judge(lines.buffer(), lines.start(), lines.end(), segment, lines.after());
        visitor.line(lines.buffer(), lines.start(), lines.storedEnd() - lines.start(), event);
      }
      return lines.dropped() == 0;
    } catch (IOException e) {
      throw StorageException.io(segment.path(), e);
    }
  }
}
