package dev.prodigy.storage;

import dev.prodigy.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// Reads segments to their end and tells every line that is no event, with its place. Memory does
/// not depend on their size. Not for several threads.
///
/// A line whose checksum is right is byte for byte what its writer made, so it is not parsed again.
public final class SegmentCheck {
  /// More missing numbers than a person wants to read about.
  private static final int MOST_GAPS = 100;

  private final byte[] buffer = new byte[LineReader.BUFFER];
  private final Envelope envelope = new Envelope();
  private final ForeignLines foreign = new ForeignLines(EventFilter.ALL);

  /// Bytes `[from, to)` that are no event, their newline included.
  ///
  /// @param open the segment ends in the middle of this line: it may still be being written
  public record Fault(long from, long to, String why, boolean open) {}

  /// Numbers `first` to `last` of a writer that should stand before `offset` and do not: every
  /// writer counts its events without gaps.
  public record Gap(String writer, long offset, long first, long last) {}

  /// @param lines that are events
  /// @param newlineMissing the last event is whole but for its newline
  public record Result(long lines, boolean newlineMissing, List<Gap> gaps) {
    public Result {
      gaps = List.copyOf(gaps);
    }
  }

  /// Reads one segment.
  ///
  /// @param faults told of every damaged stretch, in order
  /// @throws StorageException if it cannot be read
  public Result check(Segment segment, Consumer<Fault> faults) {
    var run = new Run(segment, faults);
    try (LineReader lines = LineReader.open(segment, 0, segment.size(), buffer, true)) {
      if (lines != null) {
        run.read(lines);
      }
    } catch (IOException e) {
      throw StorageException.io(segment.path(), e);
    }
    return new Result(run.events, run.newlineMissing, run.gaps);
  }

  private final class Run {
    private final Segment segment;
    private final Consumer<Fault> faults;
    private final List<Gap> gaps = new ArrayList<>();
    private final Map<String, Long> last = new LinkedHashMap<>();
    private final byte[] writer = new byte[Envelope.WRITER_DIGITS];
    private @Nullable String writerName;
    private long lastSeq;
    private long events;
    private boolean newlineMissing;

    /// A damaged line explains the number that is missing behind it.
    private boolean damagedBefore;

    Run(Segment segment, Consumer<Fault> faults) {
      this.segment = segment;
      this.faults = faults;
    }

    void read(LineReader lines) throws IOException {
      long expected = 0;
      while (lines.next()) {
        overlong(expected, lines.at());
        boolean whole = lines.terminated();
        String why = problem(lines.buffer(), lines.start(), lines.end(), lines.at());
        if (why != null) {
          faults.accept(new Fault(lines.at(), lines.after(), why, !whole));
          damagedBefore = true;
        } else {
          events++;
          newlineMissing |= !whole;
        }
        expected = lines.after();
      }
      overlong(expected, segment.size());
    }

    /// The reader passes over what is too long for a line.
    private void overlong(long from, long to) {
      if (to > from) {
        faults.accept(new Fault(from, to, (to - from) + " bytes without a line end", false));
        damagedBefore = true;
      }
    }

    /// Null if the line is an event.
    private @Nullable String problem(byte[] line, int from, int to, long offset) {
      if (Envelope.hasChecksum(line, from, to)) {
        if (!envelope.isIntact(line, from, to) || !Envelope.hasPlainDigits(line, to)) {
          return "its checksum does not match its content";
        }
        if (Envelope.opensAsOurs(line, from, to)) {
          number(line, from, to, offset);
          return null;
        }
      }
      if (Envelope.isSigned(line, from, to)) {
        return "its checksum is missing";
      }
      return isEmpty(line, from, to) ? "empty line" : foreignProblem(line, from, to);
    }

    private @Nullable String foreignProblem(byte[] line, int from, int to) {
      byte[] copy = Arrays.copyOfRange(line, from, to + 1); // with room for the newline
      if (foreign.read(copy, 0, to - from, segment) != null) {
        return null;
      }
      try {
        Json.parse(new String(line, from, to - from, StandardCharsets.UTF_8));
        return "JSON, but no event";
      } catch (JacksonException e) {
        return "not JSON: " + e.getOriginalMessage();
      }
    }

    private void number(byte[] line, int from, int to, long offset) {
      long seq = Envelope.seq(line, from, to);
      int at = Envelope.writer(line, from, to);
      if (seq == 0 || at < 0) {
        return;
      }
      if (writerName == null
          || !Arrays.equals(line, at, at + writer.length, writer, 0, writer.length)) {
        keepWriter();
        System.arraycopy(line, at, writer, 0, writer.length);
        writerName = new String(writer, StandardCharsets.ISO_8859_1);
        lastSeq = last.getOrDefault(writerName, 0L);
      }
      boolean gap = lastSeq > 0 && seq > lastSeq + 1 && !damagedBefore;
      damagedBefore = false;
      if (gap && gaps.size() < MOST_GAPS) {
        gaps.add(new Gap(writerName, offset, lastSeq + 1, seq - 1));
      }
      lastSeq = Math.max(lastSeq, seq);
    }

    private void keepWriter() {
      if (writerName != null) {
        last.put(writerName, lastSeq);
      }
    }
  }

  private static boolean isEmpty(byte[] line, int from, int to) {
    for (int at = from; at < to; at++) {
      if (line[at] != ' ' && line[at] != '\t' && line[at] != '\r') {
        return false;
      }
    }
    return true;
  }
}
