package dev.prodigy.workflow;

import dev.prodigy.workflow.expression.Template;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Which variables steps refer to, in everything that belongs to them.
///
/// Plain values of YAML in which references are looked for only when they are used count with every
/// word in them that could be a name.
public final class StepReferences {
  private final Set<String> names = new TreeSet<>();

  private StepReferences() {}

  /// Whether any step refers to such a variable.
  public static boolean any(List<Step> steps, Predicate<String> wanted) {
    return of(steps).stream().anyMatch(wanted);
  }

  /// Every name the steps refer to: `item.tags.0`, `PORT`.
  public static Set<String> of(List<Step> steps) {
    var references = new StepReferences();
    references.addSteps(steps);
    return references.names;
  }

  /// Every name the steps of all phases refer to.
  public static Set<String> of(Workflow workflow) {
    var references = new StepReferences();
    MergeBlock merge = workflow.merge();
    if (merge != null) {
      references.addSteps(merge.steps());
    }
    switch (workflow) {
      case SequentialWorkflow sequential -> references.addSteps(sequential.steps());
      case MapReduceWorkflow job -> {
        if (job.setup() != null) {
          references.addSteps(job.setup().steps());
        }
        references.addSteps(job.map().agentTemplate());
        if (job.reduce() != null) {
          references.addSteps(job.reduce().steps());
        }
      }
    }
    return references.names;
  }

  private void addSteps(List<Step> steps) {
    steps.forEach(this::add);
  }

  private void add(Step step) {
    if (step.when() != null) {
      names.addAll(step.when().references());
    }
    add(step.workingDir());
    add(step.outputFile());
    add(step.commitConfig().message());
    add(step.commitConfig().author());
    step.env().values().forEach(this::add);
    add(step.command());
    addSteps(step.onSuccess());
    step.onExitCode().values().forEach(this::addSteps);
    if (step.onFailure() != null) {
      addSteps(step.onFailure().steps());
    }
    if (step.retry() != null
        && step.retry().onFailure() instanceof OnExhausted.Fallback(Template command)) {
      add(command);
    }
    add(step.checks());
  }

  private void add(@Nullable Template template) {
    if (template != null) {
      names.addAll(template.references());
    }
  }

  private void add(Command command) {
    switch (command) {
      case Command.Shell(Template text) -> add(text);
      case Command.Claude(Template prompt) -> add(prompt);
      case Command.Agent agent -> agent.texts().forEach(this::add);
      case Command.WriteFile file -> {
        add(file.path());
        add(file.content());
        add(file.tree());
      }
      case Command.Foreach foreach -> {
        switch (foreach.input()) {
          case ForeachInput.CommandText(Template text) -> add(text);
          case ForeachInput.Items(var values) -> values.forEach(this::add);
        }
        addSteps(foreach.steps());
      }
      case Command.Handler(HandlerAction action) -> action.texts().forEach(this::add);
      case Command.RunWorkflows called -> {
        addInputs(called.with());
        called.workflows().forEach(one -> addInputs(one.inputs()));
      }
      case Command.Validate _, Command.Analyze _ -> {}
    }
  }

  private void addInputs(Map<String, SubWorkflow.Input> inputs) {
    for (SubWorkflow.Input input : inputs.values()) {
      switch (input) {
        case SubWorkflow.Input.Rendered(Template template) -> add(template);
        case SubWorkflow.Input.Named(var value) -> names.add(value.asString(""));
      }
    }
  }

  private void add(@Nullable JsonNode tree) {
    if (tree != null) {
      names.addAll(Arrays.asList(tree.toString().split("[^A-Za-z0-9_.]+", -1)));
    }
  }

  private void add(StepChecks checks) {
    Validation validation = checks.validation();
    if (validation != null) {
      addSteps(validation.steps());
      add(validation.resultFile());
      add(validation.schemaFile());
      if (validation.onIncomplete() != null) {
        addSteps(validation.onIncomplete().steps());
        add(validation.onIncomplete().prompt());
      }
    }
    if (checks.stepValidation() != null) {
      addSteps(checks.stepValidation().checks().stream().map(StepValidation.Check::step).toList());
    }
  }
}
