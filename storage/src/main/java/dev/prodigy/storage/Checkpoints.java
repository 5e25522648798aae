package dev.prodigy.storage;

import dev.prodigy.model.CheckpointReason;
import dev.prodigy.model.MapCheckpoint;
import dev.prodigy.model.Phase;
import dev.prodigy.model.ReduceCheckpoint;
import dev.prodigy.model.SessionId;
import dev.prodigy.model.SetupCheckpoint;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The snapshots of one MapReduce job. A file is complete and on disk before it has its name; a
/// damaged one is recognised by its hash.
public interface Checkpoints {
  record Header(
      SessionId session,
      Phase phase,
      CheckpointReason reason,
      int totalItems,
      int completedItems) {}

  /// @param version counts from 1 within the job and kind
  record Saved(int version, Path file, long sizeBytes) {}

  /// @param warnings what was passed over on the way to a usable file
  record Loaded<T>(T value, int version, Path file, List<String> warnings) {
    public Loaded {
      warnings = List.copyOf(warnings);
    }
  }

  /// What a list of checkpoints shows.
  ///
  /// @param kind `setup`, `map`, `reduce` or `workflow`
  /// @param valid whether it is whole and unchanged; the other facts of an invalid one may be wrong
  record Info(
      Path file,
      String kind,
      String checkpointId,
      int version,
      Phase phase,
      CheckpointReason reason,
      int total,
      int completed,
      Instant createdAt,
      long sizeBytes,
      boolean valid) {}

  Saved saveSetup(SetupCheckpoint checkpoint, Header header);

  /// Memory does not depend on the number of items. Removes old checkpoints: beyond the newest ten
  /// or older than seven days, but never the newest two, a final one, or one younger than a minute.
  ///
  /// @throws IllegalStateException if an item is in two lists, or the header counts others
  Saved saveMap(MapCheckpoint checkpoint, Header header);

  /// Removes old ones as [#saveMap] does.
  Saved saveReduce(ReduceCheckpoint checkpoint, Header header);

  /// Empty if the job has none.
  ///
  /// @throws StorageException if there is one that cannot be used
  Optional<Loaded<SetupCheckpoint>> setup();

  /// The newest usable one; damaged ones are passed over, telling so in its warnings. Empty if the
  /// job has none.
  ///
  /// @throws StorageException if there are some and all are damaged, or one is of a newer format
  Optional<Loaded<MapCheckpoint>> newestMap();

  /// As [#newestMap].
  Optional<Loaded<ReduceCheckpoint>> newestReduce();

  /// No usable map checkpoint needs a journal record up to this one; 0 if there is none.
  long oldestKeptJournalSeq();

  /// All of them, oldest first within a kind.
  List<Info> list();
}
