package dev.prodigy.storage;

import dev.prodigy.model.AgentId;
import dev.prodigy.model.AgentResult;
import dev.prodigy.model.DeadLetter.Artifacts;
import dev.prodigy.model.Failure;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.JournalRecord;
import dev.prodigy.model.JournalRecord.Disposition;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The truth about a job's items: what happened to each, on disk before anything acts on it. Each
/// record costs the same, however long the journal is.
public interface MapJournal extends AutoCloseable {

  /// What the caller knows of a record; number, time and process are added.
  record Entry(
      ItemId itemId,
      JournalRecord.Outcome outcome,
      int attempt,
      AgentId agentId,
      List<String> commits,
      @Nullable AgentResult result,
      @Nullable Failure failure,
      @Nullable Disposition disposition,
      @Nullable Artifacts artifacts) {
    public Entry {
      commits = List.copyOf(commits);
    }
  }

  /// On return the record survives a power cut. Concurrent callers share one flush. An interrupt
  /// neither loses the record nor disturbs other callers.
  ///
  /// @throws StorageException if it could not be written; then it is not in the journal
  JournalRecord append(Entry entry);

  /// Gives every record with a greater number, in order, one at a time.
  ///
  /// @throws StorageException with the byte offset, if one of these records is damaged: an item
  ///   whose outcome cannot be read must not silently run again. Damage up to `afterSeq` is passed
  ///   over, since the checkpoint contains it.
  void replay(long afterSeq, Consumer<JournalRecord> each);

  /// Drops records up to this number, except the last one, which carries the sequence on.
  void trim(long upToSeq);

  long lastSeq();

  long sizeBytes();

  @Override
  void close();
}
