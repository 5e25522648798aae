package dev.prodigy.workflow.reading;

import dev.prodigy.workflow.HandlerAction;
import dev.prodigy.workflow.HandlerAction.FileOperation;
import dev.prodigy.workflow.HandlerAction.FileOperation.Operation;
import dev.prodigy.workflow.expression.Template;
import dev.prodigy.workflow.yaml.Mapping;
import dev.prodigy.workflow.yaml.Value;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads built-in handlers: `handler: {name, attributes}`, and `git: {…}` and the like.
final class ActionReader {

  /// Names that are keys of a step themselves.
  static final List<String> SHORT = List.of("git", "cargo", "file");

  private static final List<String> NAMES = List.of("shell", "claude", "git", "cargo", "file");

  /// Attributes that are fields of every step.
  private static final List<String> OF_STEP = List.of("timeout", "working_dir", "env");

  private static final List<String> CARGO_FLAGS =
      List.of("release", "all_features", "no_default_features", "verbose", "quiet");
  private static final Pattern SUBCOMMAND = Pattern.compile("[a-z][a-z0-9-]*");

  private ActionReader() {}

  /// @param step gets the attributes that any step can have, unless it has them itself
  /// @return null after a problem
  static @Nullable HandlerAction read(Value handler, Mapping step) {
    Mapping fields = handler.mapping();
    Value name = fields.require("name");
    Value attributes = fields.take("attributes");
    fields.finish();
    if (name == null) {
      return null;
    }
    if (!NAMES.contains(name.text())) {
      name.problem(
          "unknown handler `%s` (valid: %s)".formatted(name.text(), String.join(", ", NAMES)));
      return null;
    }
    if (attributes == null) {
      handler.problem("`attributes` is missing");
      return null;
    }
    return read(name.text(), attributes, step);
  }

  /// @param name one of the handlers'
  static @Nullable HandlerAction read(String name, Value value, Mapping step) {
    if (!value.is(Value.Kind.MAPPING)) {
      value.expected("a mapping of attributes");
      return null;
    }
    Mapping attributes = value.mapping();
    HandlerAction action =
        switch (name) {
          case "shell" -> shell(attributes, step);
          case "claude" -> claude(attributes, step);
          case "git" -> git(attributes);
          case "cargo" -> cargo(attributes);
          default -> file(attributes);
        };
    attributes.finish();
    return action;
  }

  private static HandlerAction shell(Mapping attributes, Mapping step) {
    Value command = attributes.require("command");
    Value shell = attributes.take("shell");
    moveTo(step, attributes);
    return new HandlerAction.Shell(
        command == null ? Template.literal("") : Scalars.template(command, Template.Kind.SHELL),
        shell == null ? Template.literal("bash") : Scalars.template(shell, Template.Kind.TEXT));
  }

  private static HandlerAction claude(Mapping attributes, Mapping step) {
    Value prompt = attributes.require("prompt");
    for (String ignored : List.of("temperature", "max_tokens")) {
      Value value = attributes.take(ignored);
      if (value != null) {
        value.warn("the agent's command line has no such setting: ignored");
      }
    }
    moveTo(step, attributes);
    return new HandlerAction.Claude(
        prompt == null ? Template.literal("") : Scalars.template(prompt, Template.Kind.TEXT),
        Scalars.template(attributes, "model"),
        Scalars.template(attributes, "system"),
        texts(attributes.take("context_files")));
  }

  private static void moveTo(Mapping step, Mapping attributes) {
    for (String name : OF_STEP) {
      Value value = attributes.take(name);
      if (value != null && !step.has(name)) {
        step.replace(name, value);
      }
    }
  }

  private static HandlerAction git(Mapping attributes) {
    Value operation = attributes.require("operation");
    Value message = attributes.take("message");
    boolean autoStage = attributes.flag("auto_stage", false);
    boolean commits = operation != null && operation.scalar().equals("commit");
    if (commits && message == null) {
      attributes.owner().problem("`message` is missing: `commit` needs one");
    }
    if (autoStage && !commits) {
      attributes.owner().warn("`auto_stage` means something for `commit` only");
    }
    return new HandlerAction.Git(
        subcommand(operation),
        texts(attributes.take("args")),
        message == null ? null : Scalars.template(message, Template.Kind.TEXT),
        Scalars.template(attributes, "branch"),
        Scalars.template(attributes, "remote"),
        texts(attributes.take("files")),
        autoStage);
  }

  private static HandlerAction cargo(Mapping attributes) {
    Value command = attributes.require("command");
    var flags = new ArrayList<String>();
    for (String flag : CARGO_FLAGS) {
      if (attributes.flag(flag, false)) {
        flags.add("--" + flag.replace('_', '-'));
      }
    }
    return new HandlerAction.Cargo(
        subcommand(command),
        texts(attributes.take("args")),
        Scalars.template(attributes, "features"),
        Scalars.template(attributes, "package"),
        Scalars.template(attributes, "target"),
        flags);
  }

  private static Template subcommand(@Nullable Value value) {
    if (value == null) {
      return Template.literal("");
    }
    String text = value.text();
    if (!text.contains("$") && !SUBCOMMAND.matcher(text).matches()) {
      value.problem("expected the name of a subcommand, got `%s`".formatted(text));
    }
    return Scalars.template(value, Template.Kind.TEXT);
  }

  private static HandlerAction file(Mapping attributes) {
    Value operation = attributes.require("operation");
    Value path = attributes.require("path");
    Value content = attributes.take("content");
    Value destination = attributes.take("destination");
    Value encoding = attributes.take("encoding");
    Operation what = operation == null ? Operation.EXISTS : operation.word(Operation.EXISTS);
    boolean writes = what == Operation.WRITE || what == Operation.APPEND;
    boolean moves = what == Operation.COPY || what == Operation.MOVE;
    expect(attributes, "content", content, writes, what);
    expect(attributes, "destination", destination, moves, what);
    return new FileOperation(
        what,
        path == null ? Template.literal("") : Scalars.template(path, Template.Kind.TEXT),
        content == null ? null : Scalars.template(content, Template.Kind.FILE),
        destination == null ? null : Scalars.template(destination, Template.Kind.TEXT),
        encoding == null ? "UTF-8" : charset(encoding),
        attributes.flag("create_dirs", true),
        attributes.flag("overwrite", false));
  }

  private static void expect(
      Mapping attributes, String name, @Nullable Value value, boolean needed, Operation what) {
    if (needed && value == null) {
      attributes.owner().problem("`%s` is missing: `%s` needs it".formatted(name, what.word()));
    }
    if (!needed && value != null) {
      value.warn("`%s` has no use for it".formatted(what.word()));
    }
  }

  private static String charset(Value value) {
    try {
      return Charset.forName(value.text()).name();
    } catch (IllegalArgumentException _) {
      value.problem("unknown encoding `%s`".formatted(value.text()));
      return "UTF-8";
    }
  }

  private static List<Template> texts(@Nullable Value value) {
    if (value == null) {
      return List.of();
    }
    List<Value> each = value.is(Value.Kind.LIST) ? value.list() : List.of(value);
    return each.stream().map(one -> Scalars.template(one, Template.Kind.TEXT)).toList();
  }
}
