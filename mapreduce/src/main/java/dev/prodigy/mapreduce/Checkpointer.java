package dev.prodigy.mapreduce;

import dev.prodigy.model.CheckpointReason;
import dev.prodigy.model.Event;
import dev.prodigy.model.MapCheckpoint;
import dev.prodigy.model.Phase;
import dev.prodigy.storage.Checkpoints;
import dev.prodigy.workflow.CheckpointPolicy;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/// Decides when the map phase is worth a snapshot, and writes it. Durability does not depend on it:
/// the journal holds every outcome. Snapshots only bound how much of it a resume must read, so
/// their total size is kept proportional to the job: while the last one is large, the next waits
/// until the journal has grown by a multiple of it.
///
/// Thread-safe; an interval snapshot under way is not waited for.
final class Checkpointer {
  private static final long LARGE_BYTES = 256 << 10;

  /// With this, all that a job of 10,000 small items writes is about three times its results.
  private static final int JOURNAL_PER_SNAPSHOT = 4;

  private static final int PAUSE_PER_WRITE = 50;

  private final JobFiles files;
  private final ItemTable table;
  private final CheckpointPolicy policy;
  private final Function<Phase, MapCheckpoint> snapshot;
  private final ReentrantLock writing = new ReentrantLock();
  private int finishedAtLast;
  private long journalBytesAtLast;
  private long lastBytes;
  private long lastNanos = System.nanoTime();
  private Duration lastCost = Duration.ZERO;

  Checkpointer(
      JobFiles files,
      ItemTable table,
      CheckpointPolicy policy,
      Function<Phase, MapCheckpoint> snapshot) {
    this.files = files;
    this.table = table;
    this.policy = policy;
    this.snapshot = snapshot;
  }

  /// Called after each finished item; usually does nothing.
  void itemFinished() {
    if (!writing.tryLock()) {
      return;
    }
    try {
      if (due()) {
        write(Phase.MAP, CheckpointReason.INTERVAL);
      }
    } finally {
      writing.unlock();
    }
  }

  private boolean due() {
    Duration since = Duration.ofNanos(System.nanoTime() - lastNanos);
    boolean wanted =
        table.tally().finished() - finishedAtLast >= policy.intervalItems()
            || since.compareTo(policy.intervalDuration()) >= 0;
    return wanted
        && since.compareTo(lastCost.multipliedBy(PAUSE_PER_WRITE)) >= 0
        && (lastBytes < LARGE_BYTES
            || files.journal().sizeBytes() - journalBytesAtLast
                >= lastBytes * JOURNAL_PER_SNAPSHOT);
  }

  /// Writes a snapshot now and trims the journal up to the oldest snapshot kept.
  Checkpoints.Saved write(Phase phase, CheckpointReason reason) {
    writing.lock();
    try {
      long start = System.nanoTime();
      MapCheckpoint checkpoint = snapshot.apply(phase);
      ItemTable.Tally tally = table.tally();
      Checkpoints checkpoints = files.store().checkpoints();
      Checkpoints.Saved saved =
          checkpoints.saveMap(
              checkpoint,
              new Checkpoints.Header(
                  files.session(), phase, reason, tally.total(), tally.finished()));
      files.event(
          new Event.CheckpointCreated(
              saved.version(), tally.finished(), phase, reason, saved.sizeBytes()));
      finishedAtLast = tally.finished();
      journalBytesAtLast = files.journal().sizeBytes();
      lastBytes = saved.sizeBytes();
      lastNanos = System.nanoTime();
      lastCost = Duration.ofNanos(lastNanos - start);
      return saved;
    } finally {
      writing.unlock();
    }
  }
}
