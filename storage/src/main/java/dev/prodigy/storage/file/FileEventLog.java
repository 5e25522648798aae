package dev.prodigy.storage.file;

import dev.prodigy.model.Event;
import dev.prodigy.model.JobId;
import dev.prodigy.storage.EventFiles;
import dev.prodigy.storage.EventLog;
import dev.prodigy.storage.ProcessIdentity;
import dev.prodigy.storage.StorageException;
import dev.prodigy.storage.WriterIdentity;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/// The event log as files: `events/<repo>/<job>/events-<UTC stamp>.jsonl`.
///
/// Every writer has, per job, a segment of its own that no one else appends to: no locks between
/// processes, and a writer that dies in the middle of a line spoils nobody's next one. A segment's
/// name is greater than those present when it was made, so the order of names is the order of time.
/// Text is flushed to disk at the latest a second after it was written, in the background.
public final class FileEventLog implements EventLog {
  /// @param maxSegmentBytes a segment that would grow beyond is followed by a new one
  public record Options(long maxSegmentBytes) {
    public static final Options DEFAULT = new Options(100L << 20);

    public Options {
      if (maxSegmentBytes <= 0) {
        throw new IllegalArgumentException("not a size: " + maxSegmentBytes);
      }
    }
  }

  private static final long BATCH_MILLIS = 80;
  private static final long UNSYNCED_MILLIS = 900;

  private final Function<JobId, Path> directories;
  private final WriterIdentity who;
  private final InstantSource clock;
  private final Consumer<String> warnings;
  private final Options options;
  private final String writer = HexFormat.of().toHexDigits(new SecureRandom().nextInt());
  private final ConcurrentHashMap<JobId, JobLog> jobs = new ConcurrentHashMap<>();
  private final ScheduledThreadPoolExecutor background;

  private FileEventLog(
      Function<JobId, Path> directories,
      WriterIdentity who,
      InstantSource clock,
      Consumer<String> warnings,
      Options options) {
    this.directories = directories;
    this.who = who;
    this.clock = clock;
    this.warnings = warnings;
    this.options = options;
    // Two, so that a slow flush of one job does not hold up the chatter of another.
    this.background =
        new ScheduledThreadPoolExecutor(
            2, Thread.ofPlatform().daemon().name("event-log-", 1).factory());
    background.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    // While we close, closing itself writes and flushes everything.
    background.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
  }

  /// @param directory `events/<repo>`; made when the first event is written
  /// @param warnings is told once per job when events are lost, and of repaired segments
  public static FileEventLog open(
      Path directory, WriterIdentity who, InstantSource clock, Consumer<String> warnings) {
    return open(directory, who, clock, warnings, Options.DEFAULT);
  }

  public static FileEventLog open(
      Path directory,
      WriterIdentity who,
      InstantSource clock,
      Consumer<String> warnings,
      Options options) {
    return new FileEventLog(job -> directory.resolve(job.value()), who, clock, warnings, options);
  }

  /// A log for housekeeping on finished jobs, whose own logs have ended.
  ///
  /// @param directory `events/<repo>`
  public static FileEventLog maintenance(
      Path directory, WriterIdentity who, InstantSource clock, Consumer<String> warnings) {
    Path one = directory.resolve(EventFiles.MAINTENANCE);
    return new FileEventLog(_ -> one, who, clock, warnings, Options.DEFAULT);
  }

  @Override
  public void append(JobId job, List<? extends Event> events) {
    of(job).append(events);
  }

  @Override
  public void appendDurably(JobId job, List<? extends Event> events) {
    of(job).appendDurably(events);
  }

  @Override
  public void appendSoon(JobId job, Event event) {
    of(job).appendSoon(event);
  }

  @Override
  public void sync(JobId job) {
    of(job).sync();
  }

  /// Sets aside torn tails of the job's segments, also where only the holder of the job's lock may:
  /// for a resume, which holds it.
  ///
  /// @return how many segments were repaired
  @Override
  public int repairTornTails(JobId job) {
    return TornTails.repair(directories.apply(job), true, clock, warnings);
  }

  @Override
  public void close() {
    background.shutdown();
    StorageException failure = null;
    for (JobLog job : jobs.values()) {
      try {
        job.close();
      } catch (StorageException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  InstantSource clock() {
    return clock;
  }

  Consumer<String> warnings() {
    return warnings;
  }

  long maxSegmentBytes() {
    return options.maxSegmentBytes();
  }

  void writeLater(JobLog job) {
    later(job::writeWhatWaits, BATCH_MILLIS);
  }

  void syncLater(JobLog job) {
    later(job::syncWhatIsWritten, UNSYNCED_MILLIS);
  }

  private void later(Runnable task, long millis) {
    var _ = background.schedule(() -> runOrTell(task), millis, TimeUnit.MILLISECONDS);
  }

  private void runOrTell(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      warnings.accept("The event log failed: " + e);
    }
  }

  private JobLog of(JobId job) {
    return jobs.computeIfAbsent(job, this::begin);
  }

  private JobLog begin(JobId job) {
    EventEncoder encoder = new EventEncoder(job, who, ProcessIdentity.current(), writer);
    return new JobLog(job, directories.apply(job), this, encoder);
  }
}
