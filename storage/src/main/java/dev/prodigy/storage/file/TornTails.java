package dev.prodigy.storage.file;

import dev.prodigy.model.Owner;
import dev.prodigy.storage.EventFiles;
import dev.prodigy.storage.EventFilter;
import dev.prodigy.storage.EventLine;
import dev.prodigy.storage.ProcessIdentity;
import dev.prodigy.storage.Segment;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A writer killed in the middle of a write leaves a segment that does not end with a newline, and
/// a user's `cat | jq -s` then fails altogether. The torn bytes are moved to `.<segment>.torn`,
/// which no glob of a user matches, and the segment ends with its last whole line again.
///
/// Only a dead writer's segment is touched. Every record names its process, so the last whole one
/// tells. Where there is none, or it is from another host, only the holder of the job's lock may
/// decide, and only once the file has been quiet.
final class TornTails {
  private static final Duration QUIET = Duration.ofSeconds(10);
  private static final Duration QUIET_ABROAD = Duration.ofHours(24);
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
    Owner writer = writer(segment);
    if (writer != null && writer.host().equals(ProcessIdentity.current().host())) {
      return !ProcessIdentity.isAlive(writer);
    }
    Duration wait = writer == null ? QUIET : QUIET_ABROAD;
    return lockHeld && clock.millis() - segment.modifiedMillis() >= wait.toMillis();
  }

  /// Whether nobody can still be writing to the segment, given that the job's lock is free: its
  /// writer is dead or has written the job's end, or it has long been quiet. This process counts as
  /// dead, since it would hold the lock.
  static boolean isClosed(Segment segment, InstantSource clock) {
    EventLine last = last(segment);
    Owner writer = last == null ? null : writer(last);
    if (last != null && last.endsJob()) {
      return true;
    }
    if (writer != null && writer.host().equals(ProcessIdentity.current().host())) {
      return writer.equals(ProcessIdentity.current()) || !ProcessIdentity.isAlive(writer);
    }
    Duration wait = writer == null ? QUIET : QUIET_ABROAD;
    return clock.millis() - segment.modifiedMillis() >= wait.toMillis();
  }

  /// The process that wrote the last whole record.
  private static @Nullable Owner writer(Segment segment) {
    EventLine last = last(segment);
    return last == null ? null : writer(last);
  }

  private static @Nullable EventLine last(Segment segment) {
    List<EventLine> last = new ArrayList<>();
    EventFiles.newest(List.of(segment), EventFilter.ALL, 1, last::add);
    return last.isEmpty() ? null : last.getFirst();
  }

  private static @Nullable Owner writer(EventLine record) {
    JsonNode metadata = record.json().path("metadata");
    JsonNode pid = metadata.path("pid");
    JsonNode start = metadata.path("pid_start");
    JsonNode host = metadata.path("host");
    return pid.canConvertToLong() && start.canConvertToLong() && host.isString()
        ? new Owner(pid.longValue(), host.stringValue(), start.longValue())
        : null;
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
