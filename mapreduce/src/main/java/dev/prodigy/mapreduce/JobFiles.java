package dev.prodigy.mapreduce;

import dev.prodigy.model.Event;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.JobId;
import dev.prodigy.model.JournalRecord;
import dev.prodigy.model.SessionId;
import dev.prodigy.storage.DeadLetterQueue;
import dev.prodigy.storage.EventLog;
import dev.prodigy.storage.JobStore;
import dev.prodigy.storage.MapJournal;
import java.util.List;

/// Everything of one running job that is on disk, open for writing. Owns the journal; the event log
/// belongs to the run.
///
/// @param sink where dead letters go: this job's own queue, or the queue of the job whose dead
///   letters are being retried
record JobFiles(
    JobId job,
    SessionId session,
    JobStore store,
    EventLog events,
    MapJournal journal,
    DeadLetterQueue sink)
    implements AutoCloseable {

  /// Writes one fact about an item and lets the table follow once it is durable.
  JournalRecord record(ItemTable table, MapJournal.Entry entry) {
    JournalRecord written = journal.append(entry);
    table.apply(written);
    return written;
  }

  void event(Event event) {
    events.append(job, event);
  }

  void events(Event... several) {
    events.append(job, List.of(several));
  }

  void soon(Event event) {
    events.appendSoon(job, event);
  }

  /// The entry every record of an item's attempt begins with.
  MapJournal.Entry entry(ItemId item, JournalRecord.Outcome outcome, int attempt) {
    return new MapJournal.Entry(
        item, outcome, attempt, job.agent(item), List.of(), null, null, null, null);
  }

  @Override
  public void close() {
    journal.close();
  }
}
