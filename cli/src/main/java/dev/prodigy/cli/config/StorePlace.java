package dev.prodigy.cli.config;

import dev.prodigy.storage.file.StorageRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

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

  private StorePlace() {}

  /// @param warnings told of deprecated variables
  public static Path root(Map<String, String> env, Consumer<String> warnings) {
    if (isSet(env, VARIABLES) || !(isSet(env, LONG_NAMES) || filesSaySo(env))) {
      return StorageRoot.resolve(env, warnings);
    }
    Configuration configuration = Configuration.read(env, null);
    configuration.check();
    Path root = Effects.of(configuration).storeRoot();
    return root == null ? StorageRoot.resolve(env, warnings) : root;
  }

  private static boolean isSet(Map<String, String> env, String[] names) {
    for (String name : names) {
      if (!env.getOrDefault(name, "").isBlank()) {
        return true;
      }
    }
    return false;
  }

  private static boolean filesSaySo(Map<String, String> env) {
    for (Path directory : ConfigFiles.of(env, null).userDirectories()) {
      if (saysSo(directory.resolve("config.yml")) || saysSo(directory.resolve("config.yaml"))) {
        return true;
      }
    }
    return false;
  }

  private static boolean saysSo(Path file) {
    if (!file.toFile().isFile()) {
      return false;
    }
    try {
      String text = Files.readString(file);
      for (String key : KEYS) {
        if (text.contains(key)) {
          return true;
        }
      }
      return false;
    } catch (IOException _) { // told by whoever reads it in earnest
      return true;
    }
  }
}
