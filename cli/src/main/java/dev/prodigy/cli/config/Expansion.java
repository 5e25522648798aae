package dev.prodigy.cli.config;

import dev.prodigy.model.Json;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Paths as people write them into settings.
record Expansion(Map<String, String> env) {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");

  /// A leading `~` is the home directory, `${VAR}` a variable of the process.
  ///
  /// @param base what a relative path starts from
  JsonNode path(JsonNode value, Path base) throws SettingType.Refused {
    String text = value.asString();
    Matcher variables = VARIABLE.matcher(text);
    var expanded = new StringBuilder();
    while (variables.find()) {
      String known = env.get(variables.group(1));
      if (known == null) {
        throw new SettingType.Refused("uses ${%s}, which is not set".formatted(variables.group(1)));
      }
      variables.appendReplacement(expanded, Matcher.quoteReplacement(known));
    }
    variables.appendTail(expanded);
    return Json.NODES.stringNode(absolute(expanded.toString(), base));
  }

  private String absolute(String text, Path base) throws SettingType.Refused {
    try {
      if (text.equals("~") || text.startsWith("~/")) {
        String home = env.getOrDefault("HOME", "");
        if (home.isBlank()) {
          throw new SettingType.Refused("begins with ~, but HOME is not set");
        }
        return Path.of(home + text.substring(1)).normalize().toString();
      }
      return base.resolve(text).normalize().toString();
    } catch (InvalidPathException e) {
      throw new SettingType.Refused("is not a path: " + e.getReason());
    }
  }
}
