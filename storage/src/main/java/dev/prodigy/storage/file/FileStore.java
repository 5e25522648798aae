package dev.prodigy.storage.file;

import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.RepoName;
import dev.prodigy.storage.RepositoryNames;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.storage.RunLocks;
import dev.prodigy.storage.SessionStore;
import dev.prodigy.storage.StorageException;
import dev.prodigy.storage.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The store in a directory of the local file system, readable with `cat`, `jq` and `du`.
///
/// Every document is replaced as a whole (see [PrivateFiles#replace]) and changed only under its
/// lock (see [DocumentLock]), so readers need no lock and processes lose nothing of each other.
public final class FileStore implements Store {
  private static final String ARCHIVE = "archive";

  private final Layout layout;
  private final StoreSettings settings;
  private final Documents documents;
  private final SessionStore sessions;
  private final RunLocks locks;
  private final RepositoryNames names;
  private final Map<RepoName, RepositoryStore> repositories = new ConcurrentHashMap<>();

  private FileStore(Layout layout, Documents documents, StoreSettings settings) {
    this.layout = layout;
    this.settings = settings;
    this.documents = documents;
    this.sessions = new FileSessions(documents, layout.sessions());
    this.locks = new FileRunLocks(documents, layout.runLocks());
    this.names = new FileRepositoryNames(documents, layout.repositories());
  }

  /// Opens the store for a caller that has nobody to tell notices to.
  public static FileStore open(Path root) {
    return open(root, InstantSource.system(), _ -> {});
  }

  /// Opens the store, making its root and top-level directories where they are missing, for their
  /// owner only.
  ///
  /// @param notices told in one line what a user should know although nothing failed: a stale lock
  ///   removed, a torn tail set aside, a file passed over
  /// @throws StorageException naming the root and the reason, if it cannot be made
  public static FileStore open(Path root, InstantSource clock, Consumer<String> notices) {
    return open(root, clock, notices, StoreSettings.DEFAULT);
  }

  public static FileStore open(
      Path root, InstantSource clock, Consumer<String> notices, StoreSettings settings) {
    var layout = new Layout(root.toAbsolutePath().normalize());
    try {
      PrivateFiles.createDirectories(layout.root());
      for (Path directory : layout.topLevel()) {
        if (!Files.isDirectory(directory)) {
          Files.createDirectories(directory, PrivateFiles.DIRECTORY);
        }
      }
    } catch (IOException e) {
      throw StorageException.rootUnusable(layout.root(), e);
    }
    var documents = new Documents(clock, notices, settings.lockPatience());
    return new FileStore(layout, documents, settings);
  }

  /// Runs something that must not run twice at once in this store: a repair, a migration.
  public <T> T exclusively(Supplier<T> action) {
    return documents.locked(layout.root().resolve("storage"), action);
  }

  @Override
  public Path root() {
    return layout.root();
  }

  @Override
  public SessionStore sessions() {
    return sessions;
  }

  @Override
  public RunLocks locks() {
    return locks;
  }

  @Override
  public RepositoryNames names() {
    return names;
  }

  @Override
  public List<RepoName> repositories() {
    return Stream.of("events", "dlq", "worktrees", "orphaned_worktrees", "state")
        .map(layout.root()::resolve)
        .flatMap(category -> Directories.directories(category).stream())
        .filter(FileStore::isRepository)
        .flatMap(directory -> name(directory).stream())
        .distinct()
        .sorted((one, other) -> one.value().compareTo(other.value()))
        .toList();
  }

  /// The original tool keeps directories of sessions beside repositories in `state`.
  private static boolean isRepository(Path directory) {
    return switch (PrivateFiles.parent(directory).getFileName().toString()) {
      case "state" ->
          Files.isDirectory(directory.resolve("mapreduce"))
              || Files.isDirectory(directory.resolve("mappings"));
      case "events" -> !directory.endsWith(ARCHIVE);
      default -> true;
    };
  }

  private Optional<RepoName> name(Path directory) {
    try {
      return Optional.of(new RepoName(directory.getFileName().toString()));
    } catch (ProdigyException e) {
      documents.notice("Ignored " + directory + ": " + e.message());
      return Optional.empty();
    }
  }

  @Override
  public RepositoryStore repository(RepoName name) {
    return repositories.computeIfAbsent(
        name, asked -> new FileRepositoryStore(documents, layout, asked, settings));
  }
}
