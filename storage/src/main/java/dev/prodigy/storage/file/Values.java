package dev.prodigy.storage.file;

import dev.prodigy.model.AgentId;
import dev.prodigy.model.FailureReason;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.JobId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// Writes the components of an event as JSON: ids as text, constants in Pascal case, a duration as
/// `{"secs":45,"nanos":0}`, a reason as `"Timeout"` or `{"CommandFailed":{"exit_code":7}}`, a tree
/// as it is.
///
/// @param cut how much of long values is kept
/// @param plain whether text may hold nothing that needs an escape
record Values(LineBuffer to, Cut cut, boolean plain) {
  private static final byte[] SECS = LineBuffer.quotedName("secs");
  private static final byte[] NANOS = LineBuffer.quotedName("nanos");

  void write(String key, Object value) {
    if (value instanceof FailureReason reason) {
      // In a dead letter's `error_type` the command is not given.
      reason(reason, !key.equals("error_type"));
    } else {
      write(value);
    }
  }

  private void write(Object value) {
    switch (value) {
      case String text -> text(text);
      case Integer number -> to.number(number);
      case Long number -> to.number(number);
      case Double number -> number(number);
      case Boolean flag -> to.bool(flag);
      case AgentId id -> text(id.value());
      case ItemId id -> text(id.value());
      case JobId id -> text(id.value());
      case Duration duration -> duration(duration);
      case Enum<?> constant -> text(Encodings.pascalName(constant));
      case JsonNode node -> node(node, 0);
      case List<?> list -> list(list);
      default -> throw new IllegalStateException("no stored form for " + value.getClass());
    }
  }

  private void text(String text) {
    to.text(plain ? Cut.plain(text) : text, cut.textBytes());
  }

  private void number(double number) {
    if (Double.isFinite(number)) {
      to.number(Double.toString(number));
    } else {
      to.text(Double.toString(number), cut.textBytes()); // JSON has no number for it
    }
  }

  private void duration(Duration duration) {
    to.open('{');
    to.name(SECS);
    to.number(duration.toSeconds());
    to.name(NANOS);
    to.number(duration.toNanosPart());
    to.close('}');
  }

  private void reason(FailureReason reason, boolean withCommand) {
    switch (reason) {
      case FailureReason.CommandFailed(int exitCode) -> {
        reason(reason.typeName(), "exit_code");
        to.number(exitCode);
        to.close('}');
        to.close('}');
      }
      case FailureReason.CommitValidationFailed(String command)
          when command != null && withCommand -> {
        reason(reason.typeName(), "command");
        text(command);
        to.close('}');
        to.close('}');
      }
      default -> text(reason.typeName());
    }
  }

  private void reason(String name, String field) {
    to.open('{');
    to.name(name);
    to.open('{');
    to.name(field);
  }

  private void list(List<?> list) {
    to.open('[');
    int kept = Math.min(list.size(), cut.entries());
    for (int i = 0; i < kept; i++) {
      write(list.get(i));
    }
    endOfArray(list.size() - kept);
  }

  private void node(JsonNode node, int level) {
    switch (node.getNodeType()) {
      case OBJECT, ARRAY -> {
        if (level >= cut.depth() && !node.isEmpty()) {
          to.text(LineBuffer.omitted(node.size(), "entries"), Integer.MAX_VALUE);
        } else if (node.isObject()) {
          object(node, level);
        } else {
          array(node, level);
        }
      }
      case STRING -> text(node.stringValue());
      case NUMBER -> number(node);
      case BOOLEAN -> to.bool(node.booleanValue());
      case NULL, MISSING -> to.nothing();
      case BINARY, POJO -> text(node.asString());
    }
  }

  private void number(JsonNode node) {
    if (node.isFloat() || node.isDouble()) {
      number(node.doubleValue());
    } else {
      to.number(node.asString());
    }
  }

  private void object(JsonNode node, int level) {
    to.open('{');
    int left = Math.min(node.size(), cut.entries());
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (left-- == 0) {
        to.name("…truncated");
        to.number(node.size() - cut.entries());
        break;
      }
      text(field.getKey());
      to.raw(':');
      node(field.getValue(), level + 1);
    }
    to.close('}');
  }

  private void array(JsonNode node, int level) {
    to.open('[');
    int kept = Math.min(node.size(), cut.entries());
    for (int i = 0; i < kept; i++) {
      node(node.get(i), level + 1);
    }
    endOfArray(node.size() - kept);
  }

  private void endOfArray(int left) {
    if (left > 0) {
      to.text(LineBuffer.omitted(left, "entries"), Integer.MAX_VALUE);
    }
    to.close(']');
  }
}
