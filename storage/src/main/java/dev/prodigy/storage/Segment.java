package dev.prodigy.storage;

import java.io.File;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// One file of a job's log, as it was when it was listed: a segment as its writer made it, or what
/// retention left of one, or a part of one in the archive.
///
/// | name | is |
/// |---|---|
/// | `events-20250111120000000.jsonl` | a segment; the stamp is its *key* |
/// | `events-20250111120000000+4711.jsonl` | its rest, after 4711 bytes were removed (its *base*) |
/// | `events_archive_20250111_120000_000+4711.jsonl.gz` | what was removed next |
///
/// A position in a segment counts from where the writer began, whatever was removed since: that is
/// what lets a [Cursor] survive retention. Within a file, positions count from its own beginning;
/// those of a packed file are positions in the text that it unpacks to.
///
/// @param directory the name of the job's directory
/// @param size bytes when listed, unpacked
/// @param modifiedMillis when it was last written, since the epoch
public record Segment(String directory, String name, Path path, long size, long modifiedMillis) {
  static final Comparator<Segment> BY_NAME = new ByName();
  static final Comparator<Segment> LAST_WRITTEN_FIRST = new LastWrittenFirst();

  private static final String PREFIX = "events-";
  private static final String ARCHIVED = "events_archive_";
  private static final String SUFFIX = ".jsonl";
  private static final String PACKED = ".gz";
  private static final char BASE = '+';

  /// A file unchanged for so long has no writer in the middle of a line.
  private static final long QUIET_MILLIS = 10_000;

  /// Any JSONL file, in or outside the store, plain or packed.
  ///
  /// @throws StorageException if it is packed and cannot be read
  public static Segment ofFile(Path path) {
    File file = path.toFile();
    File parent = file.getAbsoluteFile().getParentFile();
    return of(parent == null ? "" : parent.getName(), file.getName(), file);
  }

  private static Segment of(String directory, String name, File file) {
    Path path = file.toPath();
    long size = name.endsWith(PACKED) ? SegmentFile.unpackedSize(path) : file.length();
    return new Segment(directory, name, path, size, file.lastModified());
  }

  /// Those of a job's directory that a writer made, oldest first; none if there is no such
  /// directory.
  public static List<Segment> list(Path directory) {
    return list(directory.toFile());
  }

  static List<Segment> list(File directory) {
    List<Segment> segments = new ArrayList<>();
    add(directory, false, segments);
    segments.sort(BY_NAME);
    return segments;
  }

  /// Those in a directory of an archive, oldest first.
  public static List<Segment> listArchive(Path directory) {
    List<Segment> segments = new ArrayList<>();
    add(directory.toFile(), true, segments);
    segments.sort(new ByPart());
    return segments;
  }

  /// Adds those of a directory, in no order.
  ///
  /// @param archived those of an archive, and those that someone packed where they stood, too
  static void add(File directory, boolean archived, List<Segment> segments) {
    String[] names = directory.list();
    if (names == null) {
      return;
    }
    for (String name : names) {
      boolean plain = name.endsWith(SUFFIX);
      boolean wanted =
          archived
              ? (plain || name.endsWith(SUFFIX.concat(PACKED)))
                  && (name.startsWith(PREFIX) || name.startsWith(ARCHIVED))
              : plain && name.startsWith(PREFIX);
      if (wanted) {
        segments.add(of(directory.getName(), name, new File(directory, name)));
      }
    }
  }

  /// Whether its bytes are compressed, if its name is right.
  boolean packed() {
    return name.endsWith(PACKED);
  }

  public boolean archived() {
    return packed() || name.startsWith(ARCHIVED);
  }

  /// What all parts of a segment have in common; for one of our writer the time in its name.
  String key() {
    String middle = middle();
    int base = middle.lastIndexOf(BASE);
    String key = base > 0 && isNumber(middle, base + 1) ? middle.substring(0, base) : middle;
    return name.startsWith(ARCHIVED) ? joined(key) : key;
  }

  /// How many bytes of the segment come before this part.
  public long base() {
    String middle = middle();
    int base = middle.lastIndexOf(BASE);
    return base > 0 && isNumber(middle, base + 1)
        ? Long.parseLong(middle, base + 1, middle.length(), 10)
        : 0;
  }

  /// The name its writer gave it.
  String original() {
    return isSegmentName() ? PREFIX + key() + SUFFIX : name;
  }

  /// The name of what is left of this file without its first `removed` bytes.
  public String restName(long removed) {
    long base = base() + removed;
    return !isSegmentName() || base == 0 ? name : PREFIX + key() + BASE + base + SUFFIX;
  }

  /// The name under which the part of this file that begins at a position is archived.
  public String archiveName(long at, boolean compressed) {
    long base = base() + at;
    String part = split(key()) + (base == 0 ? "" : BASE + Long.toString(base));
    return ARCHIVED + part + SUFFIX + (compressed ? PACKED : "");
  }

  /// The name for an archive of events that belong to no segment.
  public static String archiveName(Instant at, boolean compressed) {
    String stamp = split(EventTime.stamp(at.toEpochMilli()));
    return ARCHIVED + stamp + SUFFIX + (compressed ? PACKED : "");
  }

  /// Whether the archived part may be what this file has lost, or was about to lose when we died.
  public boolean begins(Segment part) {
    return part.archived() && part.base() >= base() && part.key().equals(key());
  }

  /// Whether it is named as files of a job's log are.
  boolean isSegmentName() {
    return name.startsWith(PREFIX) || name.startsWith(ARCHIVED);
  }

  private String middle() {
    int from =
        name.startsWith(PREFIX)
            ? PREFIX.length()
            : name.startsWith(ARCHIVED) ? ARCHIVED.length() : 0;
    int to = name.length() - (packed() ? PACKED.length() : 0);
    if (name.startsWith(SUFFIX, to - SUFFIX.length())) {
      to -= SUFFIX.length();
    }
    return name.substring(Math.min(from, to), to);
  }

  /// `20250111120000000` to `20250111_120000_000`; other keys stay.
  private static String split(String key) {
    return key.length() == EventTime.STAMP_LENGTH && isNumber(key, 0)
        ? key.substring(0, 8) + "_" + key.substring(8, 14) + "_" + key.substring(14)
        : key;
  }

  private static String joined(String split) {
    boolean stamp =
        split.length() == EventTime.STAMP_LENGTH + 2
            && split.charAt(8) == '_'
            && split.charAt(15) == '_';
    return stamp ? split.substring(0, 8) + split.substring(9, 15) + split.substring(16) : split;
  }

  private static boolean isNumber(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return from < text.length() && text.length() - from < 19;
  }

  /// The time in its name, in milliseconds since the epoch: no event in it is older.
  /// `Long.MIN_VALUE` if the name has none.
  public long notBefore() {
    if (!isSegmentName()) {
      return Long.MIN_VALUE;
    }
    String key = key();
    return key.length() == EventTime.STAMP_LENGTH ? EventTime.parseStamp(key, 0) : Long.MIN_VALUE;
  }

  /// True if an unterminated last line will not be continued.
  boolean quiet() {
    return archived() || System.currentTimeMillis() - modifiedMillis > QUIET_MILLIS;
  }

  /// This file as if it ended here.
  Segment until(long position) {
    return new Segment(directory, name, path, Math.min(position, size), modifiedMillis);
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

  /// The order of parts: that of their segments, then that of what they hold.
  static final class ByPart implements Comparator<Segment> {
    @Override
    public int compare(Segment a, Segment b) {
      int byKey = a.key().compareTo(b.key());
      return byKey != 0 ? byKey : Long.compare(a.base(), b.base());
    }
  }
}
