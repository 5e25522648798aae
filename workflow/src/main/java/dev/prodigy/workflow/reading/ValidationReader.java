package dev.prodigy.workflow.reading;

import dev.prodigy.workflow.Command;
import dev.prodigy.workflow.Limit;
import dev.prodigy.workflow.Step;
import dev.prodigy.workflow.Validation;
import dev.prodigy.workflow.Validation.OnIncomplete;
import dev.prodigy.workflow.expression.JsonSchema;
import dev.prodigy.workflow.expression.Template;
import dev.prodigy.workflow.yaml.Mapping;
import dev.prodigy.workflow.yaml.Value;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads `validate`: a list of steps, or a mapping.
final class ValidationReader {

  private final StepReader steps;

  ValidationReader(StepReader steps) {
    this.steps = steps;
  }

  @Nullable Validation read(Mapping step, StepContext context) {
    Value value = step.take("validate");
    if (value == null) {
      return null;
    }
    StepContext inside = context.partOf(step.owner().subject(), "validate");
    if (value.is(Value.Kind.LIST)) {
      return ofList(value, inside);
    }
    if (!value.is(Value.Kind.MAPPING)) {
      value.expected("a list of steps, or a mapping");
      return null;
    }
    return ofMapping(value.mapping(), inside);
  }

  private Validation ofList(Value list, StepContext context) {
    var lifted = new Lifted("result_file");
    List<Step> commands = commands(list, context, lifted);
    Value file = lifted.get("result_file");
    return new Validation(
        commands,
        false,
        file == null ? null : Scalars.template(file, Template.Kind.TEXT),
        Validation.DEFAULT_THRESHOLD,
        null,
        null,
        null,
        null);
  }

  private List<Step> commands(Value list, StepContext context, Lifted lifted) {
    if (list.is(Value.Kind.LIST) && list.list().isEmpty()) {
      list.problem("must not be empty");
    }
    return steps.steps(list, context.lifting(lifted));
  }

  private Validation ofMapping(Mapping fields, StepContext context) {
    if (fields.has("command")) {
      fields.owner().suggestOnce("`command` is deprecated in `validate`: write `shell`");
    }
    Value shell = fields.take("shell", "command");
    Value claude = fields.take("claude");
    Value list = fields.take("commands");
    Value resultFile = fields.take("result_file");
    Value threshold = fields.take("threshold");
    Limit timeout = Scalars.limit(fields, "timeout");
    Value schema = fields.take("expected_schema");
    Value onIncomplete = fields.take("on_incomplete");
    fields.finish();
    long kinds = Stream.of(shell, claude, list).filter(v -> v != null).count();
    if (kinds > 1) {
      fields.owner().problem("give only one of `shell`, `claude` and `commands`");
    }
    if (kinds == 0 && resultFile == null) {
      fields.owner().problem("give one of `shell`, `claude`, `commands` and `result_file`");
    }
    var lifted = new Lifted("result_file");
    List<Step> todo =
        shell != null
            ? single(shell, new Command.Shell(Scalars.template(shell, Template.Kind.SHELL)))
            : claude != null
                ? single(claude, new Command.Claude(Scalars.template(claude, Template.Kind.TEXT)))
                : list == null ? List.of() : commands(list, context, lifted);
    Value file = resultFile == null ? lifted.get("result_file") : resultFile;
    boolean schemaInFile = schema != null && schema.isScalar();
    return new Validation(
        todo,
        list == null,
        file == null ? null : Scalars.template(file, Template.Kind.TEXT),
        threshold == null ? Validation.DEFAULT_THRESHOLD : threshold.decimal(0, 100),
        timeout,
        schema == null || schemaInFile ? null : schema(schema),
        schema != null && schemaInFile ? Scalars.template(schema, Template.Kind.TEXT) : null,
        onIncomplete == null ? null : onIncomplete(onIncomplete, context));
  }

  private static List<Step> single(Value value, Command command) {
    return List.of(Step.plain(0, command, value.position()));
  }

  private static @Nullable JsonSchema schema(Value value) {
    try {
      return JsonSchema.of(value.json());
    } catch (IllegalArgumentException e) {
      value.problem(String.valueOf(e.getMessage()));
      return null;
    }
  }

  /// What speaks for all of `on_incomplete`, also where it stands on one element of a list.
  private static Lifted control() {
    return new Lifted("prompt", "max_attempts", "fail_workflow", "commit_required");
  }

  private OnIncomplete onIncomplete(Value value, StepContext outer) {
    StepContext context = outer.nested("on_incomplete");
    Lifted control = control();
    List<Step> todo = List.of();
    if (value.is(Value.Kind.MAPPING)) {
      Mapping fields = value.mapping();
      control.takeFrom(fields);
      Value list = fields.take("commands");
      if (list != null) {
        fields.finish();
        todo = steps.steps(list, context.lifting(control));
      } else if (CommandReader.hasCommand(fields)) {
        todo = steps.steps(fields, 0, context);
      } else {
        CommandReader.none(fields);
      }
    } else {
      todo = steps.oneOrMore(value, context.lifting(control));
    }
    return onIncomplete(todo, control);
  }

  private static OnIncomplete onIncomplete(List<Step> todo, Lifted control) {
    Value attempts = control.get("max_attempts");
    Value prompt = control.get("prompt");
    Value fail = control.get("fail_workflow");
    Value commit = control.get("commit_required");
    return new OnIncomplete(
        todo,
        attempts == null ? OnIncomplete.DEFAULT_ATTEMPTS : attempts.integer(0),
        prompt == null ? null : Scalars.template(prompt, Template.Kind.TEXT),
        fail == null || fail.flag(),
        commit != null && commit.flag());
  }
}
