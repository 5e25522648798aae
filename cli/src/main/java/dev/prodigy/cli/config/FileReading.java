package dev.prodigy.cli.config;

import dev.prodigy.workflow.yaml.Spelling;
import dev.prodigy.workflow.yaml.Value;
import dev.prodigy.workflow.yaml.Yaml;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads one configuration file into entries; whatever is wrong with it becomes an issue.
final class FileReading {
  private static final Set<String> ELSEWHERE = Set.of("workflow");

  private final ConfigFiles.Candidate file;
  private final Expansion expansion;
  private final List<Issue> issues;
  private final List<Entry> entries = new ArrayList<>();

  FileReading(ConfigFiles.Candidate file, Expansion expansion, List<Issue> issues) {
    this.file = file;
    this.expansion = expansion;
    this.issues = issues;
  }

  List<Entry> read() {
    String text;
    try {
      text = Files.readString(file.file());
    } catch (IOException e) {
      issues.add(Issue.unreadable(name(), why(e), e));
      return List.of();
    }
    if (text.lines().allMatch(line -> line.isBlank() || line.stripLeading().startsWith("#"))) {
      return List.of();
    }
    var document = Yaml.parse(text.startsWith("\uFEFF") ? text.substring(1) : text, name());
    Value root = document.root();
    if (root != null && root.is(Value.Kind.MAPPING)) {
      group("", root);
    } else if (root != null && !root.is(Value.Kind.NOTHING)) {
      root.expected("a mapping of settings");
    }
    document
        .problems()
        .found()
        .forEach(
            problem ->
                issues.add(Issue.error(name(), problem.position().toString(), problem.cause())));
    warnOfReaders();
    return entries;
  }

  private String name() {
    return file.file().toString();
  }

  private static String why(IOException e) {
    return switch (e) {
      case CharacterCodingException _ -> "not UTF-8 text";
      case AccessDeniedException _ -> "permission denied";
      default -> String.valueOf(e.getMessage());
    };
  }

  private void group(String path, Value mapping) {
    mapping
        .mapping()
        .entries()
        .forEach(
            (name, value) -> {
              String written = path.isEmpty() ? name : path + "." + name;
              if (!(path.isEmpty() && ELSEWHERE.contains(name))) {
                entry(Settings.canonical(written, file.ofProject()), name, path, value);
              }
            });
  }

  private void entry(String path, String name, String above, Value value) {
    var setting = Settings.find(path);
    if (setting.isPresent()) {
      leaf(setting.get(), path, value);
    } else if (!Settings.isGroup(path)) {
      unknown(name, above, value);
    } else if (value.is(Value.Kind.NOTHING)) {
      reset(path, value);
    } else if (value.is(Value.Kind.MAPPING)) {
      group(path, value);
    } else {
      value.expected("a mapping of settings");
    }
  }

  private void leaf(Setting setting, String path, Value value) {
    Origin origin = origin(value);
    boolean others = setting.is(Setting.Trait.USER_ONLY) && file.ofProject();
    try {
      JsonNode accepted = value.is(Value.Kind.NOTHING) ? null : setting.type().accept(value.json());
      if (others) {
        ignored(setting, path, accepted, origin);
      } else {
        JsonNode kept =
            accepted != null && setting.is(Setting.Trait.PATH)
                ? expansion.path(accepted, file.base())
                : accepted;
        entries.add(new Entry(path, kept, origin));
      }
    } catch (SettingType.Refused e) {
      issues.add(Issue.error(path, origin.place(), path + " " + e.message()));
    }
  }

  /// Nothing is said of what is so anyway.
  private void ignored(Setting setting, String path, @Nullable JsonNode value, Origin origin) {
    if (value == null || !value.equals(setting.standard())) {
      issues.add(
          Issue.warning(
              "ignored",
              path,
              "%s is ignored in a project's file (%s): a repository cannot move a user's store"
                  .formatted(path, origin.place()),
              "put it into ~/.prodigy/config.yml"));
    }
  }

  /// `storage:` with nothing in it puts all of its settings back.
  private void reset(String path, Value value) {
    for (Setting setting : Settings.ALL) {
      boolean others = setting.is(Setting.Trait.USER_ONLY) && file.ofProject();
      if (!setting.isFamily() && setting.below(path) && !others) {
        entries.add(new Entry(setting.path(), null, origin(value)));
      }
    }
  }

  private Origin origin(Value value) {
    var at = value.position();
    return new Origin(Origin.Type.FILE, name(), at.line(), at.column());
  }

  private void unknown(String name, String above, Value value) {
    var near = Spelling.nearest(name, Settings.namesBelow(above, file.ofProject()));
    String full = above.isEmpty() ? name : above + "." + name;
    issues.add(
        Issue.warning(
            "unknown_key",
            full,
            "Unknown field '%s' in configuration (%s:%d)%s"
                .formatted(
                    full,
                    name(),
                    value.position().line(),
                    near.map(": did you mean '%s'?"::formatted).orElse("")),
            near.map("use '%s'"::formatted).orElse(null)));
  }

  private void warnOfReaders() {
    boolean hasKey =
        entries.stream()
            .anyMatch(
                entry ->
                    entry.value() != null
                        && Settings.find(entry.path())
                            .filter(setting -> setting.is(Setting.Trait.SECRET))
                            .isPresent());
    if (!hasKey) {
      return;
    }
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file.file());
      if (permissions.contains(PosixFilePermission.GROUP_READ)
          || permissions.contains(PosixFilePermission.OTHERS_READ)) {
        issues.add(
            Issue.warning(
                "insecure_permissions",
                name(),
                name() + " holds a key, and others can read it",
                "chmod 600 " + name()));
      }
    } catch (IOException | UnsupportedOperationException e) {
      issues.add(
          Issue.info(
              "insecure_permissions", name(), "permissions of %s: %s".formatted(name(), e), null));
    }
  }
}
