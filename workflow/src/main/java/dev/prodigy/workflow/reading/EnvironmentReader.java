package dev.prodigy.workflow.reading;

import dev.prodigy.workflow.EnvironmentBlock;
import dev.prodigy.workflow.EnvironmentBlock.EnvValue;
import dev.prodigy.workflow.expression.Template;
import dev.prodigy.workflow.yaml.Mapping;
import dev.prodigy.workflow.yaml.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads `env` and `secrets`.
final class EnvironmentReader {

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern REFERENCE =
      Pattern.compile("\\$\\{(?:env[:.])?(?<name>[A-Za-z_][A-Za-z0-9_]*)}");
  private static final Pattern UPPER_CASE = Pattern.compile("[A-Z_][A-Z0-9_]*");
  private static final Pattern PROVIDER = Pattern.compile("\\$\\{[A-Za-z_-]+:.*}");
  private static final List<String> LATER =
      List.of(
          "command",
          "cache",
          "timeout",
          "condition",
          "when_true",
          "when_false",
          "provider",
          "key",
          "version",
          "default");

  private EnvironmentReader() {}

  static EnvironmentBlock read(Mapping workflow) {
    Value env = workflow.take("env");
    Value secrets = workflow.take("secrets");
    workflow.notYet(List.of("env_files", "profiles", "active_profile", "inherit"));
    var entries = new LinkedHashMap<String, EnvValue>();
    Map<String, Value> plain = env == null ? Map.of() : env.mapping().entries();
    plain.forEach((name, value) -> entries.put(name, entry(name, value)));
    Map<String, Value> hidden = secrets == null ? Map.of() : secrets.mapping().entries();
    hidden.forEach((name, value) -> putSecret(entries, name, value));
    return new EnvironmentBlock(entries);
  }

  /// The environment of a single step: plain values only.
  static Map<String, Template> ofStep(@Nullable Value env) {
    var entries = new LinkedHashMap<String, Template>();
    if (env != null) {
      env.mapping()
          .entries()
          .forEach(
              (name, value) -> {
                checkName(name, value);
                entries.put(name, Scalars.template(value, Template.Kind.ENV));
              });
    }
    return entries;
  }

  private static EnvValue entry(String name, Value value) {
    checkName(name, value);
    return switch (value.kind()) {
      case NOTHING -> new EnvValue(null, false);
      case MAPPING -> detailed(value.mapping());
      case TEXT, NUMBER, BOOLEAN, LIST ->
          new EnvValue(Scalars.template(value, Template.Kind.ENV), false);
    };
  }

  private static EnvValue detailed(Mapping mapping) {
    boolean secret = mapping.flag("secret", false);
    Value value = mapping.take("value");
    boolean later = !mapping.present(LATER).isEmpty();
    mapping.notYet(LATER);
    mapping.finish();
    if (value == null) {
      if (!later) {
        mapping.owner().problem("`value` is missing");
      }
      return new EnvValue(null, secret);
    }
    if (secret && !value.scalar().contains("$")) {
      warnOfSecret(value);
    }
    return new EnvValue(Scalars.template(value, Template.Kind.ENV), secret);
  }

  private static void putSecret(Map<String, EnvValue> entries, String name, Value value) {
    if (entries.containsKey(name)) {
      value.problem("`%s` is already defined in `env`".formatted(name));
      return;
    }
    checkName(name, value);
    if (value.is(Value.Kind.MAPPING)) {
      Mapping mapping = value.mapping();
      mapping.knows(List.of("secret"));
      entries.put(name, new EnvValue(detailed(mapping).template(), true));
    } else {
      entries.put(name, new EnvValue(secret(name, value, entries), true));
    }
  }

  /// `${env:X}`, `${X}` and a bare `X` name a variable: another entry of the workflow, else one of
  /// the process environment.
  private static Template secret(String name, Value value, Map<String, EnvValue> entries) {
    String text = value.text();
    var reference = REFERENCE.matcher(text);
    String variable = null;
    if (reference.matches()) {
      variable = reference.group("name");
    } else if (UPPER_CASE.matcher(text).matches()) {
      variable = text;
    }
    if (variable != null) {
      boolean own = entries.containsKey(variable) && !variable.equals(name);
      String source = own ? "${" + variable + "}" : "${env:" + variable + "}";
      return Scalars.template(value, source, Template.Kind.ENV);
    }
    if (PROVIDER.matcher(text).matches()) {
      value.problem("secret providers are not available in this version: use ${env:NAME}");
    } else if (!text.contains("${")) {
      warnOfSecret(value);
      return Template.literal(text);
    }
    return Scalars.template(value, Template.Kind.ENV);
  }

  private static void warnOfSecret(Value value) {
    value.warn("secret in the workflow file: better name a variable, ${env:NAME}");
  }

  private static void checkName(String name, Value value) {
    if (!NAME.matcher(name).matches()) {
      value.problem(
          "`%s` cannot be a variable's name (letters, digits and _, no digit first)"
              .formatted(name));
    }
  }
}
