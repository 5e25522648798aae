package dev.prodigy.storage.file;

import dev.prodigy.model.Owner;
import dev.prodigy.storage.EventLine;
import dev.prodigy.storage.ProcessIdentity;
import dev.prodigy.storage.Segment;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.Consumer;

/// A writer killed in the middle of a write leaves a segment that does not end with a newline, and
/// a user's `cat | jq -s` then fails altogether. The torn bytes are moved to `.<segment>.torn`,
/// which no glob of a user matches, and the segment ends with its last whole line again.
///
/// Only a dead writer's segment is touched. Every record names its process, so the last whole one
/// tells. Where it does not, or is from another host, only the holder of the job's lock may decide,
/// and only once the file has been quiet. A segment without any whole record needs no such wait:
/// only a run writes to its job's log, and whoever has the lock is the run.
final class TornTails {
  private static final int BLOCK = 64 << 10;

  private TornTails() {}

  /// @param lockHeld whether the caller holds the job's lock
  /// @return how many segments were repaired
  static int repair(
      Path directory, boolean lockHeld, InstantSource clock, Consumer<String> warnings) {
    int repaired = 0;
    for (Segment segment : Segment.list(directory)) {
      try {
        if (isTorn(segment) && isAbandoned(segment, lockHeld, clock)) {
          warnings.accept(setAside(segment));
          repaired++;
        }
      } catch (IOException e) {
        warnings.accept("Cannot repair " + segment.path() + ": " + e.getMessage());
      }
    }
    return repaired;
  }

  private static boolean isTorn(Segment segment) throws IOException {
    if (segment.size() == 0) {
      return false;
    }
    try (RandomAccessFile file = new RandomAccessFile(segment.path().toFile(), "r")) {
      file.seek(file.length() - 1);
      return file.read() != '\n';
    }
  }

  private static boolean isAbandoned(Segment segment, boolean lockHeld, InstantSource clock) {
    EventLine last = SegmentWriters.last(segment);
    if (last == null) {
      return lockHeld;
    }
    Owner writer = SegmentWriters.of(last);
    if (writer != null && SegmentWriters.isOfThisHost(writer)) {
      return !ProcessIdentity.isAlive(writer);
    }
    return lockHeld && SegmentWriters.isQuiet(segment, writer, clock);
  }

  /// The side file is on disk before the segment is cut: whenever we die, nothing is lost.
  private static String setAside(Segment segment) throws IOException {
    Path side = segment.path().resolveSibling("." + segment.name() + ".torn");
    try (RandomAccessFile file = new RandomAccessFile(segment.path().toFile(), "rw")) {
      long whole = endOfLines(file);
      byte[] torn = new byte[(int) (file.length() - whole)];
      file.seek(whole);
      file.readFully(torn);
      keep(side, torn);
      file.setLength(whole);
      file.getFD().sync();
      return "A writer died in the middle of a line of %s: %d bytes set aside in %s"
          .formatted(segment.path(), torn.length, side);
    }
  }

  private static void keep(Path side, byte[] torn) throws IOException {
    try {
      Files.createFile(side, PrivateFiles.FILE);
    } catch (FileAlreadyExistsException _) { // torn before, or we died in this place
      side.toFile().setReadable(true, true);
    }
    try (FileOutputStream out = new FileOutputStream(side.toFile(), true)) {
      out.write(torn);
      out.write('\n');
      out.getFD().sync();
    }
  }

  private static long endOfLines(RandomAccessFile file) throws IOException {
    byte[] block = new byte[BLOCK];
    long at = file.length();
    while (at > 0) {
      int length = (int) Math.min(BLOCK, at);
      file.seek(at - length);
      file.readFully(block, 0, length);
      for (int i = length - 1; i >= 0; i--) {
        if (block[i] == '\n') {
          return at - length + i + 1;
        }
      }
      at -= length;
    }
    return 0;
  }
}
