package dev.prodigy.cli.config;

import dev.prodigy.cli.command.Invocation;
import dev.prodigy.storage.file.StorageRoot;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Where the store is. Asked by every command, so files are only looked at, and parsed only if they
/// may say something about it.
public final class StorePlace {
  private static final String[] VARIABLES = {
    "PRODIGY_HOME", "PRODIGY_STORAGE_BASE_PATH", "PRODIGY_STORAGE_DIR", "PRODIGY_STORAGE_PATH"
  };
  private static final String[] LONG_NAMES = {
    "PRODIGY__STORAGE__BASE_PATH",
    "PRODIGY__STORAGE__BACKEND_CONFIG__BASE_DIR",
    "PRODIGY__PRODIGY_HOME"
  };
  private static final String[] KEYS = {"base_path", "base_dir", "prodigy_home"};
  private static final String[] BACKEND = {"PRODIGY_STORAGE_TYPE", "PRODIGY__STORAGE__BACKEND"};
  private static final String BACKEND_KEY = "backend";

  private StorePlace() {}

  /// The store of this call: the user's, or one that ends with the process.
  public static Path root(Invocation call) {
    Path lasting = lastingRoot(call.env(), call.console()::warn);
    return lasting != null
        ? lasting
        : call.once(PassingStore.class, () -> PassingStore.open(call)).root();
  }

  /// The user's store; null if nothing is to be kept.
  ///
  /// @param warnings told of deprecated variables
  public static @Nullable Path lastingRoot(Map<String, String> env, Consumer<String> warnings) {
    Effects settings = settings(env);
    return settings != null && settings.keepsNothing() ? null : place(settings, env, warnings);
  }

  /// Where the user's own things are that are no records of runs, such as templates: also of a call
  /// that keeps nothing.
  public static Path usersOwn(Map<String, String> env) {
    return place(settings(env), env, _ -> {});
  }

  private static Path place(
      @Nullable Effects settings, Map<String, String> env, Consumer<String> warnings) {
    Path configured =
        settings == null || Glance.isSet(env, VARIABLES) ? null : settings.storeRoot();
    return configured == null ? StorageRoot.resolve(env, warnings) : configured;
  }

  /// What the user says, if that may decide anything; repositories have no say in this.
  private static @Nullable Effects settings(Map<String, String> env) {
    boolean placed = Glance.isSet(env, VARIABLES);
    boolean said =
        Glance.isSet(env, BACKEND)
            || (!placed && Glance.isSet(env, LONG_NAMES))
            || filesSay(env, BACKEND_KEY)
            || (!placed && filesSay(env, KEYS));
    if (!said) {
      return null;
    }
    Configuration configuration = Configuration.read(env, null);
    configuration.check();
    return Effects.of(configuration);
  }

  private static boolean filesSay(Map<String, String> env, String... keys) {
    List<Path> directories = ConfigFiles.of(env, null).userDirectories();
    return Glance.finds(directories, "config", keys);
  }
}
