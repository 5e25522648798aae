package dev.prodigy.cli.run;

import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.config.StorePlace;
import dev.prodigy.engine.SessionSetup;
import dev.prodigy.git.GitException;
import dev.prodigy.git.Repository;
import dev.prodigy.model.RepoName;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.storage.Store;
import dev.prodigy.storage.file.FileStore;
import dev.prodigy.storage.file.StoreSettings;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/// The store and the repository a command works on.
public final class Workspace {
  private Workspace() {}

  /// Opens the store, creating it if it does not exist yet.
  public static Store store(Invocation call) {
    return fileStore(call);
  }

  /// The same as the user's settings want it.
  static Store store(Invocation call, StoreSettings settings) {
    return fileStore(call, settings);
  }

  /// The same, for commands that look after its files.
  public static FileStore fileStore(Invocation call) {
    return fileStore(call, StoreSettings.DEFAULT);
  }

  private static FileStore fileStore(Invocation call, StoreSettings settings) {
    Path root = StorePlace.root(call);
    return FileStore.open(root, InstantSource.system(), call.console()::warn, settings);
  }

  /// The repository the command was started in.
  public static Repository repository(Invocation call) {
    return call.once(Repository.class, () -> Repository.discover(call.directory()));
  }

  /// The store's part for the repository asked for: `--repo`, else the one we are in.
  public static RepositoryStore repositoryStore(Invocation call, Store store) {
    Optional<String> named = call.repo();
    if (named.isPresent()) {
      return store.repository(new RepoName(named.get()));
    }
    Repository repository = repository(call);
    RepoName name =
        store
            .names()
            .find(SessionSetup.identity(repository))
            .orElseGet(() -> new RepoName(repository.mainRoot().getFileName().toString()));
    return store.repository(name);
  }

  /// Whether the command was started in that repository.
  public static boolean isHere(Invocation call, Store store, RepositoryStore repository) {
    try {
      return call.repo().isEmpty() && repositoryStore(call, store).name().equals(repository.name());
    } catch (GitException _) { // in none at all
      return false;
    }
  }
}
