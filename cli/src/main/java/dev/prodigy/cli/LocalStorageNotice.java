package dev.prodigy.cli;

import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.config.StorePlace;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.storage.migrate.LocalStorage;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Tells in one line that a project still has local storage of an earlier version. Asked at every
/// command, so it costs a few looks at the file system where there is none.
final class LocalStorageNotice {
  private LocalStorageNotice() {}

  static void tell(Invocation call) {
    if (call.command().name().equals("migrate") || call.command().name().equals("storage")) {
      return;
    }
    Path root = root(call);
    if (root == null) {
      return;
    }
    LocalStorage local = LocalStorage.around(call.directory(), root);
    if (local != null && !local.isMigrated(root)) {
      call.console()
          .note("Local storage in .prodigy/ is not migrated; run: prodigy storage migrate");
    }
  }

  /// Null if there is none to migrate to. What is wrong with the configuration is told by commands
  /// that go by it.
  private static @Nullable Path root(Invocation call) {
    try {
      return StorePlace.lastingRoot(call.env(), new Untold());
    } catch (ProdigyException _) {
      return null;
    }
  }

  /// The command itself tells of deprecated variables. No lambda: linking one takes time at start.
  private static final class Untold implements Consumer<String> {
    @Override
    public void accept(String warning) {}
  }
}
