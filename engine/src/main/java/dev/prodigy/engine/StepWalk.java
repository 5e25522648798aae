package dev.prodigy.engine;

import dev.prodigy.workflow.Command;
import dev.prodigy.workflow.ForeachInput;
import dev.prodigy.workflow.MapReduceWorkflow;
import dev.prodigy.workflow.MergeBlock;
import dev.prodigy.workflow.SequentialWorkflow;
import dev.prodigy.workflow.Step;
import dev.prodigy.workflow.SubWorkflow;
import dev.prodigy.workflow.Validation;
import dev.prodigy.workflow.Workflow;
import dev.prodigy.workflow.expression.Template;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Collects the names that a workflow's steps refer to.
final class StepWalk {
  private final Set<String> names = new TreeSet<>();

  private StepWalk() {}

  static Set<String> references(Workflow workflow) {
    var walk = new StepWalk();
    MergeBlock merge = workflow.merge();
    if (merge != null) {
      walk.all(merge.steps());
    }
    switch (workflow) {
      case SequentialWorkflow sequential -> walk.all(sequential.steps());
      case MapReduceWorkflow job -> walk.job(job);
    }
    return walk.names;
  }

  private void job(MapReduceWorkflow job) {
    if (job.setup() != null) {
      all(job.setup().steps());
    }
    all(job.map().agentTemplate());
    if (job.reduce() != null) {
      all(job.reduce().steps());
    }
  }

  private void all(List<Step> steps) {
    steps.forEach(this::one);
  }

  private void one(Step step) {
    switch (step.command()) {
      case Command.Shell shell -> template(shell.text());
      case Command.Claude claude -> template(claude.prompt());
      case Command.WriteFile file -> {
        template(file.path());
        template(file.content());
      }
      case Command.Foreach foreach -> {
        if (foreach.input() instanceof ForeachInput.CommandText(var text)) {
          template(text);
        }
        all(foreach.steps());
      }
      case Command.RunWorkflows called -> {
        inputs(called.with());
        called.workflows().forEach(one -> inputs(one.inputs()));
      }
      case Command.Validate _, Command.Analyze _ -> {}
    }
    step.env().values().forEach(this::template);
    template(step.workingDir());
    if (step.when() != null) {
      names.addAll(step.when().references());
    }
    all(step.onSuccess());
    step.onExitCode().values().forEach(this::all);
    if (step.onFailure() != null) {
      all(step.onFailure().steps());
    }
    Validation validation = step.checks().validation();
    if (validation != null) {
      all(validation.steps());
      template(validation.resultFile());
      template(validation.schemaFile());
      if (validation.onIncomplete() != null) {
        all(validation.onIncomplete().steps());
      }
    }
  }

  private void inputs(Map<String, SubWorkflow.Input> inputs) {
    for (SubWorkflow.Input input : inputs.values()) {
      switch (input) {
        case SubWorkflow.Input.Rendered(var template) -> template(template);
        case SubWorkflow.Input.Named(var value) -> names.add(value.asString(""));
      }
    }
  }

  private void template(@Nullable Template template) {
    if (template != null) {
      names.addAll(template.references());
    }
  }
}
