package dev.prodigy.storage.migrate;

import java.util.List;

/// What a migration did, or would do.
///
/// @param taken sources that were taken over now
/// @param known sources that were taken over earlier
/// @param changed sources that changed since; they are not taken over again
/// @param unreadable what could not be read of the sources
public record MigrationReport(
    List<Taken> taken, List<String> known, List<String> changed, List<Unreadable> unreadable) {
  public MigrationReport {
    taken = List.copyOf(taken);
    known = List.copyOf(known);
    changed = List.copyOf(changed);
    unreadable = List.copyOf(unreadable);
  }

  /// One source.
  ///
  /// @param kind `session`, `events`, `dlq` or `checkpoint`
  /// @param records how many events or items; 1 for documents
  /// @param importedAs paths below the storage root; empty if all of it was there already
  public record Taken(String source, String kind, long records, List<String> importedAs) {
    public Taken {
      importedAs = List.copyOf(importedAs);
    }
  }

  /// @param offset the byte it begins at; -1 for the whole file
  public record Unreadable(String source, long offset, String why) {}
}
