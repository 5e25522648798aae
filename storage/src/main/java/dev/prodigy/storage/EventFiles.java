package dev.prodigy.storage;

import dev.prodigy.model.JobId;
import dev.prodigy.model.ProdigyException;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The reading side of the history of jobs: the segments under `events/<repo>/`, read while others
/// append.
///
/// Memory does not depend on the size of a log. A job without a log reads as empty, since users may
/// delete logs at any moment; so does what vanishes in the middle of a reading. Lines that are no
/// events are left out and counted. A last line without newline is not yet written, unless the file
/// has been quiet for ten seconds.
public final class EventFiles {
  /// Where housekeeping on finished jobs is logged; no job.
  public static final String MAINTENANCE = "maintenance";

  /// Every event, see [#newest].
  public static final long UNLIMITED = Long.MAX_VALUE;

  private static final int TYPICAL_EVENT_BYTES = 2048;

  private final File directory;

  /// @param directory `events/<repo>`; need not exist
  public EventFiles(Path directory) {
    this.directory = directory.toFile();
  }

  /// Jobs that have events, the one written to last first.
  public List<JobId> jobs() {
    List<Segment> newest = new ArrayList<>();
    for (String name : jobDirectories()) {
      List<Segment> segments = Segment.list(new File(directory, name));
      if (!segments.isEmpty()) {
        newest.add(segments.getLast());
      }
    }
    newest.sort(Segment.LAST_WRITTEN_FIRST);
    List<JobId> jobs = new ArrayList<>();
    for (Segment segment : newest) {
      try {
        jobs.add(new JobId(segment.directory()));
      } catch (ProdigyException _) {
        // A directory someone else made: no job of ours has such a name.
      }
    }
    return jobs;
  }

  /// Of one job, oldest first; empty if it has no log.
  public List<Segment> segments(JobId job) {
    return Segment.list(directoryOf(job));
  }

  /// Of several jobs, each oldest first.
  public List<Segment> segments(Collection<JobId> jobs) {
    List<Segment> segments = new ArrayList<>();
    for (JobId job : jobs) {
      segments.addAll(segments(job));
    }
    return segments;
  }

  /// Of the housekeeping on finished jobs, oldest first.
  public List<Segment> maintenance() {
    return Segment.list(new File(directory, MAINTENANCE));
  }

  /// About how many events there are, from the size alone.
  public static long estimate(Collection<Segment> segments) {
    long bytes = 0;
    for (Segment segment : segments) {
      bytes += segment.size();
    }
    return bytes / TYPICAL_EVENT_BYTES;
  }

  /// Reads one job's events from a position on; the reader must be closed.
  public EventReader read(JobId job, Cursor from, EventFilter filter) {
    return new EventReader(directoryOf(job), from, filter);
  }

  /// The position behind all that is written now.
  public Cursor end(JobId job) {
    List<Segment> segments = segments(job);
    if (segments.isEmpty()) {
      return Cursor.START;
    }
    Segment last = segments.getLast();
    return new Cursor(last.name(), last.size());
  }

  /// Gives the events of the segments in the order of time, as they were when listed.
  ///
  /// @throws StorageException if a segment cannot be read
  public static ReadSummary scan(List<Segment> segments, EventFilter filter, EventSink sink) {
    return new TimeScan(filter, sink).run(segments);
  }

  /// Gives the newest events, newest first. Costs reading these, not the log.
  ///
  /// @param segments each job's oldest first, as [#segments] lists them
  /// @param limit at most so many; [#UNLIMITED] for all
  /// @throws StorageException if a segment cannot be read
  public static ReadSummary newest(
      List<Segment> segments, EventFilter filter, long limit, EventSink sink) {
    LineJudge judge = new LineJudge(filter);
    long given = TimeMerge.newestFirst(NewestFirst.of(segments, judge), limit, sink);
    return new ReadSummary(given, judge.unreadable());
  }

  /// All wanted events in memory, in the order of time, for logs that [ReadMode] calls few.
  public static List<EventLine> batch(List<Segment> segments, EventFilter filter) {
    List<EventLine> events = new ArrayList<>();
    scan(segments, filter, events::add);
    return events;
  }

  /// Counts events without keeping any.
  public static EventCounts count(
      List<Segment> segments, EventFilter filter, EventCounts.Grouping grouping) {
    return EventCounter.count(segments, filter, grouping);
  }

  /// Gives the events from a position on and then new ones within 100 ms of being written, until
  /// the sink has enough, `stop` says so, or the thread is interrupted. Works across rotation, with
  /// several writers, and for a job that does not exist yet.
  public ReadSummary follow(
      JobId job, Cursor from, EventFilter filter, EventSink sink, BooleanSupplier stop) {
    Follower follower = new Follower(() -> List.of(directoryOf(job)), filter, sink, stop);
    follower.skipTo(from, segments(job));
    return follower.run();
  }

  /// Gives the last `lines` events and then new ones, see above.
  ///
  /// @param jobs none for every job of the repository, also those to come
  public ReadSummary follow(
      Collection<JobId> jobs,
      long lines,
      EventFilter filter,
      EventSink sink,
      BooleanSupplier stop) {
    Follower follower = new Follower(() -> directories(jobs), filter, sink, stop);
    follower.giveLast(lines);
    return follower.run();
  }

  File directoryOf(JobId job) {
    return new File(directory, job.value());
  }

  private List<File> directories(Collection<JobId> jobs) {
    List<File> directories = new ArrayList<>();
    for (JobId job : jobs) {
      directories.add(directoryOf(job));
    }
    if (jobs.isEmpty()) {
      for (String name : jobDirectories()) {
        directories.add(new File(directory, name));
      }
    }
    return directories;
  }

  private List<String> jobDirectories() {
    String @Nullable [] names = directory.list();
    List<String> jobs = new ArrayList<>();
    for (String name : names == null ? new String[0] : names) {
      if (!name.startsWith(".") && !name.equals(MAINTENANCE)) {
        jobs.add(name);
      }
    }
    return jobs;
  }
}
