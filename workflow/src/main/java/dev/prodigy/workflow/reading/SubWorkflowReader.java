package dev.prodigy.workflow.reading;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.workflow.Command;
import dev.prodigy.workflow.Limit;
import dev.prodigy.workflow.MapReduceWorkflow;
import dev.prodigy.workflow.SubWorkflow;
import dev.prodigy.workflow.SubWorkflow.Input;
import dev.prodigy.workflow.Workflow;
import dev.prodigy.workflow.expression.Expression;
import dev.prodigy.workflow.expression.Template;
import dev.prodigy.workflow.yaml.Mapping;
import dev.prodigy.workflow.yaml.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads the workflows of a composed workflow, and the steps that run them.
final class SubWorkflowReader {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");

  private SubWorkflowReader() {}

  static Map<String, SubWorkflow> read(@Nullable Value block) {
    var found = new LinkedHashMap<String, SubWorkflow>();
    if (block != null) {
      block.mapping().entries().forEach((name, value) -> found.put(name, one(name, value)));
    }
    return found;
  }

  private static SubWorkflow one(String name, Value value) {
    if (!NAME.matcher(name).matches()) {
      value.problem(
          "a sub-workflow's name has letters, digits, _ and - only, got `%s`".formatted(name));
    }
    Mapping fields = value.mapping();
    Value child = fields.take("workflow");
    Value inputs = fields.take("inputs");
    Value outputs = fields.take("outputs");
    boolean parallel = fields.flag("parallel", false);
    boolean continueOnError = fields.flag("continue_on_error", false);
    Limit timeout = Scalars.limit(fields, "timeout");
    Template workingDir = Scalars.template(fields, "working_dir");
    Value when = fields.take("when");
    Isolation isolation =
        fields.word("isolation", parallel ? Isolation.WORKTREE : Isolation.SHARED);
    fields.inert("depends_on");
    fields.finish();
    Workflow workflow = child == null ? null : WorkflowReader.read(child.asRoot());
    if (child != null && workflow != null) {
      check(name, child, workflow);
    }
    if (workingDir != null && workflow instanceof MapReduceWorkflow) {
      value.problem(
          "sub-workflow `%s` is a MapReduce workflow, which has no `working_dir`: its steps start"
                  .formatted(name)
              + " in worktrees of its own");
    }
    return new SubWorkflow(
        name,
        workflow == null ? WorkflowReader.read(value.listOf(List.of())) : workflow,
        inputs(inputs),
        outputs(outputs),
        parallel,
        continueOnError,
        timeout,
        workingDir,
        when == null ? null : Scalars.expression(when, Expression.Dialect.WHEN),
        isolation == Isolation.WORKTREE,
        child != null && workflow instanceof MapReduceWorkflow ? child.json() : null);
  }

  /// What a workflow cannot be or have within another.
  private static void check(String name, Value child, Workflow workflow) {
    if (workflow instanceof MapReduceWorkflow) {
      return; // a session of its own, with all that belongs to one
    }
    if (workflow.merge() != null) {
      child.warn("`merge` of sub-workflow `%s` is not used".formatted(name));
    }
  }

  private enum Isolation {
    SHARED,
    WORKTREE
  }

  static Map<String, Input> inputs(@Nullable Value block) {
    var inputs = new LinkedHashMap<String, Input>();
    if (block != null && !block.is(Value.Kind.NOTHING)) {
      block
          .mapping()
          .entries()
          .forEach(
              (name, value) ->
                  inputs.put(
                      name,
                      value.is(Value.Kind.TEXT) && value.scalar().contains("${")
                          ? new Input.Rendered(Scalars.template(value, Template.Kind.TEXT))
                          : new Input.Named(value.json())));
    }
    return inputs;
  }

  /// A list of names, or a mapping of names to what they are in the sub-workflow.
  private static Map<String, Template> outputs(@Nullable Value block) {
    var outputs = new LinkedHashMap<String, Template>();
    if (block == null || block.is(Value.Kind.NOTHING)) {
      return outputs;
    }
    if (block.is(Value.Kind.LIST)) {
      block.list().forEach(name -> outputs.put(name.text(), variable(name, name.text())));
    } else {
      block
          .mapping()
          .entries()
          .forEach((name, value) -> outputs.put(name, variable(value, value.text())));
    }
    return outputs;
  }

  private static Template variable(Value at, String text) {
    return Scalars.template(at, text.contains("${") ? text : "${" + text + "}", Template.Kind.TEXT);
  }

  /// `workflow: name`; several names run at once.
  static Command call(Value value, @Nullable Value with, Map<String, SubWorkflow> known) {
    var called = new ArrayList<SubWorkflow>();
    for (Value name : value.is(Value.Kind.LIST) ? value.list() : List.of(value)) {
      SubWorkflow found = known.get(name.text());
      if (found != null) {
        called.add(found);
      } else if (name.isScalar()) {
        name.problem(
            ErrorCode.WORKFLOW_REFERENCE,
            "no sub-workflow is called `%s` (%s)"
                .formatted(
                    name.scalar(),
                    known.isEmpty()
                        ? "there are none: define it under `workflows`"
                        : "defined: " + String.join(", ", known.keySet())));
      }
    }
    return called.isEmpty()
        ? new Command.Validate()
        : new Command.RunWorkflows(called, inputs(with));
  }
}
