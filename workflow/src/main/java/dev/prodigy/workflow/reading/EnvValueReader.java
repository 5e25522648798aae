package dev.prodigy.workflow.reading;

import dev.prodigy.workflow.EnvValue;
import dev.prodigy.workflow.EnvValue.PerProfile;
import dev.prodigy.workflow.EnvValue.Provided;
import dev.prodigy.workflow.expression.Expression;
import dev.prodigy.workflow.expression.Template;
import dev.prodigy.workflow.yaml.Mapping;
import dev.prodigy.workflow.yaml.Value;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Reads the value of one environment entry or secret.
final class EnvValueReader {

  private static final Pattern REFERENCE =
      Pattern.compile("\\$\\{(?:env[:.])?(?<name>[A-Za-z_][A-Za-z0-9_]*)}");
  private static final Pattern UPPER_CASE = Pattern.compile("[A-Z_][A-Z0-9_]*");
  private static final Pattern PROVIDER =
      Pattern.compile("\\$\\{(?<provider>[A-Za-z_][A-Za-z0-9_-]*):(?<key>[^-].*)}");
  private static final List<String> FORMS =
      List.of("secret", "value", "command", "condition", "provider");

  private final Set<String> profiles;

  EnvValueReader(Set<String> profiles) {
    this.profiles = profiles;
  }

  EnvValue entry(Value value) {
    return switch (value.kind()) {
      case NOTHING -> new EnvValue.Unset();
      case MAPPING -> detailed(value.mapping(), false);
      case TEXT, NUMBER, BOOLEAN, LIST -> text(value, false);
    };
  }

  EnvValue secret(Value value) {
    return value.is(Value.Kind.MAPPING) ? detailed(value.mapping(), true) : secretText(value);
  }

  private EnvValue detailed(Mapping mapping, boolean inSecrets) {
    if (!inSecrets && mapping.present(FORMS).isEmpty()) {
      return perProfile(mapping);
    }
    boolean hidden = mapping.flag("secret", inSecrets) || inSecrets;
    List<String> forms = mapping.present(List.of("value", "command", "condition", "provider"));
    EnvValue read =
        switch (forms.isEmpty() ? "" : forms.getFirst()) {
          case "command" -> command(mapping, hidden);
          case "condition" -> conditional(mapping);
          case "provider" -> provided(mapping);
          case "value" -> value(mapping, hidden);
          default -> {
            mapping.owner().problem("expected one of `value`, `command` and `provider`");
            yield new EnvValue.Unset();
          }
        };
    mapping.finishExactly(); // a misspelled `secret` would let the value be seen
    return read;
  }

  private static EnvValue value(Mapping mapping, boolean hidden) {
    Value value = mapping.require("value");
    if (value == null) {
      return new EnvValue.Unset();
    }
    return hidden ? secretText(value) : text(value, false);
  }

  private static EnvValue command(Mapping mapping, boolean hidden) {
    Value command = mapping.require("command");
    boolean cache = mapping.flag("cache", false);
    Duration limit = Scalars.duration(mapping, "timeout");
    return new EnvValue.Command(
        command == null ? Template.literal("") : Scalars.template(command, Template.Kind.SHELL),
        cache,
        limit == null ? EnvValue.Command.DEFAULT_LIMIT : limit,
        hidden);
  }

  private EnvValue conditional(Mapping mapping) {
    Value condition = mapping.require("condition");
    Value whenTrue = mapping.require("when_true");
    Value whenFalse = mapping.require("when_false");
    Expression test =
        condition == null ? null : Scalars.expression(condition, Expression.Dialect.WHEN);
    if (test == null || whenTrue == null || whenFalse == null) {
      return new EnvValue.Unset();
    }
    return new EnvValue.Conditional(test, entry(whenTrue), entry(whenFalse));
  }

  /// `{provider: vault, …}`, and `{provider: {custom: name}, …}`.
  private static EnvValue provided(Mapping mapping) {
    Value provider = mapping.require("provider");
    Value key = mapping.require("key");
    String version = mapping.text("version");
    String name = "";
    if (provider != null && provider.is(Value.Kind.MAPPING)) {
      Mapping custom = provider.mapping();
      Value named = custom.require(Provided.CUSTOM);
      custom.finish();
      name = named == null ? "" : named.text();
    } else if (provider != null) {
      name = provider.text();
    }
    return new Provided(
        name,
        key == null ? Template.literal("") : Scalars.template(key, Template.Kind.ENV),
        version);
  }

  private EnvValue perProfile(Mapping mapping) {
    var values = new LinkedHashMap<String, EnvValue>();
    for (Map.Entry<String, Value> each : mapping.entries().entrySet()) {
      String name = each.getKey();
      if (!name.equals(PerProfile.DEFAULT) && !profiles.contains(name)) {
        each.getValue()
            .problem(
                "`%s` is neither a form of value (%s) nor `default` nor a profile%s"
                    .formatted(
                        name,
                        String.join(", ", FORMS),
                        profiles.isEmpty() ? "" : " (" + String.join(", ", profiles) + ")"));
      }
      values.put(name, entry(each.getValue()));
    }
    return new PerProfile(values);
  }

  /// `${env:X}`, `${X}` and a bare `X` name a variable, `${file:…}` and the like ask a provider.
  private static EnvValue secretText(Value value) {
    String text = value.text();
    var reference = REFERENCE.matcher(text);
    if (reference.matches()) {
      return provided(Provided.ENV, reference.group("name"), value);
    }
    if (UPPER_CASE.matcher(text).matches()) {
      return provided(Provided.ENV, text, value);
    }
    var provider = PROVIDER.matcher(text);
    if (provider.matches() && text.indexOf("${", 2) < 0) {
      return provided(provider.group("provider"), provider.group("key"), value);
    }
    if (text.contains("${")) {
      return text(value, true);
    }
    value.warn("secret in the workflow file: better name a variable, ${env:NAME}");
    return new EnvValue.Text(Template.literal(text), true);
  }

  private static EnvValue provided(String provider, String key, Value value) {
    return new Provided(provider, Scalars.template(value, key, Template.Kind.ENV), null);
  }

  private static EnvValue text(Value value, boolean hidden) {
    return new EnvValue.Text(Scalars.template(value, Template.Kind.ENV), hidden);
  }
}
