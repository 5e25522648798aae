package dev.prodigy.storage;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// One file of a job's log, as it was when it was listed.
///
/// @param directory the name of the job's directory
/// @param name `events-*.jsonl`; the order of names is the order of time
/// @param size bytes when listed
/// @param modifiedMillis when it was last written, since the epoch
public record Segment(String directory, String name, Path path, long size, long modifiedMillis) {
  static final Comparator<Segment> BY_NAME = new ByName();
  static final Comparator<Segment> LAST_WRITTEN_FIRST = new LastWrittenFirst();

  private static final String PREFIX = "events-";
  private static final String SUFFIX = ".jsonl";

  /// A file unchanged for so long has no writer in the middle of a line.
  private static final long QUIET_MILLIS = 10_000;

  /// Any JSONL file, in or outside the store.
  public static Segment ofFile(Path path) {
    File file = path.toFile();
    File parent = file.getAbsoluteFile().getParentFile();
    return new Segment(
        parent == null ? "" : parent.getName(),
        file.getName(),
        path,
        file.length(),
        file.lastModified());
  }

  /// Those of a job's directory, oldest first; none if there is no such directory.
  public static List<Segment> list(Path directory) {
    return list(directory.toFile());
  }

  static List<Segment> list(File directory) {
    String[] names = directory.list();
    List<Segment> segments = new ArrayList<>();
    if (names != null) {
      for (String name : names) {
        if (isSegmentName(name)) {
          File file = new File(directory, name);
          segments.add(
              new Segment(
                  directory.getName(), name, file.toPath(), file.length(), file.lastModified()));
        }
      }
    }
    segments.sort(BY_NAME);
    return segments;
  }

  private static boolean isSegmentName(String name) {
    return name.startsWith(PREFIX) && name.endsWith(SUFFIX);
  }

  /// The time in its name, in milliseconds since the epoch: no event in it is older.
  /// `Long.MIN_VALUE` if the name has none.
  public long notBefore() {
    int digits = name.length() - PREFIX.length() - SUFFIX.length();
    if (digits != EventTime.STAMP_LENGTH || !isSegmentName(name)) {
      return Long.MIN_VALUE;
    }
    return EventTime.parseStamp(name, PREFIX.length());
  }

  /// True if an unterminated last line will not be continued.
  boolean quiet() {
    return System.currentTimeMillis() - modifiedMillis > QUIET_MILLIS;
  }

  private static final class LastWrittenFirst implements Comparator<Segment> {
    @Override
    public int compare(Segment a, Segment b) {
      return Long.compare(b.modifiedMillis, a.modifiedMillis);
    }
  }

  private static final class ByName implements Comparator<Segment> {
    @Override
    public int compare(Segment a, Segment b) {
      return a.name.compareTo(b.name);
    }
  }
}
