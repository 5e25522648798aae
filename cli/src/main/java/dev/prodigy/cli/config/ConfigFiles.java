package dev.prodigy.cli.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where configuration files may be, lowest first.
///
/// @param home the user's; null if unknown
/// @param store what `~` paths in the user's own files start from: `$PRODIGY_HOME` or `~/.prodigy`
/// @param project null: no project's files
record ConfigFiles(
    Map<String, String> env, @Nullable Path home, Path store, @Nullable Path project) {

  /// @param ofProject whether a repository holds it, so that not everything in it counts
  /// @param base what relative paths in it start from
  record Candidate(Path file, boolean ofProject, Path base) {}

  static ConfigFiles of(Map<String, String> env, @Nullable Path project) {
    String home = env.getOrDefault("HOME", "");
    Path user = home.isBlank() ? null : Path.of(home).toAbsolutePath();
    String own = env.getOrDefault("PRODIGY_HOME", "");
    Path base = user == null ? Path.of("/").toAbsolutePath() : user;
    return new ConfigFiles(
        env,
        user,
        own.isBlank() ? base.resolve(".prodigy") : Path.of(own).toAbsolutePath(),
        project);
  }

  /// Those that exist; where there are two spellings of one, a warning.
  List<Candidate> present(List<Issue> issues) {
    var found = new ArrayList<Candidate>();
    for (Path directory : userDirectories()) {
      add(directory, "config", false, store, found, issues);
    }
    if (project != null) {
      Path own = project.resolve(".prodigy");
      if (!own.equals(store)) {
        add(own, "config", true, project, found, issues);
      }
      add(own, "config.local", true, project, found, issues);
    }
    return found;
  }

  List<Path> userDirectories() {
    var directories = new ArrayList<Path>();
    directories.add(Path.of("/etc/prodigy"));
    String xdg = env.getOrDefault("XDG_CONFIG_HOME", "");
    if (!xdg.isBlank()) {
      directories.add(Path.of(xdg, "prodigy"));
    } else if (home != null) {
      directories.add(home.resolve(".config/prodigy"));
    }
    directories.add(store);
    return directories;
  }

  private static void add(
      Path directory,
      String name,
      boolean ofProject,
      Path base,
      List<Candidate> found,
      List<Issue> issues) {
    Path yml = directory.resolve(name + ".yml");
    Path yaml = directory.resolve(name + ".yaml");
    Path toml = directory.resolve(name + ".toml");
    if (Files.exists(toml)) {
      issues.add(
          Issue.warning(
              "deprecated",
              toml.toString(),
              "TOML configuration is no longer supported: " + toml,
              "write the same as YAML into " + yml));
    }
    if (Files.exists(yml) && Files.exists(yaml)) {
      issues.add(
          Issue.warning(
              "deprecated",
              yaml.toString(),
              yaml + " is ignored: " + yml + " is there, too",
              null));
    }
    Path file = Files.exists(yml) ? yml : yaml;
    if (Files.exists(file)) {
      found.add(new Candidate(file, ofProject, base));
    }
  }
}
