package dev.prodigy.storage.file;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Where the store is: the one place that decides it.
public final class StorageRoot {
  private static final List<String> DEPRECATED =
      List.of("PRODIGY_STORAGE_DIR", "PRODIGY_STORAGE_PATH");

  private StorageRoot() {}

  /// The first of `PRODIGY_HOME`, `PRODIGY_STORAGE_BASE_PATH`, two deprecated variables (with a
  /// warning), `PRODIGY__STORAGE__BASE_PATH` and `$HOME/.prodigy`; empty variables do not count. A
  /// leading `~` is the home directory, a relative path starts at the working directory.
  public static Path resolve(Map<String, String> environment, Consumer<String> warnings) {
    Path home = home(environment);
    for (String name : List.of("PRODIGY_HOME", "PRODIGY_STORAGE_BASE_PATH")) {
      String value = value(environment, name);
      if (value != null) {
        return absolute(value, home);
      }
    }
    for (String name : DEPRECATED) {
      String value = value(environment, name);
      if (value != null) {
        warnings.accept(name + " is deprecated; use PRODIGY_HOME");
        return absolute(value, home);
      }
    }
    String configured = value(environment, "PRODIGY__STORAGE__BASE_PATH");
    return configured != null ? absolute(configured, home) : home.resolve(".prodigy");
  }

  private static @Nullable String value(Map<String, String> environment, String name) {
    String value = environment.get(name);
    return value == null || value.isBlank() ? null : value;
  }

  private static Path home(Map<String, String> environment) {
    String home = value(environment, "HOME");
    return Path.of(home != null ? home : System.getProperty("user.home")).toAbsolutePath();
  }

  private static Path absolute(String value, Path home) {
    if (value.equals("~")) {
      return home;
    }
    Path path = value.startsWith("~/") ? home.resolve(value.substring(2)) : Path.of(value);
    return path.toAbsolutePath().normalize();
  }
}
