package dev.prodigy.workflow.reading;

import dev.prodigy.workflow.Command;
import dev.prodigy.workflow.ForeachInput;
import dev.prodigy.workflow.HandlerAction;
import dev.prodigy.workflow.Step;
import dev.prodigy.workflow.SubWorkflow;
import dev.prodigy.workflow.expression.Template;
import dev.prodigy.workflow.yaml.Mapping;
import dev.prodigy.workflow.yaml.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads what a step does: the one command among its fields.
final class CommandReader {

  static final List<String> TYPES =
      List.of(
          "shell",
          "claude",
          "test",
          "foreach",
          "write_file",
          "handler",
          "git",
          "cargo",
          "file",
          "agent",
          "workflow");

  /// Which of them an error message proposes.
  private static final String USUAL = "claude, shell, test, handler, foreach, write_file";

  private static final List<String> BARE = List.of("validate", "analyze", "name", "command");
  private static final List<String> PAIR = List.of("shell", "claude");
  private static final List<String> FOREACH_KEYS = List.of("foreach", "items", "input", "do");
  private static final int MOST_MODE = 0777;

  private final StepReader steps;
  private final Map<String, SubWorkflow> workflows;

  /// @param workflows what `workflow: name` can run
  CommandReader(StepReader steps, Map<String, SubWorkflow> workflows) {
    this.steps = steps;
    this.workflows = workflows;
  }

  /// Whether a mapping says what to do, in one way or another.
  static boolean hasCommand(Mapping fields) {
    return !fields.present(TYPES).isEmpty() || !fields.present(BARE).isEmpty();
  }

  /// Ends a mapping that may do without a command; one that is merely misspelled is an error.
  static void none(Mapping fields) {
    String meant = fields.misspelled(TYPES);
    if (meant != null) {
      fields.owner().problem("No command specified: did you mean `%s`?".formatted(meant));
    }
    fields.knows(TYPES);
    fields.finish();
  }

  /// Whether it is one of [LegacyReader]'s.
  static boolean isLegacy(Mapping fields) {
    boolean other =
        fields.has("goal_seek")
            || fields.has("analyze")
            || fields.has("validate")
            || !fields.present(TYPES).isEmpty();
    return !other && LegacyReader.present(fields) && fields.misspelled(TYPES) == null;
  }

  /// A text that stands for a whole step.
  Command bare(Value value, boolean handler) {
    String text = value.text().strip();
    if (handler) {
      return handlerText(value, text);
    }
    return claude(value, text.startsWith("/") ? text : "/" + text);
  }

  private static Command handlerText(Value value, String text) {
    if (text.startsWith("claude:")) {
      return claude(value, text.substring("claude:".length()).strip());
    }
    if (text.startsWith("shell:")) {
      return shell(value, text.substring("shell:".length()).strip());
    }
    return text.startsWith("/") ? claude(value, text) : shell(value, text);
  }

  private static Command shell(Value value, String text) {
    return new Command.Shell(Scalars.template(value, text, Template.Kind.SHELL));
  }

  private static Command claude(Value value, String text) {
    return new Command.Claude(Scalars.template(value, text, Template.Kind.TEXT));
  }

  /// Empty after a problem; two only for `shell` and `claude` in a handler or `on_success`.
  List<Command> read(Mapping fields, StepContext context) {
    List<String> present = fields.present(TYPES);
    boolean removed = fields.has("goal_seek");
    fields.refuse(
        "goal_seek", "`goal_seek` was removed: use `validate` with `on_incomplete` in its place");
    boolean pair = context.pairs() && present.equals(PAIR);
    if (present.isEmpty() && !removed) {
      return withoutType(fields);
    }
    if (present.size() > 1 && !pair) {
      fields
          .owner()
          .problem(
              "Multiple command types specified. Use only one of: " + String.join(", ", present));
    }
    var commands = new ArrayList<Command>();
    for (String type : TYPES) {
      Value value = fields.take(type);
      if (value != null) {
        commands.addAll(command(type, value, fields, context));
      }
    }
    return commands;
  }

  /// Only a validation, something obsolete, an agent command in its older form, or nothing.
  private static List<Command> withoutType(Mapping fields) {
    fields.knows(TYPES);
    Value analyze = fields.take("analyze");
    if (analyze != null) {
      analyze.suggestOnce("`analyze` does nothing any more: leave it out");
      return List.of(new Command.Analyze());
    }
    if (fields.has("validate")) {
      return List.of(new Command.Validate());
    }
    if (!LegacyReader.present(fields)) {
      fields
          .owner()
          .problem("No command specified. Use one of: %s, or name/command".formatted(USUAL));
      return List.of();
    }
    String meant = fields.misspelled(TYPES);
    if (meant != null) {
      fields.owner().problem("No command specified: did you mean `%s`?".formatted(meant));
      return List.of();
    }
    return List.of(LegacyReader.command(fields));
  }

  /// Empty after a problem that leaves nothing to go on with.
  private List<Command> command(String type, Value value, Mapping fields, StepContext context) {
    return switch (type) {
      case "shell" -> List.of(shell(value, required(value)));
      case "claude" -> List.of(claude(value, required(value)));
      case "test" -> List.of(test(value, fields));
      case "write_file" -> List.of(writeFile(value));
      case "foreach" -> List.of(foreach(value, fields, context));
      case "agent" -> List.of(AgentReader.step(value, fields));
      case "workflow" -> List.of(SubWorkflowReader.call(value, fields.take("with"), workflows));
      case "handler" -> handler(ActionReader.read(value, fields));
      default -> handler(ActionReader.read(type, value, fields));
    };
  }

  private static List<Command> handler(@Nullable HandlerAction action) {
    return action == null ? List.of() : List.of(new Command.Handler(action));
  }

  private static String required(Value value) {
    String text = value.text();
    if (value.isScalar() && text.isBlank()) {
      value.problem("must not be empty");
    }
    return text;
  }

  /// Its own `on_failure` wins over the step's and is read with it.
  private static Command test(Value value, Mapping fields) {
    value.suggestOnce("`test` is deprecated: write `shell` with `on_failure`");
    if (!value.is(Value.Kind.MAPPING)) {
      return shell(value, required(value));
    }
    Mapping test = value.mapping();
    Value command = test.require("command");
    Value onFailure = test.take("on_failure");
    test.finish();
    if (onFailure != null) {
      fields.replace("on_failure", onFailure);
    }
    return command == null
        ? new Command.Shell(Template.literal(""))
        : shell(command, required(command));
  }

  private static Command writeFile(Value value) {
    Mapping file = value.mapping();
    Value path = file.require("path");
    Value content = file.require("content");
    var format = file.word("format", Command.WriteFile.Format.TEXT);
    Value mode = file.take("mode");
    boolean createDirs = file.flag("create_dirs", false);
    file.finish();
    JsonNode tree = content == null || content.isScalar() ? null : content.json();
    if (content != null && tree != null && format == Command.WriteFile.Format.TEXT) {
      content.expected("text (or `format: json` or `yaml`)");
    }
    return new Command.WriteFile(
        path == null ? Template.literal("") : Scalars.template(path, Template.Kind.TEXT),
        content == null || tree != null ? null : Scalars.template(content, Template.Kind.FILE),
        tree,
        format,
        mode == null ? Command.WriteFile.DEFAULT_MODE : mode(mode),
        createDirs);
  }

  /// Digits are octal, quoted or not: nobody means `644` in decimal.
  private static int mode(Value value) {
    String digits = value.text().replaceFirst("^0o", "");
    if (!digits.matches("[0-7]{1,5}") || Integer.parseInt(digits, 8) > MOST_MODE) {
      value.problem("expected permissions as octal digits up to 0777, e.g. \"0644\"");
      return Command.WriteFile.DEFAULT_MODE;
    }
    return Integer.parseInt(digits, 8);
  }

  /// Nested, all in one mapping, or flat, with the options on the step itself.
  private Command foreach(Value value, Mapping step, StepContext context) {
    boolean nested = FOREACH_KEYS.stream().anyMatch(key -> value.peek(key) != null);
    Mapping options = nested ? value.mapping() : step;
    Value input = nested ? options.require("foreach", "items", "input") : value;
    Value parallel = options.take("parallel");
    boolean continueOnError = options.flag("continue_on_error", false);
    Value maxItems = options.take("max_items");
    int width = parallel == null ? 1 : parallel(parallel);
    Value todo = options.require("do");
    List<Step> body =
        todo == null
            ? List.of()
            : steps.steps(todo, context.itemsOf(step.owner().subject(), width > 1));
    if (todo != null && todo.is(Value.Kind.LIST) && todo.list().isEmpty()) {
      todo.problem("must not be empty");
    }
    if (nested) {
      options.finish();
    }
    return new Command.Foreach(
        input == null ? new ForeachInput.Items(List.of()) : input(input),
        body,
        width,
        continueOnError,
        maxItems == null ? null : (Integer) maxItems.integer(0));
  }

  private static int parallel(Value value) {
    return value.is(Value.Kind.BOOLEAN)
        ? (value.flag() ? Command.Foreach.DEFAULT_PARALLEL : 1)
        : value.integer(1);
  }

  private static ForeachInput input(Value value) {
    return switch (value.kind()) {
      case LIST -> new ForeachInput.Items(value.list().stream().map(Value::json).toList());
      case MAPPING -> input(value.mapping());
      case TEXT, NUMBER, BOOLEAN, NOTHING ->
          new ForeachInput.CommandText(Scalars.template(value, Template.Kind.SHELL));
    };
  }

  private static ForeachInput input(Mapping mapping) {
    Value command = mapping.take("command");
    Value list = mapping.take("list");
    mapping.finish();
    if ((command == null) == (list == null)) {
      mapping.owner().problem("expected one of `command` and `list`");
    }
    if (command != null) {
      return new ForeachInput.CommandText(Scalars.template(command, Template.Kind.SHELL));
    }
    return new ForeachInput.Items(
        list == null ? List.of() : list.list().stream().map(Value::json).toList());
  }

  /// What a command is about, for messages about a step that is not read yet.
  static String text(Value command) {
    return switch (command.kind()) {
      case TEXT, NUMBER, BOOLEAN -> command.scalar();
      case MAPPING ->
          Stream.of("path", "operation", "command", "foreach", "items", "input", "list", "name")
              .map(command::peek)
              .filter(Objects::nonNull)
              .findFirst()
              .map(CommandReader::text)
              .orElse("");
      case LIST -> String.join(", ", command.list().stream().map(CommandReader::text).toList());
      case NOTHING -> "";
    };
  }
}
