package dev.prodigy.workflow.schema;

import dev.prodigy.model.Json;
import dev.prodigy.workflow.yaml.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Single values as YAML.
final class Scalar {

  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z0-9/_]([A-Za-z0-9_./ -]*[A-Za-z0-9_/])?");
  private static final Pattern OTHER_TYPE =
      Pattern.compile(
          "(?i)true|false|null|yes|no|on|off|y|n|[0-9][0-9._xo]*(e[-+]?[0-9]+)?|0x[0-9a-f]+");
  private static final Pattern KEY = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");

  private Scalar() {}

  static String key(String name) {
    return KEY.matcher(name).matches() && !OTHER_TYPE.matcher(name).matches() ? name : quoted(name);
  }

  /// On one line.
  static String inline(Value value) {
    return switch (value.kind()) {
      case TEXT -> {
        String text = value.scalar();
        boolean plain = PLAIN.matcher(text).matches() && !OTHER_TYPE.matcher(text).matches();
        yield plain ? text : quoted(text);
      }
      case NUMBER, BOOLEAN -> value.scalar();
      case NOTHING -> "null";
      case LIST -> "[]";
      case MAPPING -> "{}";
    };
  }

  private static String quoted(String text) {
    return Json.text(Json.NODES.stringNode(text));
  }

  /// Under a `|`, the first line being that sign; empty if the text cannot be written so.
  static List<String> block(String text) {
    String body = text.stripTrailing();
    boolean unfit =
        body.isEmpty()
            || body.startsWith(" ")
            || body.startsWith("\n")
            || body.contains("\t")
            || body.contains("\r")
            || body.chars().anyMatch(c -> c < ' ' && c != '\n')
            || !text.substring(body.length()).matches("\n?");
    if (unfit) {
      return List.of();
    }
    var lines = new ArrayList<String>();
    lines.add(text.endsWith("\n") ? "|" : "|-");
    lines.addAll(List.of(body.split("\n", -1)));
    return lines;
  }
}
