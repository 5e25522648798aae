package dev.prodigy.storage;

import dev.prodigy.model.Event;
import dev.prodigy.model.JobId;
import java.util.List;

/// The appending side of the history of jobs, shared by every process and worktree of a repository.
///
/// Any number of processes may append and read at once, without locks: every writer has a segment
/// of its own. Readers see whole events, and one writer's events in the order it wrote them. The
/// cost of appending does not depend on the log's length. Users may delete a log at any moment: the
/// next event then begins a new segment.
///
/// Events are for people and tools, never the truth a resume relies on. A failed write therefore
/// does not stop a job: it is told to the log's warnings once. Only the loss of the event that ends
/// a job is an error.
public interface EventLog extends AutoCloseable {

  /// Appends the events in order, in one write. On return they survive `kill -9` of this process;
  /// those for which [Event#mustReachDisk] also a power cut.
  ///
  /// @throws StorageException naming the file, if an event that ends a job could not be written
  void append(JobId job, List<? extends Event> events);

  /// Appends one event, see [#append(JobId, List)].
  default void append(JobId job, Event event) {
    append(job, List.of(event));
  }

  /// Appends the events in order. On return they are on disk; callers who come while others are
  /// being served share one write and one flush.
  ///
  /// @throws StorageException naming the file, if they could not be written or flushed
  void appendDurably(JobId job, List<? extends Event> events);

  /// Appends an event that may wait up to 100 ms for others: agents' chatter. Order is kept with
  /// everything else this log is given for the job.
  void appendSoon(JobId job, Event event);

  /// On return everything appended for the job so far is on disk. Concurrent callers share a flush.
  ///
  /// @throws StorageException naming the file, if it cannot be flushed
  void sync(JobId job);

  /// Sets aside the unfinished last lines that dead writers left in the job's segments, so that
  /// outside readers find whole lines only. The caller holds the job's lock.
  ///
  /// @return how many segments were repaired
  int repairTornTails(JobId job);

  /// Writes what waits, flushes and closes every segment. Appending afterwards is a fault.
  @Override
  void close();
}
