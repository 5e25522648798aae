package dev.prodigy.cli.config;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Argument;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.UsageException;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.cli.terminal.Format;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.Json;
import dev.prodigy.model.ProdigyException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `prodigy config`: which settings are in effect, where they came from, and whether they are
/// sound.
public final class ConfigCommands {
  private static final Argument<Optional<String>> PATH =
      Argument.optional("PATH", Values.TEXT, "A setting or a group: log_level, storage");
  private static final Option<Boolean> ALL = Option.flag("all", "Every setting (the default)");
  private static final Option<Boolean> OVERRIDES =
      Option.flag("overrides", "Only what more than one source sets");
  private static final Option<Boolean> DIAGNOSE =
      Option.flag("diagnose", "What is wrong or doubtful");
  private static final Option<Boolean> STRICT = Option.flag("strict", "Warnings fail, too");

  private ConfigCommands() {}

  public static void define(Command config) {
    config.add(
        "show",
        "The settings in effect",
        command -> command.arguments(PATH).runs(ConfigCommands::show));
    config.add(
        "trace",
        "Where each setting comes from",
        command ->
            command.arguments(PATH).options(ALL, OVERRIDES, DIAGNOSE).runs(ConfigCommands::trace));
    config.add(
        "validate",
        "Check all files and variables",
        command -> command.options(STRICT).runs(ConfigCommands::validate));
  }

  private static int show(Invocation call) {
    Configuration configuration = Configuration.of(call);
    String path = path(call);
    ObjectNode document = Shown.document(configuration, path);
    if (path != null && Shown.at(document, path) == null) {
      throw noValue(path);
    }
    if (json(call)) {
      call.console().print(document.toPrettyString());
    } else if (path == null) {
      everything(call.console(), configuration, document);
    } else {
      JsonNode value = Shown.at(document, path);
      call.console()
          .print(value != null && value.isObject() ? value.toPrettyString() : path + ": " + value);
    }
    return ExitCode.OK;
  }

  private static void everything(
      Console console, Configuration configuration, ObjectNode document) {
    console.print("Effective configuration:");
    configuration
        .settings()
        .forEach(
            (path, traced) -> {
              if (!path.contains(".")) {
                JsonNode value = traced.value();
                String shown = value == null ? "(not set)" : plain(Shown.value(traced, value));
                console.print("  " + path + ": " + shown);
              }
            });
    document.properties().stream()
        .filter(block -> block.getValue().isObject())
        .forEach(block -> block(console, block.getKey(), block.getValue(), 1));
  }

  private static void block(Console console, String name, JsonNode block, int depth) {
    String title =
        depth == 1 ? name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1) : name;
    console.print("  ".repeat(depth) + title + ":");
    block
        .properties()
        .forEach(
            entry -> {
              if (entry.getValue().isObject() && depth < 6) {
                block(console, entry.getKey(), entry.getValue(), depth + 1);
              } else {
                console.print(
                    "  ".repeat(depth + 1) + entry.getKey() + ": " + plain(entry.getValue()));
              }
            });
  }

  private static String plain(JsonNode value) {
    return value.isString() ? value.stringValue() : Json.text(value);
  }

  private static int trace(Invocation call) {
    Configuration configuration = Configuration.read(call);
    if (call.get(DIAGNOSE)) {
      return diagnose(call, configuration);
    }
    configuration.check();
    String path = path(call);
    List<Traced> wanted = wanted(configuration, path, call.get(OVERRIDES));
    if (path != null && wanted.isEmpty()) {
      throw noValue(path);
    }
    boolean single = path != null && Settings.find(path).isPresent();
    new TraceText(configuration).print(call.console(), wanted, single, json(call));
    return ExitCode.OK;
  }

  private static List<Traced> wanted(
      Configuration configuration, @Nullable String path, boolean overrides) {
    return configuration.settings().values().stream()
        .filter(
            traced ->
                path == null || traced.path().equals(path) || traced.path().startsWith(path + "."))
        .filter(traced -> !traced.history().isEmpty())
        .filter(traced -> !overrides || TraceText.sources(traced) > 1)
        .toList();
  }

  private static int diagnose(Invocation call, Configuration configuration) {
    List<Issue> issues = configuration.issues();
    if (json(call)) {
      var array = Json.NODES.arrayNode();
      issues.forEach(issue -> array.add(json(issue)));
      call.console().print(array.toPrettyString());
    } else if (issues.isEmpty()) {
      call.console().print("No configuration issues detected.");
    } else {
      for (Issue issue : issues) {
        call.console().print(label(issue) + issue.message());
        if (issue.suggestion() != null) {
          call.console().print("  Suggestion: " + issue.suggestion());
        }
      }
    }
    return ExitCode.OK;
  }

  private static String label(Issue issue) {
    return "⚠ " + issue.severity().name().toLowerCase(Locale.ROOT) + ": ";
  }

  private static ObjectNode json(Issue issue) {
    ObjectNode json = Json.NODES.objectNode();
    json.put("type", issue.type());
    json.put("path", issue.path());
    json.put("severity", issue.severity().name().toLowerCase(Locale.ROOT));
    json.put("message", issue.message());
    if (issue.suggestion() != null) {
      json.put("suggestion", issue.suggestion());
    }
    return json;
  }

  private static int validate(Invocation call) {
    Configuration configuration = Configuration.read(call);
    boolean strict = call.get(STRICT);
    List<Issue> warnings =
        configuration.issues().stream()
            .filter(issue -> issue.severity() == Issue.Severity.WARNING)
            .toList();
    boolean valid = configuration.errors().isEmpty() && (warnings.isEmpty() || !strict);
    if (json(call)) {
      ObjectNode json = Json.NODES.objectNode();
      json.put("valid", valid);
      var array = json.putArray("issues");
      configuration.issues().forEach(issue -> array.add(json(issue)));
      call.console().print(json.toPrettyString());
      return valid ? ExitCode.OK : ExitCode.CONFIGURATION;
    }
    warnings.forEach(issue -> call.console().warn(issue.message()));
    if (!valid) {
      configuration.check();
      throw new ProdigyException(
          ErrorCode.CONFIG, "Configuration has warnings, and --strict was given", null);
    }
    call.console().print("Configuration is valid");
    return ExitCode.OK;
  }

  private static @Nullable String path(Invocation call) {
    String path = call.get(PATH).orElse(null);
    if (path != null && path.isBlank()) {
      throw new UsageException("the PATH of a setting cannot be empty");
    }
    return path == null ? null : Settings.canonical(path, false);
  }

  private static boolean json(Invocation call) {
    return call.format().map(Format::isJson).orElse(false);
  }

  private static ProdigyException noValue(String path) {
    return new ProdigyException(
        ErrorCode.VALIDATION, "No value found at path: " + path, "prodigy config show");
  }
}
