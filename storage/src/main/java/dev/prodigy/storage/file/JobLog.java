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
/// `lock` guards the fields. One thread at a time flushes to disk, without the lock. Events that
/// must reach the disk and come meanwhile are neither written nor flushed each for itself: they
/// gather in a [Batch], and the first of those who wait for it writes and flushes all of them.
/// (They could not be written earlier anyway: while a file is flushed, the file system makes
/// writers wait.)
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

  private Batch batch = new Batch();

  /// What a thread in [#flush] is flushing.
  private @Nullable Batch flushing;

  private final AtomicBoolean syncScheduled = new AtomicBoolean();
  private final AtomicBoolean warned = new AtomicBoolean();

  /// What one flush brings to disk: everything since the flush before began.
  private static final class Batch {
    /// Whether something of it is in the segment.
    boolean written;

    /// Whether its flush is over.
    boolean over;

    /// Whether anybody waits for it.
    boolean awaited;

    @Nullable StorageException failure;
  }

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
      if (mustReachDisk) {
        appendDurably(events);
      } else {
        write(events);
      }
    } catch (StorageException e) {
      if (endsJob) {
        throw e.during("writing the last event of job " + job);
      }
      warn(e);
    }
  }

  /// On return the events are on disk.
  void appendDurably(List<? extends Event> events) {
    lock.lock();
    try {
      encode(events);
      awaitDisk(batch);
    } finally {
      lock.unlock();
    }
  }

  private void write(List<? extends Event> events) {
    boolean schedule;
    lock.lock();
    try {
      if (closed && events.isEmpty()) {
        return; // what waited was written when it was closed
      }
      encode(events);
      writePending(false);
      schedule = batch.written && syncScheduled.compareAndSet(false, true);
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
      first = pending.size() == 0;
      encode(List.of(event));
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
      write(List.of());
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
      if (batch.written || pending.size() > 0) {
        awaitDisk(batch);
      } else if (flushing != null) {
        awaitDisk(flushing);
      }
    } finally {
      lock.unlock();
    }
  }

  void close() {
    sync();
    lock.lock();
    try {
      while (flushing != null) {
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

  private void awaitDisk(Batch mine) {
    mine.awaited = true;
    while (!mine.over) {
      if (flushing != null) {
        flushed.awaitUninterruptibly();
      } else {
        flush();
      }
    }
    if (mine.failure != null) {
      throw mine.failure;
    }
  }

  /// Writes and flushes the batch. Called with the lock, which others may have meanwhile.
  private void flush() {
    Batch now = batch;
    try {
      writePending(true);
    } catch (StorageException _) { // it is the batch's failure
    }
    batch = new Batch();
    flushing = now;
    List<OpenSegment> done = List.copyOf(full);
    full.clear();
    OpenSegment growing = current;
    lock.unlock();
    StorageException failure = null;
    try {
      for (OpenSegment segment : done) {
        flush(segment);
        close(segment);
      }
      if (growing != null) {
        flush(growing);
      }
    } catch (StorageException e) {
      failure = e;
    } finally {
      lock.lock();
      now.failure = now.failure == null ? failure : now.failure;
      now.over = true;
      flushing = null;
      flushed.signalAll();
    }
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

  private void encode(List<? extends Event> events) {
    open();
    for (Event event : events) {
      lastMillis = Math.max(lastMillis, log.clock().millis());
      if (pending.size() == 0) {
        pendingSince = lastMillis;
      }
      seq++;
      encoder.encode(event, seq, lastMillis, pending);
    }
  }

  private void writePending(boolean look) {
    if (pending.size() == 0) {
      return;
    }
    try {
      writeOrElsewhere(look);
      batch.written = true;
    } catch (StorageException e) {
      if (batch.awaited) {
        batch.failure = e;
      }
      throw e;
    } finally {
      pending.clear(); // of a lost event a gap in seq remains
    }
  }

  /// A file that cannot be written may be the only one: the second attempt goes to a new one.
  private void writeOrElsewhere(boolean look) {
    try {
      write(segment(look));
    } catch (IOException first) {
      try {
        if (current != null) {
          full.add(current);
          current = null;
        }
        write(segment(false));
      } catch (IOException second) {
        second.addSuppressed(first);
        throw StorageException.io(current == null ? directory : current.path(), second);
      }
    }
  }

  private void write(OpenSegment segment) throws IOException {
    segment.write(pending);
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
