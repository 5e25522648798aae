package dev.prodigy.cli.config;

import dev.prodigy.cli.command.Invocation;
import dev.prodigy.git.GitException;
import dev.prodigy.git.Repository;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.ProdigyException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The effective settings, and how they came about: defaults, files from the system's to the
/// project's local one, environment variables. Per setting the last one wins.
public final class Configuration {
  private final Map<String, Traced> settings;
  private final List<Issue> issues;
  private final @Nullable String home;

  private Configuration(Map<String, Traced> settings, List<Issue> issues, @Nullable String home) {
    this.settings = settings;
    this.issues = List.copyOf(issues);
    this.home = home;
  }

  /// Everything that speaks for where the command acts. What is wrong is among the issues.
  static Configuration read(Invocation call) {
    return read(call.env(), project(call));
  }

  /// What a command goes by; warnings are told once, whoever asks.
  ///
  /// @throws ProdigyException telling everything that is wrong
  public static Configuration of(Invocation call) {
    return call.once(Configuration.class, () -> checked(call));
  }

  private static Configuration checked(Invocation call) {
    Configuration configuration = read(call);
    configuration.check();
    configuration.warnings().forEach(call.console()::warn);
    return configuration;
  }

  /// @param project null: only what the user and the system say
  static Configuration read(Map<String, String> env, @Nullable Path project) {
    var issues = new ArrayList<Issue>();
    var files = ConfigFiles.of(env, project);
    var entries = new ArrayList<Entry>();
    for (ConfigFiles.Candidate file : files.present(issues)) {
      entries.addAll(new FileReading(file, new Expansion(env), issues).read());
    }
    entries.addAll(new VariableReading(env, files.store(), issues).read());
    Map<String, Traced> settings = traced(entries);
    new Consistency(settings, issues).check();
    return new Configuration(settings, issues, env.get("HOME"));
  }

  /// The main working tree around where the command acts, else the nearest directory that holds
  /// `.prodigy`, else that directory.
  public static Path project(Invocation call) {
    Path directory = call.directory();
    try {
      return call.once(Repository.class, () -> Repository.discover(directory)).mainRoot();
    } catch (GitException _) { // not in a repository
      for (Path above = directory; above != null; above = above.getParent()) {
        if (Files.isDirectory(above.resolve(".prodigy"))) {
          return above;
        }
      }
      return directory;
    }
  }

  private static Map<String, Traced> traced(List<Entry> entries) {
    var all = new LinkedHashMap<String, Traced>();
    for (Setting setting : Settings.ALL) {
      if (!setting.isFamily()) {
        all.put(setting.path(), Traced.of(setting, setting.path()));
      }
    }
    for (Entry entry : entries) {
      Setting setting = Settings.find(entry.path()).orElseThrow();
      all.computeIfAbsent(entry.path(), path -> Traced.of(setting, path)).add(entry);
    }
    return all;
  }

  /// By path, those that nobody set included.
  Map<String, Traced> settings() {
    return settings;
  }

  List<Issue> issues() {
    return issues;
  }

  /// The user's home directory, for shorter names of files.
  @Nullable String home() {
    return home;
  }

  /// What must be told even if nobody asks: what has no effect although someone wrote it.
  List<String> warnings() {
    return issues.stream()
        .filter(issue -> issue.severity() == Issue.Severity.WARNING)
        .filter(issue -> !issue.type().endsWith("_env") && !issue.type().equals("empty_env_var"))
        .filter(issue -> !issue.type().equals("insecure_permissions"))
        .map(Issue::message)
        .toList();
  }

  List<String> errors() {
    return errors(_ -> true);
  }

  private List<String> errors(Predicate<String> path) {
    return issues.stream()
        .filter(issue -> issue.severity() == Issue.Severity.ERROR && path.test(issue.path()))
        .map(Issue::message)
        .toList();
  }

  /// @throws ProdigyException telling all errors, if there are any
  void check() {
    check(errors());
  }

  /// The same, but only what is wrong with some settings counts.
  void check(Set<String> paths) {
    check(errors(paths::contains));
  }

  private void check(List<String> errors) {
    if (!errors.isEmpty()) {
      Optional<IOException> unread =
          issues.stream().flatMap(issue -> Optional.ofNullable(issue.cause()).stream()).findFirst();
      throw new ProdigyException(
          unread.isEmpty() ? ErrorCode.CONFIG : ErrorCode.CONFIG_NOT_FOUND,
          "Failed to load configuration:\n  - " + String.join("\n  - ", errors),
          null,
          null,
          "prodigy config trace --diagnose",
          unread.orElse(null));
    }
  }

  /// Null if nobody set it and it has no default.
  @Nullable JsonNode value(String path) {
    Traced traced = settings.get(path);
    return traced == null ? null : traced.value();
  }

  @Nullable String text(String path) {
    JsonNode value = value(path);
    return value == null ? null : value.asString();
  }

  /// Where the effective value comes from, as people read it; null if there is none.
  @Nullable String origin(String path) {
    Traced traced = settings.get(path);
    return traced == null || traced.value() == null
        ? null
        : traced.history().getLast().origin().shown(home);
  }

  /// Whether a file or a variable says something about it.
  boolean isSet(String path) {
    Traced traced = settings.get(path);
    return traced != null && traced.isSet();
  }
}
