package dev.prodigy.workflow.reading;

import dev.prodigy.workflow.EnvValue;
import dev.prodigy.workflow.EnvironmentBlock;
import dev.prodigy.workflow.EnvironmentBlock.EnvFile;
import dev.prodigy.workflow.EnvironmentBlock.SecretCommand;
import dev.prodigy.workflow.expression.Template;
import dev.prodigy.workflow.yaml.Mapping;
import dev.prodigy.workflow.yaml.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads everything a workflow says about the environment of its commands.
final class EnvironmentReader {

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final String FILES = "env_files";

  private final EnvValueReader values;
  private final Map<String, EnvValue> entries = new LinkedHashMap<>();
  private final Map<String, EnvValue> secrets = new LinkedHashMap<>();
  private final List<EnvFile> files = new ArrayList<>();

  private EnvironmentReader(Set<String> profiles) {
    values = new EnvValueReader(profiles);
  }

  static EnvironmentBlock read(Mapping workflow) {
    Value profiles = workflow.take("profiles");
    Map<String, Value> named = profiles == null ? Map.of() : profiles.mapping().entries();
    return new EnvironmentReader(named.keySet()).read(workflow, named);
  }

  private EnvironmentBlock read(Mapping workflow, Map<String, Value> profiles) {
    Value env = workflow.take("env");
    Value hidden = workflow.take("secrets");
    Value listed = workflow.take(FILES);
    Value active = workflow.take("active_profile");
    boolean inherit = workflow.flag("inherit", true);
    Value providers = workflow.take("secret_providers");
    if (listed != null) {
      files(listed);
    }
    if (env != null) {
      env.mapping().entries().forEach(this::entry);
    }
    if (hidden != null) {
      hidden.mapping().entries().forEach(this::secret);
    }
    var read = new LinkedHashMap<String, Map<String, EnvValue>>();
    profiles.forEach((name, value) -> read.put(name, profile(value)));
    return new EnvironmentBlock(
        entries,
        secrets,
        files,
        read,
        active == null ? null : active(active, profiles.keySet()),
        inherit,
        providers == null ? Map.of() : providers(providers));
  }

  private static String active(Value value, Set<String> profiles) {
    String name = value.text();
    if (!profiles.contains(name)) {
      value.problem(
          "no such profile: `%s` (defined: %s)"
              .formatted(name, profiles.isEmpty() ? "none" : String.join(", ", profiles)));
    }
    return name;
  }

  private void entry(String name, Value value) {
    if (name.equals(FILES) && value.is(Value.Kind.LIST)) {
      files(value);
      return;
    }
    checkName(name, value);
    EnvValue read = values.entry(value);
    if (value.is(Value.Kind.MAPPING) && read.secret() && !(read instanceof EnvValue.PerProfile)) {
      secrets.put(name, read);
    } else {
      entries.put(name, read);
    }
  }

  private void secret(String name, Value value) {
    if (entries.containsKey(name) || secrets.containsKey(name)) {
      value.problem("`%s` is already defined in `env`".formatted(name));
      return;
    }
    checkName(name, value);
    secrets.put(name, values.secret(value));
  }

  private Map<String, EnvValue> profile(Value value) {
    var own = new LinkedHashMap<String, EnvValue>();
    if (value.is(Value.Kind.NOTHING)) {
      return own;
    }
    Mapping mapping = value.mapping();
    mapping.inert("description");
    Value nested = mapping.take("env");
    if (nested != null) {
      addTo(own, nested.mapping().entries());
    }
    addTo(own, mapping.entries());
    return own;
  }

  private void addTo(Map<String, EnvValue> own, Map<String, Value> more) {
    more.forEach(
        (name, value) -> {
          checkName(name, value);
          own.put(name, values.entry(value));
        });
  }

  private void files(Value value) {
    for (Value each : value.is(Value.Kind.LIST) ? value.list() : List.of(value)) {
      if (!each.is(Value.Kind.MAPPING)) {
        files.add(new EnvFile(Scalars.template(each, Template.Kind.ENV), false));
        continue;
      }
      Mapping mapping = each.mapping();
      Value path = mapping.require("path");
      boolean required = mapping.flag("required", false);
      mapping.finish();
      if (path != null) {
        files.add(new EnvFile(Scalars.template(path, Template.Kind.ENV), required));
      }
    }
  }

  private static Map<String, SecretCommand> providers(Value value) {
    var commands = new LinkedHashMap<String, SecretCommand>();
    value
        .mapping()
        .entries()
        .forEach(
            (name, provider) -> {
              Mapping mapping = provider.mapping();
              Value command = mapping.require("command");
              Duration limit = Scalars.duration(mapping, "timeout");
              mapping.finish();
              commands.put(
                  name,
                  new SecretCommand(
                      command == null ? "" : command.text(),
                      limit == null ? SecretCommand.DEFAULT_LIMIT : limit));
            });
    return commands;
  }

  /// The environment of a single step: plain values only; null takes a variable away.
  static Map<String, @Nullable Template> ofStep(@Nullable Value env) {
    var entries = new LinkedHashMap<String, @Nullable Template>();
    if (env != null) {
      env.mapping()
          .entries()
          .forEach(
              (name, value) -> {
                checkName(name, value);
                boolean unset = value.is(Value.Kind.NOTHING);
                entries.put(name, unset ? null : Scalars.template(value, Template.Kind.ENV));
              });
    }
    return entries;
  }

  private static void checkName(String name, Value value) {
    if (!NAME.matcher(name).matches()) {
      value.problem(
          "`%s` cannot be a variable's name (letters, digits and _, no digit first)"
              .formatted(name));
    }
    if (name.startsWith("PRODIGY_")) {
      value.warn("`%s`: names that begin with PRODIGY_ are Prodigy's own".formatted(name));
    }
  }
}
