package dev.prodigy.storage;

import dev.prodigy.model.WorktreeRecord;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// What we know of a repository's worktrees, by worktree name. Reading creates nothing.
public interface WorktreeRecords {
  void save(WorktreeRecord worktree);

  Optional<WorktreeRecord> find(String name);

  /// Reads, changes and writes under a lock.
  ///
  /// @throws StorageException if there is no such record
  WorktreeRecord update(String name, UnaryOperator<WorktreeRecord> change);

  /// By name; files that cannot be read are told to the store's notices.
  List<WorktreeRecord> list();

  /// Does nothing if there is no such record.
  void delete(String name);
}
