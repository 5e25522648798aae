package dev.prodigy.cli.config;

import static dev.prodigy.cli.config.Setting.Trait.NO_EFFECT;
import static dev.prodigy.cli.config.Setting.Trait.PATH;
import static dev.prodigy.cli.config.Setting.Trait.SECRET;
import static dev.prodigy.cli.config.Setting.Trait.USER_ONLY;
import static dev.prodigy.cli.config.SettingType.any;
import static dev.prodigy.cli.config.SettingType.decimal;
import static dev.prodigy.cli.config.SettingType.duration;
import static dev.prodigy.cli.config.SettingType.filledText;
import static dev.prodigy.cli.config.SettingType.flag;
import static dev.prodigy.cli.config.SettingType.integer;
import static dev.prodigy.cli.config.SettingType.list;
import static dev.prodigy.cli.config.SettingType.relativePath;
import static dev.prodigy.cli.config.SettingType.size;
import static dev.prodigy.cli.config.SettingType.text;
import static dev.prodigy.cli.config.SettingType.word;

import dev.prodigy.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// All settings there are, in the order they are shown, and their other names.
final class Settings {
  private static final long MEGABYTE = 1L << 20;
  private static final long ANY = Long.MAX_VALUE;

  /// Backends.
  static final String MEMORY = "memory";

  private static final String FILESYSTEM = "filesystem";

  static final List<Setting> ALL =
      List.of(
          Setting.of("log_level", word("trace", "debug", "info", "warn", "error")).standard("info"),
          Setting.of("claude_api_key", filledText(), SECRET),
          Setting.of("max_concurrent_specs", integer(1, 100)).standard(4),
          Setting.of("auto_commit", flag()).standard(true),
          Setting.of("default_editor", text(), NO_EFFECT),
          Setting.of("prodigy_home", text(), PATH, USER_ONLY),
          Setting.of("project.name", filledText()),
          Setting.of("project.description", text()),
          Setting.of("project.version", text()),
          Setting.of("project.spec_dir", relativePath()).standard("specs"),
          Setting.of("project.claude_api_key", filledText(), SECRET),
          Setting.of("project.auto_commit", flag()),
          Setting.of("project.variables.*", any()),
          Setting.of("claude.command", filledText()),
          Setting.of("claude.model", filledText()),
          Setting.of("claude.max_tokens", integer(1, ANY)),
          Setting.of("claude.streaming", flag()),
          Setting.of("claude.replay", any(), NO_EFFECT),
          Setting.of("default_agent", filledText()).standard("claude"),
          Setting.of("agents.*.command", filledText()),
          Setting.of("agents.*.args", list()),
          Setting.of("agents.*.model", filledText()),
          Setting.of("agents.*.model_args", list()),
          Setting.of("agents.*.prompt_via", word("arg", "stdin", "file", "env")),
          Setting.of("agents.*.format", filledText()),
          Setting.of("agents.*.commands", word("expand", "verbatim")),
          Setting.of("agents.*.env", any()),
          Setting.of("agents.*.health", list()),
          Setting.of("agents.*.success", any()),
          Setting.of("agents.*.commits", word("auto", "own")),
          Setting.of("agents.*.rules", any()),
          Setting.of("agents.*.patterns", list()),
          Setting.of("agents.*.replay", any(), NO_EFFECT),
          Setting.of("worktree.max_parallel", integer(1, 1000)),
          Setting.of("worktree.cleanup_policy.idle_timeout", duration(true)).standard("7d"),
          Setting.of("worktree.cleanup_policy.max_age", duration(true)),
          Setting.of("retry.default_attempts", integer(1, 100)),
          Setting.of("retry.default_backoff", word("fixed", "linear", "exponential", "fibonacci")),
          Setting.of("storage.backend", new Backend(), USER_ONLY).standard(FILESYSTEM),
          Setting.of("storage.base_path", text(), PATH, USER_ONLY),
          Setting.of("storage.events_dir", text(), PATH),
          Setting.of("storage.state_dir", text(), PATH),
          Setting.of("storage.compression_level", integer(0, 9)).standard(0),
          Setting.of("storage.event_retention.max_age_days", integer(1, ANY)),
          Setting.of("storage.event_retention.max_events", integer(1, ANY)),
          Setting.of("storage.event_retention.max_file_size_bytes", size(1)),
          Setting.of("storage.event_retention.archive_old_events", flag()).standard(true),
          Setting.of("storage.event_retention.archive_path", text(), PATH),
          Setting.of("storage.event_retention.compress_archives", flag()).standard(true),
          Setting.of("storage.timeout", duration(false)).standard("30s"),
          Setting.of("storage.retry_policy.max_retries", integer(0, ANY), NO_EFFECT).standard(3),
          Setting.of("storage.retry_policy.initial_delay", duration(true), NO_EFFECT)
              .standard("1s"),
          Setting.of("storage.retry_policy.max_delay", duration(true), NO_EFFECT).standard("30s"),
          Setting.of("storage.retry_policy.backoff_multiplier", decimal(1), NO_EFFECT)
              .standard(Json.NODES.numberNode(2.0)),
          Setting.of("storage.retry_policy.jitter", flag(), NO_EFFECT).standard(true),
          Setting.of("storage.enable_locking", flag()).standard(true),
          Setting.of("storage.backend_config.enable_file_locks", flag()).standard(true),
          Setting.of("storage.backend_config.enable_compression", flag()).standard(false),
          Setting.of("storage.backend_config.max_file_size", size(MEGABYTE)).standard("100MB"),
          Setting.of("storage.backend_config.use_global", new OnlyGlobal()).standard(true),
          Setting.of("storage.backend_config.max_memory", size(0), NO_EFFECT).standard("100MB"),
          Setting.of("storage.backend_config.persist_to_disk", flag(), NO_EFFECT).standard(false),
          Setting.of("storage.connection_pool_size", integer(1, ANY), NO_EFFECT).standard(10),
          Setting.of("storage.enable_cache", flag(), NO_EFFECT).standard(false),
          Setting.of("storage.cache_config.max_entries", integer(0, ANY), NO_EFFECT).standard(1000),
          Setting.of("storage.cache_config.ttl", duration(true), NO_EFFECT).standard("1h"),
          Setting.of("storage.cache_config.cache_type", text(), NO_EFFECT).standard("memory"),
          Setting.of("plugins.enabled", flag()).standard(false),
          Setting.of("plugins.directory", text(), PATH),
          Setting.of("plugins.auto_load", list()).standard(Json.NODES.arrayNode()),
          Setting.of("logging.format", word("human", "json")).standard("human"),
          Setting.of("secret_providers.*.command", filledText()),
          Setting.of("secret_providers.*.timeout", duration(false)));

  private static final Map<String, String> OTHER_NAMES =
      Map.of(
          "storage.backend_config.base_dir", "storage.base_path",
          "logging.level", "log_level",
          "agents.claude.command", "claude.command",
          "agents.claude.model", "claude.model",
          "agents.claude.max_tokens", "claude.max_tokens",
          "agents.claude.streaming", "claude.streaming",
          "agents.claude.replay", "claude.replay");

  /// What stands at the top of a project's file is the project's.
  private static final List<String> FLAT =
      List.of("name", "description", "version", "spec_dir", "variables");

  private Settings() {}

  /// The path under which a setting is kept.
  ///
  /// @param ofProject whether a project's own file says it
  static String canonical(String path, boolean ofProject) {
    String first = path.contains(".") ? path.substring(0, path.indexOf('.')) : path;
    if (ofProject && FLAT.contains(first)) {
      return "project." + path;
    }
    return OTHER_NAMES.getOrDefault(path, path);
  }

  static Optional<Setting> find(String path) {
    return ALL.stream().filter(setting -> setting.matches(path)).findFirst();
  }

  /// Whether other settings lie below a path, or may under another name.
  static boolean isGroup(String path) {
    return ALL.stream().anyMatch(setting -> setting.below(path));
  }

  /// Names that mean something right below a path; the empty path is the top.
  static List<String> namesBelow(String path, boolean ofProject) {
    var names = new ArrayList<String>();
    String prefix = path.isEmpty() ? "" : path + ".";
    for (Setting setting : ALL) {
      if (setting.path().startsWith(prefix)) {
        String rest = setting.path().substring(prefix.length());
        names.add(rest.contains(".") ? rest.substring(0, rest.indexOf('.')) : rest);
      }
    }
    if (path.isEmpty() && ofProject) {
      names.addAll(FLAT);
    }
    return names.stream().distinct().filter(name -> !name.equals("*")).toList();
  }

  /// `file` is an older word for `filesystem`.
  private static final class Backend implements SettingType {
    @Override
    public JsonNode accept(JsonNode value) throws Refused {
      String text = value.isContainer() ? "" : value.asString("");
      String backend =
          switch (text.strip().toLowerCase(Locale.ROOT)) {
            case FILESYSTEM, "file" -> FILESYSTEM;
            case MEMORY -> MEMORY;
            default ->
                throw new Refused(
                    "is '%s': Unknown storage backend (use filesystem or memory)".formatted(text));
          };
      return Json.NODES.stringNode(backend);
    }
  }

  private static final class OnlyGlobal implements SettingType {
    @Override
    public JsonNode accept(JsonNode value) throws Refused {
      if (!value.isBoolean() || !value.booleanValue()) {
        throw new Refused("must be true: local storage is deprecated");
      }
      return value;
    }

    @Override
    public JsonNode read(String text) throws Refused {
      return accept(flag().read(text));
    }
  }
}
