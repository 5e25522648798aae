package dev.prodigy.workflow.migrate;

import dev.prodigy.workflow.CheckedWorkflow;
import dev.prodigy.workflow.Problem;
import dev.prodigy.workflow.WorkflowLoader;
import dev.prodigy.workflow.reading.WorkflowReader;
import dev.prodigy.workflow.yaml.Mapping;
import dev.prodigy.workflow.yaml.Span;
import dev.prodigy.workflow.yaml.Value;
import dev.prodigy.workflow.yaml.Yaml;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes a workflow with today's words instead of earlier ones. What is not concerned keeps every
/// byte: comments, order, quotes, line ends. Doing it twice changes nothing more.
public final class Migration {

  /// A file has fewer places to change one after another than this.
  private static final int MOST_ROUNDS = 200;

  /// @param text equal to the one given if there is nothing to change
  /// @param changes in words, each once
  /// @param failure why the text stays as it was; null if all is well
  public record Result(String text, List<String> changes, @Nullable String failure) {
    public Result {
      changes = List.copyOf(changes);
    }
  }

  private static final String MARK = "\uFEFF";

  private final Edits edits;
  private final List<String> changes;
  private @Nullable String failure;

  private Migration(String text, List<String> changes) {
    this.edits = new Edits(text);
    this.changes = changes;
  }

  /// @param file for messages
  public static Result of(String text, String file) {
    String mark = text.startsWith(MARK) ? MARK : "";
    String present = text.substring(mark.length());
    var changes = new ArrayList<String>();
    for (int round = 0; round < MOST_ROUNDS; round++) {
      var document = Yaml.parse(present, file);
      if (document.root() == null) {
        return new Result(text, List.of(), document.problems().found().getFirst().toString());
      }
      var migration = new Migration(present, changes);
      migration.workflow(document.root());
      if (migration.failure != null) {
        return new Result(text, List.of(), migration.failure);
      }
      if (migration.edits.isEmpty()) {
        return checked(text, mark + present, file, changes);
      }
      present = migration.edits.result();
    }
    throw new IllegalStateException("never done with " + file);
  }

  /// A text that loaded before must load afterwards.
  private static Result checked(String before, String after, String file, List<String> changes) {
    CheckedWorkflow then = WorkflowLoader.check(before, file);
    CheckedWorkflow now = WorkflowLoader.check(after, file);
    if (then.loaded() != null && now.loaded() == null) {
      Problem first = now.problems().stream().filter(Problem::isError).findFirst().orElseThrow();
      return new Result(before, List.of(), "the result would not load: " + first);
    }
    return new Result(after, changes.stream().distinct().toList(), null);
  }

  void change(String text) {
    changes.add(text);
  }

  /// Nothing of the file is changed then.
  void fail(Value at, String why) {
    failure = at.position() + ": " + why;
  }

  Edits edits() {
    return edits;
  }

  void rename(Mapping mapping, String from, String to) {
    Span name = mapping.name(from);
    if (name != null && mapping.name(to) == null) {
      edits.replace(name, to);
      change("`%s` is `%s`".formatted(from, to));
    }
  }

  private void workflow(Value root) {
    var steps = new StepMigration(this);
    if (root.is(Value.Kind.LIST)) {
      steps.list(root);
      return;
    }
    Mapping fields = root.look();
    rename(fields, "steps", "commands");
    steps.list(root.peek("commands"));
    steps.list(root.peek("steps"));
    steps.block(root.peek("merge"));
    if (WorkflowReader.isMapReduce(root)) {
      steps.block(root.peek("setup"));
      unnest(fields, "reduce");
      steps.block(root.peek("reduce"));
      Value map = root.peek("map");
      if (map != null) {
        map(map, fields, steps);
      }
    }
    for (Value.Entry template : fieldsOf(root.peek("templates"))) {
      steps.template(template.value());
    }
    Value wrapped = root.peek("workflow"); // in a configuration file
    if (wrapped != null && (wrapped.is(Value.Kind.LIST) || wrapped.is(Value.Kind.MAPPING))) {
      workflow(wrapped);
    }
    within(root.peek("workflows"));
    within(root.peek("sub_workflows"));
  }

  /// Workflows in a workflow, by name or in a list; those in files of their own are none of ours.
  private void within(@Nullable Value workflows) {
    if (workflows != null && workflows.is(Value.Kind.LIST)) {
      workflows.list().forEach(this::inner);
    }
    fieldsOf(workflows).forEach(field -> inner(field.value()));
  }

  private void inner(Value workflow) {
    if (workflow.is(Value.Kind.MAPPING)) {
      workflow(workflow);
    }
  }

  private static List<Value.Entry> fieldsOf(@Nullable Value mapping) {
    return mapping == null ? List.of() : mapping.fields();
  }

  private void map(Value map, Mapping root, StepMigration steps) {
    Mapping fields = map.look();
    rename(fields, "timeout_per_agent", "agent_timeout_secs");
    retryOnFailure(map, fields, root);
    unnest(fields, "agent_template");
    steps.block(map.peek("agent_template"));
  }

  /// `retry_on_failure: 2` meant two more attempts of an item.
  private void retryOnFailure(Value map, Mapping fields, Mapping root) {
    Value value = map.peek("retry_on_failure");
    Span name = fields.name("retry_on_failure");
    if (value == null || name == null) {
      return;
    }
    if (fields.has("error_policy") || root.has("error_policy") || !value.is(Value.Kind.NUMBER)) {
      fail(value, "`retry_on_failure` has to be made part of `error_policy.retry_config` by hand");
      return;
    }
    edits.replace(
        edits.start(name),
        edits.end(value.span()),
        "error_policy: {on_item_failure: retry, retry_config: {attempts: %d}}"
            .formatted(value.integer(0) + 1));
    change("`retry_on_failure` is `error_policy`");
  }

  /// A mapping with nothing but `commands` becomes the list itself.
  private void unnest(Mapping parent, String field) {
    Value block = parent.owner().peek(field);
    if (block == null || !block.is(Value.Kind.MAPPING)) {
      return;
    }
    Mapping fields = block.look();
    Value list = block.peek("commands");
    Span name = fields.name("commands");
    if (list == null || name == null || fields.names().size() > 1 || !list.is(Value.Kind.LIST)) {
      return;
    }
    if (block.isFlow()) {
      edits.replace(block.span(), edits.of(list.span()));
    } else {
      int key = edits.start(name);
      int colon = edits.text().indexOf(':', edits.end(name)) + 1;
      boolean alone = edits.text().substring(colon, edits.lineEnd(colon)).isBlank();
      if (alone && edits.beginsLine(key)) {
        int next = Math.min(edits.lineEnd(colon) + 1, edits.text().length());
        edits.replace(edits.lineStart(key), next, "");
      } else {
        edits.replace(key, colon, "");
      }
    }
    change("`%s.commands` is the list of `%s` itself".formatted(field, field));
  }
}
