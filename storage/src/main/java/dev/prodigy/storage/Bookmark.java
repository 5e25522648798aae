package dev.prodigy.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Where a reader stands in a whole job: a [Cursor] in each segment, since several processes append
/// at once, each to its own. Written as cursors with commas between.
///
/// A segment without a cursor is unread, unless it is older than all that have one: then it is
/// read. So a single cursor is a bookmark, too.
public final class Bookmark {
  /// Nothing is read.
  public static final Bookmark START = new Bookmark(new TreeMap<>());

  /// Bytes read, by the name that a segment's writer gave it.
  private final SortedMap<String, Long> read;

  private Bookmark(SortedMap<String, Long> read) {
    this.read = read;
  }

  /// Everything before the cursor is read, and nothing behind it.
  public static Bookmark of(Cursor cursor) {
    return of(Map.of(cursor.segment(), cursor.offset()));
  }

  static Bookmark of(Map<String, Long> read) {
    return new Bookmark(new TreeMap<>(read));
  }

  /// The inverse of [#toString].
  ///
  /// @throws IllegalArgumentException if the text is none
  public static Bookmark parse(String text) {
    TreeMap<String, Long> read = new TreeMap<>();
    if (!text.isBlank()) {
      for (String part : text.strip().split(",", -1)) {
        Cursor cursor = Cursor.parse(part.strip());
        read.put(cursor.segment(), cursor.offset());
      }
    }
    return new Bookmark(read);
  }

  /// How many bytes of a file are read already, perhaps more than it has.
  long in(Segment segment) {
    String name = segment.original();
    Long bytes = read.get(name);
    if (bytes != null) {
      return Math.max(bytes - segment.base(), 0);
    }
    return !read.isEmpty() && name.compareTo(read.firstKey()) < 0 ? Long.MAX_VALUE : 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bookmark bookmark && bookmark.read.equals(read);
  }

  @Override
  public int hashCode() {
    return read.hashCode();
  }

  @Override
  public String toString() {
    List<String> cursors = new ArrayList<>();
    read.forEach((segment, bytes) -> cursors.add(new Cursor(segment, bytes).toString()));
    return String.join(",", cursors);
  }
}
