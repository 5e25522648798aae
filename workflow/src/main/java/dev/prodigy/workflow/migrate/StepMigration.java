package dev.prodigy.workflow.migrate;

import dev.prodigy.model.Json;
import dev.prodigy.workflow.reading.LegacyReader;
import dev.prodigy.workflow.reading.WorkflowReader;
import dev.prodigy.workflow.yaml.Mapping;
import dev.prodigy.workflow.yaml.Span;
import dev.prodigy.workflow.yaml.Value;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What changes in steps, wherever they stand.
final class StepMigration {

  /// What has become part of the command.
  private static final List<String> SPENT = List.of("args", "options");

  private final Migration migration;
  private final Edits edits;

  StepMigration(Migration migration) {
    this.migration = migration;
    this.edits = migration.edits();
  }

  /// A list of steps, or nothing.
  void list(@Nullable Value list) {
    list(list, true);
  }

  private void list(@Nullable Value list, boolean ordinary) {
    if (list != null && list.is(Value.Kind.LIST)) {
      list.list().forEach(step -> step(step, ordinary));
    }
  }

  /// Steps for `use`: a list, or a mapping that has one.
  void template(Value template) {
    ofTemplate(template);
    ofTemplate(template.peek("steps"));
    ofTemplate(template.peek("commands"));
  }

  /// A template may be used in a handler, too, where a text without a slash is a shell command.
  private void ofTemplate(@Nullable Value list) {
    if (list != null && list.is(Value.Kind.LIST)) {
      list.list().forEach(step -> step(step, step.scalar().strip().startsWith("/")));
    }
  }

  /// A list of steps, or a mapping with `commands`.
  void block(@Nullable Value block) {
    if (block != null && block.is(Value.Kind.MAPPING)) {
      list(block.peek("commands"));
    } else {
      list(block);
    }
  }

  /// @param ordinary not part of a handler, where a text is a shell command
  private void step(Value step, boolean ordinary) {
    switch (step.kind()) {
      case TEXT -> {
        if (ordinary) {
          bare(step);
        }
      }
      case MAPPING -> {
        legacy(step);
        test(step);
        handler(step.peek("on_failure"));
        validation(step.peek("validate"));
        nested(step.peek("foreach"));
        list(step.peek("do"));
        oneOrMore(step.peek("on_success"));
        Value codes = step.peek("on_exit_code");
        if (codes != null) {
          codes.look().entries().values().forEach(this::oneOrMore);
        }
      }
      case LIST, NUMBER, BOOLEAN, NOTHING -> {}
    }
  }

  private void nested(@Nullable Value foreach) {
    if (foreach != null && foreach.is(Value.Kind.MAPPING)) {
      list(foreach.peek("do"));
    }
  }

  private void oneOrMore(@Nullable Value steps) {
    if (steps != null && steps.is(Value.Kind.LIST)) {
      list(steps);
    } else if (steps != null) {
      step(steps, true);
    }
  }

  /// `- "prodigy-lint --fix"`.
  private void bare(Value text) {
    String prompt = text.text().strip();
    String full = prompt.startsWith("/") ? prompt : "/" + prompt;
    edits.replace(text.span(), "claude: " + quoted(full));
    migration.change("a text for a step is `claude:`");
  }

  /// `{name: x, args: […], options: {…}}`.
  private void legacy(Value step) {
    Mapping fields = step.look();
    String key = fields.has("command") ? "command" : "name";
    Value name = step.peek(key);
    Span span = fields.name(key);
    if (!WorkflowReader.isLegacyStep(step) || name == null || span == null || !name.isScalar()) {
      return;
    }
    String command = "claude: " + quoted(LegacyReader.prompt(name, step.look()));
    if (step.isFlow()) {
      edits.replace(step.span(), "{" + inBraces(step, key, command) + "}");
    } else {
      edits.replace(edits.start(span), edits.end(name.span()), command);
      SPENT.forEach(gone -> remove(step, gone));
    }
    migration.change("`%s` with arguments is `claude:`".formatted(key));
  }

  private String inBraces(Value step, String key, String command) {
    return step.look().names().stream()
        .filter(field -> !SPENT.contains(field))
        .map(field -> field.equals(key) ? command : field + ": " + written(step, field))
        .collect(Collectors.joining(", "));
  }

  private String written(Value mapping, String field) {
    Value value = mapping.peek(field);
    return value == null ? "" : edits.of(value.span());
  }

  private static String quoted(String text) {
    return Json.text(Json.NODES.stringNode(text));
  }

  /// `test: {command, on_failure}`.
  private void test(Value step) {
    Mapping fields = step.look();
    Value test = step.peek("test");
    Span name = fields.name("test");
    if (test == null || name == null || fields.has("shell") || fields.has("claude")) {
      return;
    }
    if (!test.is(Value.Kind.MAPPING)) {
      migration.rename(fields, "test", "shell");
      return;
    }
    Mapping inner = test.look();
    Span command = inner.name("command");
    if (command == null) {
      return;
    }
    if (inner.has("on_failure") && fields.has("on_failure")) {
      migration.fail(test, "`test` and its step have an `on_failure` each: leave one of them");
      return;
    }
    if (test.isFlow()) {
      flow(test, inner, edits.start(name), step.isFlow());
    } else {
      lift(test, edits.start(name), command);
    }
    migration.change("`test` is `shell`");
  }

  /// The fields of a mapping in braces come to stand beside each other, or below.
  private void flow(Value test, Mapping inner, int key, boolean within) {
    String between = within ? ", " : "\n" + " ".repeat(edits.column(key));
    var text = new StringBuilder();
    for (String field : inner.names()) {
      text.append(text.isEmpty() ? "" : between);
      text.append(field.equals("command") ? "shell" : field).append(": ");
      text.append(written(test, field));
    }
    edits.replace(key, edits.end(test.span()), text.toString());
  }

  /// The fields of a mapping on lines of its own move to the left, to where its name stands.
  private void lift(Value test, int key, Span command) {
    Span body = test.span();
    int start = edits.start(body);
    int end = edits.end(body);
    int shift = edits.column(start) - edits.column(key);
    String gap = edits.text().substring(edits.text().indexOf(':', key) + 1, start);
    var text = new StringBuilder();
    gap.lines()
        .map(String::strip)
        .filter(line -> line.startsWith("#"))
        .forEach(line -> text.append(line).append('\n').append(" ".repeat(edits.column(key))));
    String renamed =
        edits.text().substring(start, edits.start(command))
            + "shell"
            + edits.text().substring(edits.end(command), end);
    text.append(renamed.replaceAll("\n {1," + Math.max(1, shift) + "}", "\n"));
    edits.replace(key, end, text.toString());
  }

  private void handler(@Nullable Value handler) {
    if (handler == null) {
      return;
    }
    list(handler, false);
    if (handler.is(Value.Kind.MAPPING)) {
      retries(handler);
      list(handler.peek("commands"), false);
      step(handler, false);
    }
  }

  /// `retry_original` has become a matter of the number: false is none, true without one is one.
  private void retries(Value handler) {
    Mapping fields = handler.look();
    migration.rename(fields, "max_retries", "max_attempts");
    Value again = handler.peek("retry_original");
    Span name = fields.name("retry_original");
    if (again == null || name == null || !again.is(Value.Kind.BOOLEAN)) {
      return;
    }
    Value number = handler.peek("max_attempts");
    number = number == null ? handler.peek("max_retries") : number;
    if (number == null) {
      String count = again.flag() ? "1" : "0";
      edits.replace(edits.start(name), edits.end(again.span()), "max_attempts: " + count);
    } else {
      if (!again.flag()) {
        edits.replace(number.span(), "0");
      }
      remove(handler, "retry_original");
    }
    migration.change("`retry_original` is a matter of `max_attempts`");
  }

  private void validation(@Nullable Value validation) {
    if (validation == null) {
      return;
    }
    list(validation, false);
    if (validation.is(Value.Kind.MAPPING)) {
      migration.rename(validation.look(), "command", "shell");
      list(validation.peek("commands"), false);
      Value gaps = validation.peek("on_incomplete");
      list(gaps, false);
      list(gaps == null ? null : gaps.peek("commands"), false);
    }
  }

  /// A field with its line, or between its neighbours; a comment behind it stays.
  private void remove(Value mapping, String field) {
    Mapping fields = mapping.look();
    Value value = mapping.peek(field);
    Span name = fields.name(field);
    if (value == null || name == null) {
      return;
    }
    List<String> names = fields.names();
    int index = names.indexOf(field);
    int start = edits.start(name);
    int end = Math.max(edits.end(name) + 1, edits.end(value.span()));
    if (mapping.isFlow() || !edits.beginsLine(start)) {
      Span next = index + 1 < names.size() ? fields.name(names.get(index + 1)) : null;
      if (next != null) {
        edits.replace(start, edits.start(next), "");
      } else if (index > 0) {
        Value before = mapping.peek(names.get(index - 1));
        edits.replace(before == null ? start : edits.end(before.span()), end, "");
      }
      return;
    }
    String rest = edits.text().substring(end, edits.lineEnd(end)).strip();
    if (rest.isEmpty()) {
      int line = edits.lineStart(start);
      edits.replace(line, Math.min(edits.lineEnd(end) + 1, edits.text().length()), "");
    } else {
      edits.replace(start, edits.lineEnd(end), rest);
    }
  }
}
