package dev.prodigy.storage.verify;

import java.nio.file.Path;

/// Something in the store that is not as it should be.
///
/// @param path of the file or directory concerned, absolute
/// @param offset the byte it begins at; -1 where the file as a whole is meant
/// @param remedy what was done about it, or why nothing was; empty if nothing was to be done
public record Finding(
    Kind kind,
    Severity severity,
    Path path,
    long offset,
    String problem,
    boolean repaired,
    String remedy) {

  /// What it is about. Stored and shown in snake case.
  public enum Kind {
    EVENT,
    SEQUENCE,
    JOURNAL,
    CHECKPOINT,
    JOB_STATE,
    RESULT,
    SESSION,
    DEAD_LETTERS,
    MAPPING,
    ORPHANS,
    WORKTREE,
    REFERENCE,
    REPOSITORIES,
    LOCK,
    TEMPORARY_FILE
  }

  public enum Severity {
    /// Something that was kept cannot be read, or points nowhere.
    DAMAGE,
    /// Nothing is lost: a crash left it behind.
    LEFTOVER,
    /// Worth knowing; nothing to repair.
    NOTE
  }

  /// Whether it still is a problem: neither a mere note nor repaired.
  public boolean open() {
    return severity != Severity.NOTE && !repaired;
  }
}
