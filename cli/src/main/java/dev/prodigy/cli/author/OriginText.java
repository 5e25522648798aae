package dev.prodigy.cli.author;

import dev.prodigy.model.Json;
import dev.prodigy.workflow.yaml.Value;
import java.util.List;

/// A workflow as YAML in which every value tells in a comment where it was written.
final class OriginText {
  private static final int COMMENT_COLUMN = 60;

  private final StringBuilder text = new StringBuilder();

  private OriginText() {}

  static String of(Value root) {
    var printed = new OriginText();
    printed.fields(root, 0);
    return printed.text.toString();
  }

  private void fields(Value mapping, int indent) {
    boolean first = true;
    for (Value.Entry field : mapping.fields()) {
      if (!field.name().equals("composed")) {
        text.append(first ? "" : " ".repeat(indent)).append(key(field.name())).append(':');
        value(field.value(), indent + 2);
        first = false;
      }
    }
  }

  private void value(Value value, int indent) {
    switch (value.kind()) {
      case MAPPING -> {
        if (value.fields().isEmpty()) {
          scalar(value, " {}");
        } else {
          text.append('\n').append(" ".repeat(indent));
          fields(value, indent);
        }
      }
      case LIST -> list(value, value.list(), indent);
      default -> scalar(value, " " + Json.text(value.json()));
    }
  }

  private void list(Value list, List<Value> elements, int indent) {
    if (elements.isEmpty()) {
      scalar(list, " []");
      return;
    }
    text.append('\n');
    for (Value element : elements) {
      text.append(" ".repeat(indent)).append('-');
      if (element.is(Value.Kind.MAPPING) && !element.fields().isEmpty()) {
        text.append(' ');
        fields(element, indent + 2);
      } else {
        value(element, indent + 2);
      }
    }
  }

  private void scalar(Value value, String written) {
    text.append(written);
    int column = text.length() - (text.lastIndexOf("\n") + 1);
    text.append(" ".repeat(Math.max(2, COMMENT_COLUMN - column)));
    text.append("# ").append(value.position().file()).append(':');
    text.append(value.position().line()).append('\n');
  }

  private static String key(String name) {
    return name.matches("[A-Za-z][A-Za-z0-9_-]*")
            && !name.matches("(?i)true|false|null|yes|no|on|off|y|n")
        ? name
        : Json.text(Json.NODES.stringNode(name));
  }
}
