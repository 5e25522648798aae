package dev.prodigy.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a run's environment is made of, beside what the workflow says.
///
/// @param process what we were started with
/// @param extra outranks everything (`--env K=V`)
/// @param args positional arguments, `$1` and `${ARG_1}` in values
/// @param profile the one asked for; null: what `PRODIGY_PROFILE` or the workflow says
/// @param files the directory of the workflow's file, where its env files are
/// @param project the main working tree, where commands that know secrets run
/// @param branch the current one; empty if there is none
/// @param settings what the user has set for all runs
/// @param secrets by name, of the run whose step started this one: to be masked, too
public record EnvironmentInputs(
    Map<String, String> process,
    Map<String, String> extra,
    List<String> args,
    @Nullable String profile,
    Path files,
    Path project,
    String branch,
    RunSettings settings,
    Map<String, String> secrets) {
  public EnvironmentInputs {
    process = Map.copyOf(process);
    extra = Map.copyOf(extra);
    args = List.copyOf(args);
    secrets = Map.copyOf(secrets);
  }

  /// For a run a user started.
  public EnvironmentInputs(
      Map<String, String> process,
      Map<String, String> extra,
      List<String> args,
      @Nullable String profile,
      Path files,
      Path project,
      String branch,
      RunSettings settings) {
    this(process, extra, args, profile, files, project, branch, settings, Map.of());
  }

  /// With nothing set.
  public EnvironmentInputs(
      Map<String, String> process,
      Map<String, String> extra,
      List<String> args,
      @Nullable String profile,
      Path files,
      Path project,
      String branch) {
    this(process, extra, args, profile, files, project, branch, RunSettings.NONE);
  }

  /// A path as users write it: `~` is the home directory.
  Path resolve(String path) {
    String home = process.get("HOME");
    return home != null && (path.equals("~") || path.startsWith("~/"))
        ? Path.of(home + path.substring(1))
        : files.resolve(path);
  }
}
