package dev.prodigy.storage;

import java.io.File;
import org.jspecify.annotations.Nullable;

/// Reads one job's events from a kept position on, one at a time, segment by segment in the order
/// of their names. At the end it can be asked again later: it goes on where it stopped, across
/// rotation, and past segments that were deleted meanwhile.
///
/// Where several processes write one job at once, each has a segment of its own; this reader leaves
/// a segment for good once it is read to its end and a later one exists. To miss nothing of writers
/// at work use [EventFiles#follow].
public final class EventReader implements AutoCloseable {
  private final File directory;
  private final LineJudge judge;
  private Cursor position;
  private @Nullable OldestFirst source;

  /// The size up to which the position's segment was read; a rest without newline is not new.
  private long readSize = -1;

  EventReader(File directory, Cursor from, EventFilter filter) {
    this.directory = directory;
    this.position = from;
    this.judge = new LineJudge(filter);
  }

  /// The next event, or null if there is none at present.
  ///
  /// @throws StorageException if a segment cannot be read
  public @Nullable EventLine next() {
    while (source != null || open()) {
      OldestFirst current = source;
      EventLine line = current == null ? null : current.next();
      if (current != null) {
        position = new Cursor(current.segment().name(), current.position());
      }
      if (line != null) {
        return line;
      }
      close();
    }
    return null;
  }

  /// Where to continue: behind the last event given, or behind lines left out after it.
  public Cursor position() {
    return position;
  }

  /// Lines left out because they are no events.
  public long unreadable() {
    return judge.unreadable();
  }

  @Override
  public void close() {
    if (source != null) {
      source.close();
      source = null;
    }
  }

  /// Opens the segment of the position if it has grown since it was read, else the next one.
  private boolean open() {
    for (Segment segment : Segment.list(directory)) {
      int order = segment.name().compareTo(position.segment());
      long from = order == 0 ? position.offset() : 0;
      boolean read = order == 0 && segment.size() == readSize;
      if (order >= 0 && segment.size() > from && !read) {
        position = new Cursor(segment.name(), from);
        readSize = segment.size();
        source = new OldestFirst(segment, from, judge, 1, false);
        return true;
      }
    }
    return false;
  }
}
