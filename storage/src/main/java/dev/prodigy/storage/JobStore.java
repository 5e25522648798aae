package dev.prodigy.storage;

import dev.prodigy.model.ItemId;
import dev.prodigy.model.JobId;
import dev.prodigy.model.JobState;
import dev.prodigy.model.JournalRecord;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/// What is kept of one MapReduce job besides its events.
public interface JobStore {
  JobId job();

  Path directory();

  boolean exists();

  Optional<JobState> state();

  void saveState(JobState state);

  /// Reads, changes and writes under a lock.
  ///
  /// @throws StorageException if the job has no state
  JobState updateState(UnaryOperator<JobState> change);

  /// Keeps the exact text of the workflow.
  void saveWorkflow(String text);

  Optional<String> workflow();

  Checkpoints checkpoints();

  /// Opens the journal for the one run that holds the job's lock: sets a torn tail aside and
  /// continues the sequence, also behind what the checkpoints contain. The caller closes it.
  MapJournal openJournal();

  /// Gives every journal record with a greater number, in order, beside the run that writes them.
  /// Changes nothing; a last line that is not whole yet is left out.
  ///
  /// @throws StorageException with the byte offset, if one of these records is damaged
  void readJournal(long afterSeq, Consumer<JournalRecord> each);

  DeadLetterQueue deadLetters();

  /// Keeps the whole output of an item; returns the reference `results/<item>.json`.
  String saveOutput(ItemId item, String text);

  /// @throws StorageException if it is not there
  String output(String reference);
}
