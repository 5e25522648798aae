package dev.prodigy.storage;

import dev.prodigy.model.CheckpointReason;
import dev.prodigy.model.SessionId;
import dev.prodigy.model.WorkflowCheckpoint;
import java.util.List;
import java.util.Optional;

/// How far sequential runs have come. A replaced checkpoint stays in a history of ten.
public interface WorkflowCheckpoints {

  /// @throws StorageException if it would be larger than 100 MB, naming the largest variables
  Checkpoints.Saved save(WorkflowCheckpoint checkpoint, CheckpointReason reason);

  /// The newest usable one; damaged ones are passed over, telling so in its warnings. Empty if the
  /// session has none.
  ///
  /// @throws StorageException if there are some and all are damaged, or one is of a newer format
  Optional<Checkpoints.Loaded<WorkflowCheckpoint>> newest(SessionId session);

  /// The present ones of all sessions, without history.
  List<Checkpoints.Info> list();
}
