package dev.prodigy.storage;

import dev.prodigy.model.JobId;
import dev.prodigy.model.ProdigyException;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
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

  /// Not a repository, where an earlier version kept its archives.
  public static final String OLD_ARCHIVE = "archive";

  private static final int TYPICAL_EVENT_BYTES = 2048;

  private final File directory;
  private final List<File> archives;

  /// Without archives.
  ///
  /// @param directory `events/<repo>`; need not exist
  public EventFiles(Path directory) {
    this(directory.toFile(), List.of());
  }

  private EventFiles(File directory, List<File> archives) {
    this.directory = directory;
    this.archives = archives;
  }

  /// Those of one repository under a storage root. Archives are read as if they had never been
  /// moved: ours, and those of an earlier version in `events/archive`.
  public static EventFiles of(Path root, String repository) {
    File events = new File(root.toFile(), "events");
    return new EventFiles(
        new File(events, repository),
        List.of(
            new File(root.toFile(), "archive/events/".concat(repository)),
            new File(events, OLD_ARCHIVE.concat("/").concat(repository))));
  }

  /// Jobs that have events, the one written to last first.
  public List<JobId> jobs() {
    List<Segment> newest = new ArrayList<>();
    for (String name : jobDirectories()) {
      List<Segment> segments = segments(name);
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

  /// Whether the job has a log, or had one whose directory is left.
  public boolean has(JobId job) {
    if (directoryOf(job).isDirectory()) {
      return true;
    }
    for (File archive : archives) {
      if (new File(archive, job.value()).isDirectory()) {
        return true;
      }
    }
    return false;
  }

  /// Of one job, oldest first, with what is archived; empty if it has no log.
  public List<Segment> segments(JobId job) {
    return segments(job.value());
  }

  private List<Segment> segments(String job) {
    List<Segment> found = new ArrayList<>();
    Segment.add(new File(directory, job), true, found);
    int live = found.size();
    for (File archive : archives) {
      Segment.add(new File(archive, job), true, found);
    }
    if (found.size() == live && !hasArchived(found)) {
      found.sort(Segment.BY_NAME);
      return found;
    }
    return Parts.of(found);
  }

  private static boolean hasArchived(List<Segment> segments) {
    for (Segment segment : segments) {
      if (segment.archived()) {
        return true;
      }
    }
    return false;
  }

  /// Of several jobs, each oldest first.
  public List<Segment> segments(Collection<JobId> jobs) {
    List<Segment> segments = new ArrayList<>();
    for (JobId job : jobs) {
      segments.addAll(segments(job));
    }
    return segments;
  }

  /// Of one job without what is archived: what a writer may append to and retention may take from.
  public List<Segment> live(JobId job) {
    return Segment.list(directoryOf(job));
  }

  /// Of the housekeeping on finished jobs, oldest first.
  public List<Segment> maintenance() {
    return segments(MAINTENANCE);
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
    return new EventReader(this, job, from, filter);
  }

  /// The position behind all that is written now.
  public Cursor end(JobId job) {
    List<Segment> segments = segments(job);
    if (segments.isEmpty()) {
      return Cursor.START;
    }
    Segment last = segments.getLast();
    return new Cursor(last.original(), last.base() + last.size());
  }

  /// Gives the events of the segments in the order of time, as they were when listed.
  ///
  /// @throws StorageException if a segment cannot be read
  public static ReadSummary scan(List<Segment> segments, EventFilter filter, EventSink sink) {
    return new TimeScan(filter, sink).run(segments);
  }

  /// The oldest event; costs reading only this one.
  public static Optional<EventLine> first(List<Segment> segments) {
    List<EventLine> first = new ArrayList<>(1);
    List<OldestFirst> sources = OldestFirst.of(segments, new LineJudge(EventFilter.ALL));
    try {
      TimeMerge.oldestFirst(sources, 1, first::add);
    } finally {
      sources.forEach(OldestFirst::close);
    }
    return first.stream().findFirst();
  }

  /// Gives the newest events, newest first. Costs reading these, not the log.
  ///
  /// @param segments each job's oldest first, as [#segments] lists them
  /// @param limit at most so many; [#UNLIMITED] for all
  /// @throws StorageException if a segment cannot be read
  public static ReadSummary newest(
      List<Segment> segments, EventFilter filter, long limit, EventSink sink) {
    LineJudge judge = new LineJudge(filter);
    try (ReverseScan.Turns turns = new ReverseScan.Turns(filter)) {
      List<NewestFirst> sources = NewestFirst.of(segments, judge, turns);
      long given = TimeMerge.newestFirst(sources, limit, sink);
      return new ReadSummary(given, judge.unreadable());
    }
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

  /// Gives the same events as [#newest], but the oldest of them first, and in memory that does not
  /// depend on the limit.
  public static ReadSummary lastInOrder(
      List<Segment> segments, EventFilter filter, long limit, EventSink sink) {
    return limit == UNLIMITED
        ? scan(segments, filter, sink)
        : new LastInOrder(segments, filter, limit).give(sink);
  }

  /// Reads in the order of time as the mode says; [ReadMode#choose] decides it.
  public static ReadSummary read(
      ReadMode mode, List<Segment> segments, EventFilter filter, EventSink sink) {
    if (mode == ReadMode.STREAM) {
      return scan(segments, filter, sink);
    }
    List<EventLine> events = new ArrayList<>();
    ReadSummary summary = scan(segments, filter, events::add);
    long given = 0;
    for (EventLine event : events) {
      given++;
      if (!sink.accept(event)) {
        break;
      }
    }
    return new ReadSummary(given, summary.unreadable());
  }

  /// What [#readOn] gave, and where to go on.
  public record Continued(Bookmark next, ReadSummary summary) {}

  /// Gives the events of a job that came since a bookmark was made, in the order of time, of all
  /// its writers.
  public Continued readOn(JobId job, Bookmark from, EventFilter filter, EventSink sink) {
    Follower follower = new Follower(_ -> segments(job), filter, sink, () -> false);
    follower.continueAt(from);
    ReadSummary summary = follower.runOnce();
    return new Continued(follower.bookmark(), summary);
  }

  /// Gives the events from a position on and then new ones within 100 ms of being written, until
  /// the sink has enough, `stop` says so, or the thread is interrupted. Works across rotation, with
  /// several writers, and for a job that does not exist yet.
  public ReadSummary follow(
      JobId job, Cursor from, EventFilter filter, EventSink sink, BooleanSupplier stop) {
    return follow(job, Bookmark.of(from), filter, sink, stop, _ -> {});
  }

  /// Does so from a bookmark on.
  ///
  /// @param progress is told where to go on, after each group of events the sink was given
  public ReadSummary follow(
      JobId job,
      Bookmark from,
      EventFilter filter,
      EventSink sink,
      BooleanSupplier stop,
      Consumer<Bookmark> progress) {
    Follower follower =
        new Follower(archives -> archives ? segments(job) : live(job), filter, sink, stop);
    follower.continueAt(from);
    follower.tell(progress);
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
    return follow(archives -> list(jobs, archives), lines, filter, sink, stop, _ -> {});
  }

  /// Does so for whatever segments there are from time to time.
  public static ReadSummary follow(
      SegmentListing listing,
      long lines,
      EventFilter filter,
      EventSink sink,
      BooleanSupplier stop,
      Consumer<Bookmark> progress) {
    Follower follower = new Follower(listing, filter, sink, stop);
    follower.tell(progress);
    follower.giveLast(lines);
    return follower.run();
  }

  /// The segments of the jobs; none for all jobs.
  public List<Segment> list(Collection<JobId> jobs, boolean archivesToo) {
    List<Segment> segments = new ArrayList<>();
    for (JobId job : jobs) {
      segments.addAll(archivesToo ? segments(job) : live(job));
    }
    if (jobs.isEmpty()) {
      for (String name : jobDirectories()) {
        segments.addAll(archivesToo ? segments(name) : Segment.list(new File(directory, name)));
      }
    }
    return segments;
  }

  /// Where the job's segments are; need not exist.
  public Path directory(JobId job) {
    return directoryOf(job).toPath();
  }

  File directoryOf(JobId job) {
    return new File(directory, job.value());
  }

  /// Also those of which only an archive is left.
  private List<String> jobDirectories() {
    List<String> jobs = new ArrayList<>();
    add(directory.list(), jobs);
    int live = jobs.size();
    for (File archive : archives) {
      add(archive.list(), jobs);
    }
    return jobs.size() == live ? jobs : new ArrayList<>(new LinkedHashSet<>(jobs));
  }

  private static void add(String @Nullable [] names, List<String> jobs) {
    for (String name : names == null ? new String[0] : names) {
      if (!name.startsWith(".") && !name.equals(MAINTENANCE)) {
        jobs.add(name);
      }
    }
  }
}
