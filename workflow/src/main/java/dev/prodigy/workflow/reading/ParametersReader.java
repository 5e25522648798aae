package dev.prodigy.workflow.reading;

import dev.prodigy.workflow.EnvValue;
import dev.prodigy.workflow.EnvironmentBlock;
import dev.prodigy.workflow.Parameters;
import dev.prodigy.workflow.expression.Template;
import dev.prodigy.workflow.yaml.Mapping;
import dev.prodigy.workflow.yaml.Value;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads what composing left behind about parameters.
final class ParametersReader {
  private ParametersReader() {}

  static Parameters read(@Nullable Value composed) {
    if (composed == null) {
      return Parameters.NONE;
    }
    Mapping fields = composed.mapping();
    Value values = fields.take("parameters");
    Value secret = fields.take("secret");
    Value given = fields.take("given");
    fields.finish();
    var found = new LinkedHashMap<String, JsonNode>();
    if (values != null) {
      values.mapping().entries().forEach((name, value) -> found.put(name, value.json()));
    }
    return new Parameters(found, names(secret), names(given));
  }

  private static Set<String> names(@Nullable Value list) {
    var names = new LinkedHashSet<String>();
    if (list != null) {
      list.list().forEach(name -> names.add(name.text()));
    }
    return names;
  }

  /// The environment with `PRODIGY_PARAM_NAME` for every parameter: the safe way to use their
  /// values in a shell.
  static EnvironmentBlock exported(EnvironmentBlock block, Parameters parameters) {
    if (parameters.values().isEmpty()) {
      return block;
    }
    var entries = new LinkedHashMap<String, EnvValue>(block.entries());
    var secrets = new LinkedHashMap<String, EnvValue>(block.secrets());
    parameters
        .values()
        .forEach(
            (name, value) -> {
              boolean hidden = parameters.secret().contains(name);
              Map<String, EnvValue> target = hidden ? secrets : entries;
              String text = value.isString() ? value.stringValue() : shown(value);
              target.put(variable(name), new EnvValue.Text(Template.literal(text), hidden));
            });
    return new EnvironmentBlock(
        entries,
        secrets,
        block.files(),
        block.profiles(),
        block.activeProfile(),
        block.inherit(),
        block.providers());
  }

  private static String shown(JsonNode value) {
    return value.isNull() ? "" : value.toString();
  }

  private static String variable(String name) {
    return "PRODIGY_PARAM_" + name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }
}
