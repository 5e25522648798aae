package dev.prodigy.storage;

import dev.prodigy.model.Event;
import dev.prodigy.model.JobId;
import java.util.List;

/// The append-only history of jobs, shared by every process and worktree.
public interface EventLog extends AutoCloseable {

  /// Appends the events in order, in one write. On return they survive a crash of this process.
  /// History never stops work: a failure is told to the log's warnings once, and thrown only if one
  /// of the events ends the job.
  void append(JobId job, List<? extends Event> events);

  default void append(JobId job, Event event) {
    append(job, List.of(event));
  }

  /// For chatty events: written within 100 ms, together with others.
  void appendSoon(JobId job, Event event);

  /// Everything appended to the job survives a power cut on return.
  void sync(JobId job);

  @Override
  void close();
}
