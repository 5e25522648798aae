package dev.prodigy.cli.config;

import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Verbosity;
import dev.prodigy.cli.terminal.Logging;
import dev.prodigy.cli.terminal.Logging.Level;
import dev.prodigy.model.ProdigyException;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a call says beside its answer, and how. Asked by every command, so configuration is read
/// only where something may be said about it.
public final class LogSettings {
  private static final String LEVEL = "log_level";
  private static final String ERROR = "error";
  private static final String FORMAT = "logging.format";
  private static final String[] VARIABLES = {
    "PRODIGY_LOG_LEVEL", "PRODIGY__LOG_LEVEL", "PRODIGY__LOGGING__LEVEL", "PRODIGY__LOGGING__FORMAT"
  };
  private static final String[] KEYS = {LEVEL, "logging"};

  private LogSettings() {}

  /// @throws ProdigyException if just these settings are wrong; commands that go by others tell
  ///   what is wrong with them, and those that look at settings tell everything themselves
  public static Logging of(Invocation call) {
    Configuration configuration = configuration(call.env(), call.directory());
    if (configuration != null && !call.command().isBelow("config")) {
      configuration.check(Set.of(LEVEL, FORMAT));
    }
    return logging(configuration, call.verbosity());
  }

  /// For a command line that makes no sense.
  public static Logging withoutCall(Map<String, String> env, Path directory) {
    return logging(configuration(env, directory), Verbosity.USUAL);
  }

  /// Null if nobody says anything about logs.
  private static @Nullable Configuration configuration(Map<String, String> env, Path directory) {
    Path project = project(directory.toFile());
    return saidInVariables(env) || saidInFiles(env, project)
        ? Configuration.read(env, project)
        : null;
  }

  /// Verbosity outranks the level; without any only warnings and errors are for the console.
  private static Logging logging(@Nullable Configuration configuration, Verbosity verbosity) {
    boolean onlyErrors = configuration != null && ERROR.equals(configuration.text(LEVEL));
    boolean json = configuration != null && "json".equals(configuration.text(FORMAT));
    return new Logging(
        switch (verbosity.level()) {
          case 0 -> onlyErrors ? Level.ERROR : Level.WARN;
          case 1 -> Level.DEBUG;
          default -> Level.TRACE;
        },
        json);
  }

  private static boolean saidInVariables(Map<String, String> env) {
    return Glance.isSet(env, VARIABLES)
        || VariableReading.levelOfRust(env).equals(ERROR); // others are as good as none
  }

  private static boolean saidInFiles(Map<String, String> env, @Nullable Path project) {
    if (Glance.finds(ConfigFiles.of(env, null).userDirectories(), "config", KEYS)) {
      return true;
    }
    if (project == null) {
      return false;
    }
    List<Path> own = List.of(project.resolve(".prodigy"));
    return Glance.finds(own, "config", KEYS) || Glance.finds(own, "config.local", KEYS);
  }

  /// Null if there is none around the directory.
  private static @Nullable Path project(File directory) {
    for (File at = directory; at != null; at = at.getParentFile()) {
      if (new File(at, ".git").exists()) {
        return MainWorktree.of(at).toPath();
      }
    }
    for (File at = directory; at != null; at = at.getParentFile()) {
      if (new File(at, ".prodigy").isDirectory()) {
        return at.toPath();
      }
    }
    return null;
  }
}
