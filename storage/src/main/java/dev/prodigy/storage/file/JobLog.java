package dev.prodigy.storage.file;

import dev.prodigy.model.Event;
import dev.prodigy.model.JobId;
import dev.prodigy.storage.EventFiles;
import dev.prodigy.storage.EventFilter;
import dev.prodigy.storage.Segment;
import dev.prodigy.storage.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What one writer appends to one job. Lines gather in `pending` and go to the segment in one
/// write.
///
/// `lock` guards the fields and is held for microseconds. One thread at a time flushes to disk,
/// without the lock, so that appends go on; those who want to be on disk meanwhile wait, and share
/// the next flush. They wait on a condition, not on a lock: whoever flushed last would take a lock
/// again before the waiting are awake, and flush for itself alone.
final class JobLog {
  private final JobId job;
  private final Path directory;
  private final FileEventLog log;
  private final EventEncoder encoder;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition flushed = lock.newCondition();
  private final LineBuffer pending = new LineBuffer();
  private final List<OpenSegment> full = new ArrayList<>();
  private @Nullable OpenSegment current;
  private boolean opened;
  private boolean closed;
  private long lastMillis = Long.MIN_VALUE;
  private long seq;

  /// The time of the first pending event, which a new segment is named after.
  private long pendingSince;

  private long lastStamp;

  /// Writes so far, and how many of them are on disk.
  private long written;

  private long onDisk;

  /// Whether a thread is in [#flush].
  private boolean flushing;

  private final AtomicBoolean syncScheduled = new AtomicBoolean();
  private final AtomicBoolean warned = new AtomicBoolean();

  JobLog(JobId job, Path directory, FileEventLog log, EventEncoder encoder) {
    this.job = job;
    this.directory = directory;
    this.log = log;
    this.encoder = encoder;
  }

  void append(List<? extends Event> events) {
    boolean endsJob = false;
    boolean mustReachDisk = false;
    for (Event event : events) {
      endsJob |= event.endsJob();
      mustReachDisk |= event.mustReachDisk();
    }
    try {
      write(events, mustReachDisk);
      if (mustReachDisk) {
        sync();
      }
    } catch (StorageException e) {
      if (endsJob) {
        throw e.during("writing the last event of job " + job);
      }
      warn(e);
    }
  }

  private void write(List<? extends Event> events, boolean look) {
    boolean schedule;
    lock.lock();
    try {
      open();
      for (Event event : events) {
        encode(event);
      }
      writePending(look);
      schedule = written > onDisk && syncScheduled.compareAndSet(false, true);
    } finally {
      lock.unlock();
    }
    if (schedule) {
      log.syncLater(this);
    }
  }

  void appendSoon(Event event) {
    boolean first;
    boolean enough;
    lock.lock();
    try {
      open();
      first = pending.size() == 0;
      encode(event);
      enough = pending.size() >= EventEncoder.LONGEST_LINE;
    } catch (StorageException e) {
      warn(e);
      return;
    } finally {
      lock.unlock();
    }
    if (enough) {
      writeWhatWaits();
    } else if (first) {
      log.writeLater(this);
    }
  }

  /// For the background: a failure is only told.
  void writeWhatWaits() {
    try {
      write(List.of(), false);
    } catch (StorageException e) {
      warn(e);
    }
  }

  /// For the background: a failure is only told.
  void syncWhatIsWritten() {
    syncScheduled.set(false);
    try {
      sync();
    } catch (StorageException e) {
      warn(e);
    }
  }

  /// On return everything appended before is on disk.
  void sync() {
    lock.lock();
    try {
      writePending(false);
      long wanted = written;
      while (onDisk < wanted) {
        if (flushing) {
          flushed.awaitUninterruptibly();
        } else {
          flush();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  void close() {
    sync();
    lock.lock();
    try {
      while (flushing) {
        flushed.awaitUninterruptibly();
      }
      closed = true;
      if (current != null) {
        close(current);
        current = null;
      }
    } finally {
      lock.unlock();
    }
  }

  /// Flushes all there is now: one flush serves everyone who waits for it. Called with the lock,
  /// which others may have meanwhile.
  private void flush() {
    long upTo = written;
    List<OpenSegment> done = List.copyOf(full);
    full.clear();
    OpenSegment growing = current;
    flushing = true;
    lock.unlock();
    try {
      for (OpenSegment segment : done) {
        flush(segment);
        close(segment);
      }
      if (growing != null) {
        flush(growing);
      }
    } finally {
      lock.lock();
      flushing = false;
      flushed.signalAll();
    }
    onDisk = upTo;
  }

  private static void flush(OpenSegment segment) {
    try {
      segment.sync();
    } catch (IOException e) {
      throw StorageException.io(segment.path(), e);
    }
  }

  private static void close(OpenSegment segment) {
    try {
      segment.close();
    } catch (IOException e) {
      throw StorageException.io(segment.path(), e);
    }
  }

  /// Before the first event: others' torn tails are set aside, and the clock starts no earlier than
  /// the job's last event.
  private void open() {
    if (closed) {
      throw new IllegalStateException("the event log is closed");
    }
    if (opened) {
      return;
    }
    opened = true;
    TornTails.repair(directory, false, log.clock(), log.warnings());
    try {
      EventFiles.newest(
          Segment.list(directory), EventFilter.ALL, 1, event -> startAt(event.timeMillis()));
    } catch (StorageException e) {
      warn(e);
    }
  }

  private boolean startAt(long millis) {
    lastMillis = millis;
    return false;
  }

  private void encode(Event event) {
    lastMillis = Math.max(lastMillis, log.clock().millis());
    if (pending.size() == 0) {
      pendingSince = lastMillis;
    }
    seq++;
    encoder.encode(event, seq, lastMillis, pending);
  }

  private void writePending(boolean look) {
    if (pending.size() == 0) {
      return;
    }
    Path place = directory;
    try {
      OpenSegment segment = segment(look);
      place = segment.path();
      segment.write(pending);
      written++;
    } catch (IOException e) {
      throw StorageException.io(place, e);
    } finally {
      pending.clear(); // of a lost event a gap in seq remains
    }
  }

  /// The segment for what is pending: a new one at first, when the present one would grow too
  /// large, and when someone has deleted it.
  private OpenSegment segment(boolean look) throws IOException {
    OpenSegment segment = current;
    if (segment != null && (segment.isGone(look) || isFull(segment))) {
      full.add(segment);
      current = null;
      segment = null;
    }
    if (segment == null) {
      segment = OpenSegment.create(directory, Math.max(pendingSince, lastStamp + 1));
      lastStamp = segment.stamp();
      current = segment;
    }
    return segment;
  }

  private boolean isFull(OpenSegment segment) {
    return segment.size() > 0 && segment.size() + pending.size() > log.maxSegmentBytes();
  }

  private void warn(StorageException e) {
    if (warned.compareAndSet(false, true)) {
      log.warnings().accept("Events of job " + job + " are being lost: " + e.message());
    }
  }
}
