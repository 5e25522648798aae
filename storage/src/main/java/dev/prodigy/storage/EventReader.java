package dev.prodigy.storage;

import dev.prodigy.model.JobId;
import org.jspecify.annotations.Nullable;

/// Reads one job's events from a kept position on, one at a time, segment by segment in the order
/// of their names. At the end it can be asked again later: it goes on where it stopped, across
/// rotation, and past segments that were deleted meanwhile.
///
/// Where several processes write one job at once, each has a segment of its own; this reader leaves
/// a segment for good once it is read to its end and a later one exists. To miss nothing of writers
/// at work use [EventFiles#follow].
public final class EventReader implements AutoCloseable {
  private final EventFiles files;
  private final JobId job;
  private final LineJudge judge;
  private Cursor position;
  private @Nullable OldestFirst source;

  /// The size up to which the position's segment was read; a rest without newline is not new.
  private long readSize = -1;

  EventReader(EventFiles files, JobId job, Cursor from, EventFilter filter) {
    this.files = files;
    this.job = job;
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
        position = cursor(current.segment(), current.position());
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
    for (Segment segment : files.segments(job)) {
      int order = segment.original().compareTo(position.segment());
      long from = order == 0 ? Math.max(position.offset() - segment.base(), 0) : 0;
      long size = segment.base() + segment.size();
      if (order >= 0 && segment.size() > from && !(order == 0 && size == readSize)) {
        position = cursor(segment, from);
        readSize = size;
        source = new OldestFirst(segment, from, judge, 1, false);
        return true;
      }
    }
    return false;
  }

  private static Cursor cursor(Segment segment, long at) {
    return new Cursor(segment.original(), segment.base() + at);
  }
}
