package dev.prodigy.cli.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// What is wrong, or worth knowing, only when settings are looked at together.
final class Consistency {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private final Map<String, Traced> settings;
  private final List<Issue> issues;

  Consistency(Map<String, Traced> settings, List<Issue> issues) {
    this.settings = settings;
    this.issues = issues;
  }

  void check() {
    settings.values().forEach(this::overrides);
    settings.values().stream().filter(Traced::isSet).forEach(this::effect);
    settings.keySet().stream()
        .filter(path -> path.startsWith("project.variables."))
        .forEach(this::variableName);
    locking("storage.enable_locking");
    locking("storage.backend_config.enable_file_locks");
    fixedPlace("storage.events_dir", "events");
    fixedPlace("storage.state_dir", "state");
  }

  private void overrides(Traced traced) {
    List<Entry> set =
        traced.history().stream()
            .filter(entry -> entry.origin().type() != Origin.Type.DEFAULT)
            .toList();
    if (set.size() > 2) {
      issues.add(
          Issue.info(
              "multiple_overrides",
              traced.path(),
              "%s is set by %d sources".formatted(traced.path(), set.size()),
              null));
    }
    if (set.size() > 1
        && set.getLast().origin().type() == Origin.Type.ENVIRONMENT
        && set.getFirst().origin().type() == Origin.Type.FILE) {
      issues.add(
          Issue.info(
              "env_overrides_file",
              traced.path(),
              "%s of %s is overridden by $%s"
                  .formatted(
                      traced.path(),
                      set.getFirst().origin().place(),
                      set.getLast().origin().name()),
              null));
    }
  }

  private void effect(Traced traced) {
    if (traced.setting().is(Setting.Trait.NO_EFFECT)) {
      issues.add(
          Issue.info(
              "no_effect",
              traced.path(),
              "%s is accepted, but nothing in this version asks for it".formatted(traced.path()),
              null));
    }
  }

  private void variableName(String path) {
    String name = path.substring("project.variables.".length());
    if (!NAME.matcher(name).matches()) {
      Traced traced = settings.get(path);
      String place = traced == null ? "" : traced.history().getLast().origin().place();
      issues.add(
          Issue.error(
              path,
              place,
              "`%s` cannot be a variable's name (letters, digits, _)".formatted(name)));
    }
  }

  private void locking(String path) {
    Traced traced = settings.get(path);
    JsonNode value = traced == null ? null : traced.value();
    if (value != null && !value.booleanValue()) {
      issues.add(
          Issue.warning("ignored", path, path + ": false is ignored, locking stays on", null));
    }
  }

  private void fixedPlace(String path, String directory) {
    Traced traced = settings.get(path);
    Traced base = settings.get("storage.base_path");
    if (traced == null || !traced.isSet() || traced.value() == null) {
      return;
    }
    JsonNode root = base == null ? null : base.value();
    if (root == null
        || !Path.of(root.asString()).resolve(directory).toString().equals(text(traced))) {
      issues.add(
          Issue.error(
              path,
              traced.history().getLast().origin().place(),
              "%s must be the directory `%s` of storage.base_path: set that instead"
                  .formatted(path, directory)));
    }
  }

  private static String text(Traced traced) {
    JsonNode value = traced.value();
    return value == null ? "" : value.asString();
  }
}
