package dev.prodigy.storage.file;

import dev.prodigy.storage.StorageException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Finds damaged records of a map journal and cuts them out.
public final class JournalCheck {
  private JournalCheck() {}

  /// A line that is no record.
  ///
  /// @param open the journal ends within it: half written, and acknowledged to nobody
  public record Fault(long offset, String why, boolean open) {}

  /// @param lastSeq of the last readable record; 0 without any
  public record Result(long records, long lastSeq, List<Fault> faults) {
    public Result {
      faults = List.copyOf(faults);
    }
  }

  /// Reads the journal to its end.
  public static Result check(Path journal) {
    return read(journal, _ -> {}, _ -> {});
  }

  /// Takes a line with its newline.
  private interface Lines {
    void take(byte[] line) throws IOException;
  }

  private static Result read(Path journal, Lines good, Lines bad) {
    var faults = new ArrayList<Fault>();
    long records = 0;
    long lastSeq = 0;
    try {
      long size = Files.size(journal);
      long end = 0;
      try (var lines = new LineScanner(journal, size)) {
        while (lines.advance()) {
          end = lines.position();
          try {
            lastSeq = JournalLines.read(lines.line()).seq();
            records++;
            good.take(lines.line());
          } catch (StoredJson.Unreadable e) {
            faults.add(new Fault(lines.start(), e.why(), false));
            bad.take(lines.line());
          }
        }
      }
      if (end < size) {
        faults.add(new Fault(end, (size - end) + " bytes of an unfinished record", true));
        bad.take(tail(journal, end, size));
      }
    } catch (IOException e) {
      throw StorageException.io(journal, e);
    }
    return new Result(records, lastSeq, faults);
  }

  private static byte[] tail(Path journal, long from, long to) throws IOException {
    try (var file = new RandomAccessFile(journal.toFile(), "r")) {
      var bytes = new byte[Math.toIntExact(to - from)];
      file.seek(from);
      file.readFully(bytes);
      return bytes;
    }
  }

  /// Moves what is damaged to `.<journal>.torn`, which is on disk before the journal is replaced.
  /// The caller holds the job's lock.
  ///
  /// @return where the damaged lines are now
  public static Path repair(Path journal) {
    Path side = JournalFile.torn(journal);
    try {
      if (!Files.exists(side)) {
        Files.createFile(side, PrivateFiles.FILE);
      }
      try (var aside = new FileOutputStream(side.toFile(), true)) {
        PrivateFiles.replace(
            journal,
            out -> {
              Lines good = line -> write(out, line);
              Lines bad =
                  line -> {
                    aside.write(line);
                    aside.write('\n');
                  };
              read(journal, good, bad);
              aside.getFD().sync();
            });
      }
      return side;
    } catch (IOException e) {
      throw StorageException.io(journal, e);
    }
  }

  private static void write(RandomAccessFile out, byte[] line) throws IOException {
    out.write(line);
    out.write('\n');
  }
}
