package dev.prodigy.cli.config;

import dev.prodigy.agent.ClaudeSettings;
import dev.prodigy.cli.command.ValueType.BadValue;
import dev.prodigy.cli.command.Values;
import dev.prodigy.engine.RunSettings;
import dev.prodigy.engine.WorktreeUpkeep;
import dev.prodigy.model.AgentDefinitions;
import dev.prodigy.model.Json;
import dev.prodigy.storage.PackedOutput;
import dev.prodigy.storage.RetentionPolicy;
import dev.prodigy.storage.file.StoreSettings;
import dev.prodigy.workflow.DurationText;
import dev.prodigy.workflow.EnvironmentBlock.SecretCommand;
import dev.prodigy.workflow.MapBlock;
import dev.prodigy.workflow.RetryDefaults;
import dev.prodigy.workflow.compose.Places;
import dev.prodigy.workflow.schema.UserDefaults;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a sound configuration means to the parts of the program.
public final class Effects {
  /// What `enable_compression` stands for.
  private static final int ENABLED_LEVEL = 6;

  private static final String VARIABLES = "project.variables.";
  private static final String AGENTS = "agents.";
  private static final String PROVIDERS = "secret_providers.";

  private final Configuration configuration;

  private Effects(Configuration configuration) {
    this.configuration = configuration;
  }

  public static Effects of(Configuration configuration) {
    return new Effects(configuration);
  }

  public RunSettings runs() {
    JsonNode autoCommit = projectOr("auto_commit");
    return new RunSettings(
        claude(),
        agents(),
        null,
        variables(),
        autoCommit == null || autoCommit.booleanValue(),
        retries(),
        providers(),
        Map.of(),
        Places.NONE);
  }

  private RetryDefaults retries() {
    JsonNode attempts = configuration.value("retry.default_attempts");
    String backoff = configuration.text("retry.default_backoff");
    return new RetryDefaults(
        attempts == null ? null : (Integer) attempts.intValue(),
        backoff == null ? null : RetryDefaults.Growth.valueOf(backoff.toUpperCase(Locale.ROOT)));
  }

  /// What of this fills in workflows, with its origin.
  public UserDefaults ofWorkflows() {
    return new UserDefaults(
        said("retry.default_attempts"),
        said("retry.default_backoff"),
        said("max_concurrent_specs"),
        said("worktree.max_parallel"));
  }

  private UserDefaults.@Nullable Said said(String path) {
    String value = configuration.text(path);
    return value == null || !configuration.isSet(path)
        ? null
        : new UserDefaults.Said(value, path + ", " + configuration.origin(path));
  }

  /// What becomes of worktrees that are not needed any more.
  public WorktreeUpkeep upkeep() {
    String prefix = "worktree.cleanup_policy.";
    return new WorktreeUpkeep(
        durationOrNull(prefix + "idle_timeout"), durationOrNull(prefix + "max_age"));
  }

  /// Agents of a job that does not say how many.
  public int otherwiseParallel() {
    JsonNode value = configuration.value("max_concurrent_specs");
    return value != null && configuration.isSet("max_concurrent_specs")
        ? value.intValue()
        : MapBlock.DEFAULT_MAX_PARALLEL;
  }

  /// The most agents any job may have; null: no limit.
  public @Nullable Integer mostParallel() {
    JsonNode value = configuration.value("worktree.max_parallel");
    return value == null ? null : (Integer) value.intValue();
  }

  public StoreSettings store() {
    return new StoreSettings(
        duration("storage.timeout", StoreSettings.DEFAULT.lockPatience()), segmentBytes());
  }

  /// What `events clean` does when nothing else is asked of it.
  ///
  /// @param archivePath null for the usual place
  /// @param level of packed archives
  public record Retention(
      RetentionPolicy policy,
      boolean archive,
      @Nullable Path archivePath,
      boolean compress,
      int level) {}

  public Retention retention() {
    String prefix = "storage.event_retention.";
    JsonNode days = configuration.value(prefix + "max_age_days");
    JsonNode events = configuration.value(prefix + "max_events");
    String size = configuration.text(prefix + "max_file_size_bytes");
    String path = configuration.text(prefix + "archive_path");
    return new Retention(
        new RetentionPolicy(
            days == null ? null : Duration.ofDays(days.longValue()),
            events == null ? null : (Long) events.longValue(),
            size == null ? null : (Long) bytes(size)),
        flag(prefix + "archive_old_events"),
        path == null ? null : Path.of(path),
        flag(prefix + "compress_archives"),
        compressionLevel());
  }

  /// Whether archives are packed at all is another setting; 0 leaves the level to gzip.
  private int compressionLevel() {
    JsonNode level = configuration.value("storage.compression_level");
    if (level != null && level.intValue() > 0) {
      return level.intValue();
    }
    return flag("storage.backend_config.enable_compression")
        ? ENABLED_LEVEL
        : PackedOutput.USUAL_LEVEL;
  }

  /// What of other directories belongs to the program.
  ///
  /// @param names of the directories in it
  public record Plugins(Path directory, List<String> names) {}

  /// @param usual where they are if nothing is said about it
  public Plugins plugins(Path usual) {
    String directory = configuration.text("plugins.directory");
    var names = new ArrayList<String>();
    JsonNode wanted = configuration.value("plugins.auto_load");
    if (flag("plugins.enabled") && wanted != null) {
      wanted.forEach(name -> names.add(name.asString()));
    }
    return new Plugins(directory == null ? usual : Path.of(directory), names);
  }

  private boolean flag(String path) {
    JsonNode value = configuration.value(path);
    return value != null && value.booleanValue();
  }

  /// Whether the store is to end with the process.
  boolean keepsNothing() {
    return Settings.MEMORY.equals(configuration.text("storage.backend"));
  }

  /// Null: the usual place.
  @Nullable Path storeRoot() {
    String path = configuration.text("storage.base_path");
    if (path == null) {
      path = configuration.text("prodigy_home");
    }
    return path == null ? null : Path.of(path);
  }

  private long segmentBytes() {
    String text = configuration.text("storage.backend_config.max_file_size");
    return text == null ? StoreSettings.DEFAULT.segmentBytes() : bytes(text);
  }

  private static long bytes(String size) {
    try {
      return Values.SIZE.parse(size);
    } catch (BadValue e) {
      throw new IllegalStateException("checked when it was read", e);
    }
  }

  private Duration duration(String path, Duration otherwise) {
    Duration said = durationOrNull(path);
    return said == null ? otherwise : said;
  }

  private @Nullable Duration durationOrNull(String path) {
    String text = configuration.text(path);
    return text == null ? null : DurationText.parse(text).orElseThrow();
  }

  private ClaudeSettings claude() {
    JsonNode key = projectOr("claude_api_key");
    JsonNode tokens = configuration.value("claude.max_tokens");
    JsonNode streaming = configuration.value("claude.streaming");
    return new ClaudeSettings(
        configuration.text("claude.command"),
        configuration.text("claude.model"),
        tokens == null ? null : (Long) tokens.longValue(),
        streaming == null || streaming.booleanValue(),
        key == null ? null : key.asString());
  }

  private AgentDefinitions agents() {
    Map<String, JsonNode> byName = new HashMap<>();
    configuration
        .settings()
        .forEach(
            (path, traced) -> {
              int end = path.lastIndexOf('.');
              if (path.startsWith(AGENTS) && end > AGENTS.length() && traced.value() != null) {
                ObjectNode said =
                    (ObjectNode)
                        byName.computeIfAbsent(
                            path.substring(AGENTS.length(), end), _ -> Json.NODES.objectNode());
                said.set(path.substring(end + 1), traced.value());
              }
            });
    boolean chosen = configuration.isSet("default_agent");
    return new AgentDefinitions(byName, chosen ? configuration.text("default_agent") : null);
  }

  /// What a project says of it outranks what is said in general.
  private @Nullable JsonNode projectOr(String name) {
    JsonNode own = configuration.value("project." + name);
    return own == null ? configuration.value(name) : own;
  }

  private Map<String, JsonNode> variables() {
    var variables = new HashMap<String, JsonNode>();
    for (String name : new String[] {"name", "description", "version", "spec_dir"}) {
      JsonNode value = configuration.value("project." + name);
      if (value != null) {
        variables.put("project." + name, value);
      }
    }
    configuration
        .settings()
        .forEach(
            (path, traced) -> {
              JsonNode value = traced.value();
              if (path.startsWith(VARIABLES) && value != null) {
                variables.put(path.substring(VARIABLES.length()), value);
              }
            });
    return variables;
  }

  private Map<String, SecretCommand> providers() {
    var providers = new HashMap<String, SecretCommand>();
    for (String path : configuration.settings().keySet()) {
      if (path.startsWith(PROVIDERS) && path.endsWith(".command")) {
        String name = path.substring(PROVIDERS.length(), path.length() - ".command".length());
        String command = configuration.text(path);
        if (command != null) {
          providers.put(
              name,
              new SecretCommand(
                  command, duration(PROVIDERS + name + ".timeout", SecretCommand.DEFAULT_LIMIT)));
        }
      }
    }
    return providers;
  }
}
