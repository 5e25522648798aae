package dev.prodigy.cli.config;

import dev.prodigy.workflow.yaml.Spelling;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// Settings that the environment makes: `PRODIGY__A__B` is `a.b`, and a few have a shorter name.
final class VariableReading {
  private static final String PREFIX = "PRODIGY__";
  private static final String RETENTION_DAYS = "PRODIGY_RETENTION_DAYS";
  private static final String IDLE_TIMEOUT = "worktree.cleanup_policy.idle_timeout";
  private static final String RUST_LOG = "RUST_LOG";
  private static final List<String> LEVELS = List.of("trace", "debug", "info", "warn", "error");
  private static final Map<String, String> SHORT = shortNames();

  private final Map<String, String> env;
  private final Expansion expansion;
  private final Path base;
  private final List<Issue> issues;
  private final List<Entry> entries = new ArrayList<>();

  VariableReading(Map<String, String> env, Path base, List<Issue> issues) {
    this.env = env;
    this.expansion = new Expansion(env);
    this.base = base;
    this.issues = issues;
  }

  private static Map<String, String> shortNames() {
    var names = new LinkedHashMap<String, String>();
    names.put("PRODIGY_CLAUDE_API_KEY", "claude_api_key");
    names.put("PRODIGY_LOG_LEVEL", "log_level");
    names.put("PRODIGY_AUTO_COMMIT", "auto_commit");
    names.put("PRODIGY_EDITOR", "default_editor");
    names.put("PRODIGY_MAX_CONCURRENT", "max_concurrent_specs");
    names.put("PRODIGY_STORAGE_TYPE", "storage.backend");
    return names;
  }

  /// The level that `RUST_LOG` names for everything, in lower case; empty if it says something else
  /// or nothing.
  static String levelOfRust(Map<String, String> env) {
    String level = env.getOrDefault(RUST_LOG, "").strip().toLowerCase(Locale.ROOT);
    return LEVELS.contains(level) ? level : "";
  }

  /// Short names first: the long ones outrank them.
  List<Entry> read() {
    String level = levelOfRust(env);
    if (!level.isEmpty()) {
      entry(RUST_LOG, "log_level", level);
    }
    SHORT.forEach(
        (name, path) -> {
          String value = env.get(name);
          if (value != null) {
            entry(name, path, value);
          }
        });
    retention();
    new TreeMap<>(env)
        .forEach(
            (name, value) -> {
              if (name.startsWith(PREFIX) && name.length() > PREFIX.length()) {
                String written =
                    name.substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace("__", ".");
                entry(name, Settings.canonical(written, false), value);
              }
            });
    return entries;
  }

  /// The one that counts in days.
  private void retention() {
    String days = env.get(RETENTION_DAYS);
    if (days == null) {
      return;
    }
    if (days.isEmpty() || days.matches("[0-9]{1,6}")) {
      entry(RETENTION_DAYS, IDLE_TIMEOUT, days.isEmpty() ? days : days + "d");
    } else {
      issues.add(
          Issue.error(
              IDLE_TIMEOUT, "$" + RETENTION_DAYS, RETENTION_DAYS + " must be a number of days"));
    }
  }

  private void entry(String name, String path, String text) {
    var setting = Settings.find(path);
    if (setting.isEmpty()) {
      unknown(name, path);
    } else if (text.isEmpty()) {
      issues.add(
          Issue.warning(
              "empty_env_var",
              path,
              "%s is set but empty from $%s".formatted(path, name),
              "unset " + name));
    } else {
      entry(name, setting.get(), path, text);
    }
  }

  private void entry(String name, Setting setting, String path, String text) {
    try {
      JsonNode value = setting.type().read(text);
      conflict(name, path, value);
      entries.add(
          new Entry(
              path,
              setting.is(Setting.Trait.PATH) ? expansion.path(value, base) : value,
              Origin.variable(name)));
    } catch (SettingType.Refused e) {
      issues.add(Issue.error(path, "$" + name, path + " " + e.message()));
    }
  }

  private void conflict(String name, String path, JsonNode value) {
    for (Entry other : entries) {
      boolean meantForOthers = other.origin().name().equals(RUST_LOG);
      if (other.path().equals(path) && !value.equals(other.value()) && !meantForOthers) {
        issues.add(
            Issue.warning(
                "conflicting_env",
                path,
                "%s is set by $%s and differently by $%s, which wins"
                    .formatted(path, other.origin().name(), name),
                "unset " + other.origin().name()));
      }
    }
  }

  private void unknown(String name, String path) {
    int dot = path.lastIndexOf('.');
    String above = dot < 0 ? "" : path.substring(0, dot);
    var near = Spelling.nearest(path.substring(dot + 1), Settings.namesBelow(above, false));
    issues.add(
        Issue.warning(
            "unknown_key",
            path,
            "Unknown field '%s' in configuration ($%s)%s"
                .formatted(path, name, near.map(": did you mean '%s'?"::formatted).orElse("")),
            near.map("use '%s'"::formatted).orElse(null)));
  }
}
