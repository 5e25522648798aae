package dev.prodigy.storage;

import dev.prodigy.model.RepoName;
import java.nio.file.Path;
import java.util.List;

/// Everything that is kept for a user, of all their repositories. Safe for any number of threads
/// and processes at once.
public interface Store {
  Path root();

  SessionStore sessions();

  RunLocks locks();

  RepositoryNames names();

  /// Repositories with any data, by name.
  List<RepoName> repositories();

  /// What is kept of one repository; asking creates nothing.
  RepositoryStore repository(RepoName name);
}
