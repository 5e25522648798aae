package dev.prodigy.workflow.reading;

import dev.prodigy.workflow.Command;
import dev.prodigy.workflow.expression.Template;
import dev.prodigy.workflow.yaml.Mapping;
import dev.prodigy.workflow.yaml.Value;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the older way to write an agent command: `name` with `args`, `options` and `metadata`.
public final class LegacyReader {

  /// Where `metadata` says what a field of the step says today.
  private static final List<String> FIELDS =
      List.of("continue_on_error", "timeout", "env", "commit_required");

  private LegacyReader() {}

  static boolean present(Mapping fields) {
    return fields.has("name") || fields.has("command");
  }

  /// The command of a step that has none of today's.
  static Command command(Mapping fields) {
    Value command = fields.take("command");
    Value name = command == null ? fields.take("name") : command;
    if (name == null) {
      throw new IllegalStateException("neither name nor command");
    }
    String prompt = prompt(name, fields);
    return new Command.Claude(Scalars.template(name, prompt, Template.Kind.TEXT));
  }

  /// What the agent is told: the name with arguments and options.
  ///
  /// @param name the command's
  /// @param fields of the step; `args` and `options` are taken
  public static String prompt(Value name, Mapping fields) {
    var text = new StringBuilder(name.text().strip());
    if (!text.toString().startsWith("/")) {
      text.insert(0, '/');
    }
    Value args = fields.take("args");
    if (args != null) {
      List<Value> values = args.is(Value.Kind.LIST) ? args.list() : List.of(args);
      values.forEach(arg -> text.append(' ').append(arg.text()));
    }
    Value options = fields.take("options");
    if (options != null) {
      options.mapping().entries().forEach((option, value) -> append(text, option, value));
    }
    return text.toString();
  }

  private static void append(StringBuilder text, String option, Value value) {
    switch (value.kind()) {
      case BOOLEAN -> text.append(value.flag() ? " --" + option : "");
      case TEXT, NUMBER -> text.append(" --").append(option).append(' ').append(value.text());
      case NOTHING -> {}
      case LIST, MAPPING -> value.expected("text, a number, true or false");
    }
  }

  /// Puts what `metadata` says where it is said today, unless it is said there, too.
  ///
  /// @return what its `retries` mean
  static @Nullable RetrySettings metadata(Mapping fields) {
    Value metadata = fields.take("metadata");
    if (metadata == null || !metadata.is(Value.Kind.MAPPING)) {
      return null;
    }
    Map<String, Value> entries = metadata.mapping().entries();
    boolean tolerates = fields.has("allow_failure") || fields.has("on_failure");
    for (String name : FIELDS) {
      Value value = entries.get(name);
      boolean said = fields.has(name) || (name.equals("continue_on_error") && tolerates);
      if (value != null && !said) {
        fields.replace(name, value);
      }
    }
    Value retries = entries.get("retries");
    return retries == null ? null : RetrySettings.attempts(retries.integer(0) + 1);
  }
}
