package dev.prodigy.cli.command;

import dev.prodigy.cli.terminal.Console;
import dev.prodigy.cli.terminal.Format;
import dev.prodigy.cli.terminal.Records;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.ProdigyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One call of a command: what was typed, and the world around it. Everything a command knows about
/// its surroundings comes from here, so that tests can call commands within one process.
public final class Invocation {
  private final Parsed parsed;
  private final Console console;
  private final Map<String, String> env;
  private final Path callerDirectory;
  private final Path directory;
  private final Signals signals;
  private final Verbosity verbosity;
  private final Map<Class<?>, Object> found = new HashMap<>();

  /// @throws ProdigyException if `--path` is no directory or a variable is invalid
  public Invocation(
      Parsed parsed,
      Console console,
      Map<String, String> env,
      Path callerDirectory,
      Signals signals) {
    this.parsed = parsed;
    this.console = console;
    this.env = env;
    this.callerDirectory = callerDirectory;
    this.directory = directory(parsed, env, callerDirectory);
    this.signals = signals;
    this.verbosity = Verbosity.of(parsed, env);
  }

  /// What several parts of a command need and only one shall find out.
  ///
  /// @param key what else asks for it with
  public <T> T once(Class<T> key, Supplier<T> make) {
    T known = key.cast(found.get(key));
    if (known == null) {
      known = make.get();
      found.put(key, known);
    }
    return known;
  }

  public <R> R get(Parameter<R> parameter) {
    return parsed.get(parameter);
  }

  public Command command() {
    return parsed.command();
  }

  public Console console() {
    return console;
  }

  /// The environment we were called with; what children get starts from it.
  public Map<String, String> env() {
    return env;
  }

  /// Where the caller stands: what file arguments are relative to.
  public Path callerDirectory() {
    return callerDirectory;
  }

  /// Where the command acts: `--path`, else where the caller stands.
  public Path directory() {
    return directory;
  }

  public Signals signals() {
    return signals;
  }

  public Verbosity verbosity() {
    return verbosity;
  }

  /// The format asked for, if any.
  public Optional<Format> format() {
    return get(GlobalOptions.JSON) ? Optional.of(Format.JSON) : get(GlobalOptions.FORMAT);
  }

  public Records records() {
    return new Records(console, format().orElse(null));
  }

  public Optional<String> repo() {
    return get(GlobalOptions.REPO);
  }

  public boolean allRepos() {
    return get(GlobalOptions.ALL_REPOS);
  }

  private static Path directory(Parsed parsed, Map<String, String> env, Path caller) {
    Path asked = parsed.get(GlobalOptions.PATH).orElse(null);
    if (asked == null) {
      return caller;
    }
    Path directory = caller.resolve(expandHome(asked, env.get("HOME"))).normalize();
    if (!Files.exists(directory)) {
      throw unusable("Directory not found: " + asked);
    }
    if (!Files.isDirectory(directory)) {
      throw unusable("Path is not a directory: " + asked);
    }
    return directory;
  }

  /// For shells that leave `--path=~/x` as it is.
  private static Path expandHome(Path path, @Nullable String home) {
    if (home == null || !path.startsWith("~")) {
      return path;
    }
    return Path.of(home).resolve(Path.of("~").relativize(path));
  }

  private static ProdigyException unusable(String message) {
    return new ProdigyException(ErrorCode.VALIDATION, message, null);
  }
}
