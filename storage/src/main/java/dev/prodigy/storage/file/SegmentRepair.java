package dev.prodigy.storage.file;

import dev.prodigy.storage.Segment;
import dev.prodigy.storage.SegmentCheck;
import dev.prodigy.storage.SegmentCheck.Fault;
import dev.prodigy.storage.StorageException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Cuts what is no event out of a segment that nobody writes to any more. What is cut out is kept
/// in `.<segment>.torn`, which no glob of a user matches; the rest stays as it is, with its age.
///
/// The side file is on disk before the segment is replaced, and the replacement is atomic: whenever
/// we die, nothing is lost, and at worst the side file has something twice.
///
/// Numbers that a writer's events lack are lost for good; once a person has been told of them they
/// are noted in `.<segment>.gaps`, so that they are told of once.
public final class SegmentRepair {
  private static final int BLOCK = 1 << 16;

  private SegmentRepair() {}

  /// Where the lines that were cut out of a segment are.
  public static Path sideFile(Path segment) {
    return segment.resolveSibling("." + segment.getFileName() + ".torn");
  }

  /// Whether nobody can still be writing to it. The caller holds the job's lock.
  public static boolean isClosed(Segment segment, InstantSource clock) {
    return SegmentWriters.isEnded(segment) || SegmentWriters.isClosed(segment, clock);
  }

  /// Cuts out every fault and completes a last event that lacks nothing but its newline. The caller
  /// holds the job's lock and knows the segment to be closed.
  ///
  /// @return how many bytes were cut out
  /// @throws StorageException if a file cannot be written; then the segment is as it was
  public static long repair(Segment segment) {
    try {
      return cut(segment);
    } catch (IOException e) {
      throw StorageException.io(segment.path(), e);
    }
  }

  private static long cut(Segment segment) throws IOException {
    Path path = segment.path();
    FileTime modified = Files.getLastModifiedTime(path);
    Path temporary = PrivateFiles.newTemporary(path);
    try (var from = new RandomAccessFile(path.toFile(), "r");
        var kept = new FileOutputStream(temporary.toFile());
        var aside = new SideFile(sideFile(path))) {
      var copy = new Copy(from, kept, aside);
      SegmentCheck.Result result = new SegmentCheck().check(segment, copy::fault);
      copy.keepUpTo(from.length());
      if (result.newlineMissing()) {
        kept.write('\n');
      }
      kept.getFD().sync();
      aside.sync();
      if (from.length() != segment.size()) {
        throw new IOException("somebody still writes to it");
      }
      Files.setLastModifiedTime(temporary, modified);
      Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
      PrivateFiles.syncDirectory(PrivateFiles.parent(path));
      return copy.cutBytes;
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /// Goes through the segment once, handing each byte to one of two files.
  private static final class Copy {
    private final RandomAccessFile from;
    private final OutputStream kept;
    private final SideFile aside;
    private final byte[] block = new byte[BLOCK];
    private long position;
    private long cutBytes;

    Copy(RandomAccessFile from, OutputStream kept, SideFile aside) {
      this.from = from;
      this.kept = kept;
      this.aside = aside;
    }

    void fault(Fault fault) {
      try {
        keepUpTo(fault.from());
        OutputStream out = aside.open();
        transfer(fault.to(), out);
        if (fault.open()) {
          out.write('\n');
        }
        cutBytes += fault.to() - fault.from();
      } catch (IOException e) {
        throw StorageException.io(aside.path, e);
      }
    }

    void keepUpTo(long end) throws IOException {
      transfer(end, kept);
    }

    private void transfer(long end, OutputStream out) throws IOException {
      from.seek(position);
      while (position < end) {
        int read = from.read(block, 0, (int) Math.min(block.length, end - position));
        if (read < 0) {
          throw new IOException("it became shorter while it was repaired");
        }
        out.write(block, 0, read);
        position += read;
      }
    }
  }

  /// Made when the first byte goes there.
  private static final class SideFile implements AutoCloseable {
    private final Path path;
    private @Nullable FileOutputStream out;

    SideFile(Path path) {
      this.path = path;
    }

    OutputStream open() throws IOException {
      FileOutputStream open = out;
      if (open == null) {
        if (!Files.exists(path)) {
          Files.createFile(path, PrivateFiles.FILE);
        }
        open = new FileOutputStream(path.toFile(), true);
        out = open;
      }
      return open;
    }

    void sync() throws IOException {
      if (out != null) {
        out.getFD().sync();
      }
    }

    @Override
    public void close() throws IOException {
      if (out != null) {
        out.close();
      }
    }
  }

  /// The gaps of a segment that a person was told of.
  public static Set<String> knownGaps(Path segment) {
    Path file = gapsFile(segment);
    try {
      return Files.exists(file)
          ? new HashSet<>(Files.readAllLines(file, StandardCharsets.ISO_8859_1))
          : Set.of();
    } catch (IOException e) {
      throw StorageException.io(file, e);
    }
  }

  /// How a gap is noted.
  public static String noted(SegmentCheck.Gap gap) {
    return gap.writer() + " " + gap.first() + " " + gap.last();
  }

  /// Notes gaps besides those noted before.
  public static void noteGaps(Path segment, Set<String> gaps) {
    var all = new HashSet<>(knownGaps(segment));
    if (all.addAll(gaps)) {
      byte[] text =
          (String.join("\n", all.stream().sorted().toList()) + "\n")
              .getBytes(StandardCharsets.ISO_8859_1);
      try {
        PrivateFiles.replace(gapsFile(segment), out -> out.write(text));
      } catch (IOException e) {
        throw StorageException.io(gapsFile(segment), e);
      }
    }
  }

  private static Path gapsFile(Path segment) {
    return segment.resolveSibling("." + segment.getFileName() + ".gaps");
  }
}
