package dev.prodigy.storage;

/// A position in a job's log that a reader can keep and continue from, across rotation and after
/// the deletion of segments. Written `{segment}:{byte}`.
///
/// @param segment the file's name; empty for the very beginning
/// @param offset bytes before it have been read
public record Cursor(String segment, long offset) implements Comparable<Cursor> {
  public static final Cursor START = new Cursor("", 0);

  public Cursor {
    if (offset < 0 || segment.indexOf('/') >= 0) {
      throw new IllegalArgumentException("not a cursor: " + segment + ":" + offset);
    }
  }

  /// The inverse of [#toString].
  ///
  /// @throws IllegalArgumentException if the text is no cursor
  public static Cursor parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("not a cursor: " + text);
    }
    return new Cursor(text.substring(0, colon), Long.parseLong(text.substring(colon + 1)));
  }

  @Override
  public int compareTo(Cursor other) {
    int bySegment = segment.compareTo(other.segment);
    return bySegment != 0 ? bySegment : Long.compare(offset, other.offset);
  }

  @Override
  public String toString() {
    return segment + ":" + offset;
  }
}
