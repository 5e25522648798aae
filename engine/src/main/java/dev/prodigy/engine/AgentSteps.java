package dev.prodigy.engine;

import dev.prodigy.agent.Agents;
import dev.prodigy.model.AgentDefinitions;
import dev.prodigy.workflow.Command;
import dev.prodigy.workflow.FailureHandler;
import dev.prodigy.workflow.HandlerAction;
import dev.prodigy.workflow.MapReduceWorkflow;
import dev.prodigy.workflow.MergeBlock;
import dev.prodigy.workflow.OnExhausted;
import dev.prodigy.workflow.OnItemFailure;
import dev.prodigy.workflow.SequentialWorkflow;
import dev.prodigy.workflow.Step;
import dev.prodigy.workflow.StepChecks;
import dev.prodigy.workflow.SubWorkflow;
import dev.prodigy.workflow.Workflow;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/// Which agents a workflow can come to need: only these must be installed.
final class AgentSteps {
  private final Function<Workflow, AgentDefinitions> definitionsOf;
  private final AgentDefinitions definitions;
  private final Set<Needed> needed;

  private AgentSteps(
      Function<Workflow, AgentDefinitions> definitionsOf,
      AgentDefinitions definitions,
      Set<Needed> needed) {
    this.definitionsOf = definitionsOf;
    this.definitions = definitions;
    this.needed = needed;
  }

  private record Needed(AgentDefinitions definitions, String name) {}

  /// Better before a run than in the middle of it.
  ///
  /// @param definitionsOf what a workflow and those it runs know of agents
  /// @param agents for definitions
  /// @throws EngineException if an agent is unknown, badly defined or not installed
  static void require(
      Workflow workflow,
      Function<Workflow, AgentDefinitions> definitionsOf,
      Function<AgentDefinitions, Agents> agents) {
    var needed = new LinkedHashSet<Needed>();
    new AgentSteps(definitionsOf, definitionsOf.apply(workflow), needed).add(workflow);
    for (Needed one : needed) {
      require(one, agents);
    }
  }

  private static void require(Needed one, Function<AgentDefinitions, Agents> agents) {
    if (!one.definitions().knows(one.name())) {
      throw EngineException.agentUnknown(one.name(), one.definitions().names());
    }
    try {
      if (!agents.apply(one.definitions()).get(one.name()).available()) {
        throw EngineException.agentMissing(one.name());
      }
    } catch (IllegalArgumentException e) {
      throw EngineException.agentMisdefined(one.name(), String.valueOf(e.getMessage()));
    }
  }

  private void add(Workflow workflow) {
    MergeBlock merge = workflow.merge();
    if (merge != null) {
      addSteps(merge.steps());
    }
    switch (workflow) {
      case SequentialWorkflow sequential -> addSteps(sequential.steps());
      case MapReduceWorkflow job -> addJob(job);
    }
  }

  private void addJob(MapReduceWorkflow job) {
    var setup = job.setup();
    var reduce = job.reduce();
    addSteps(job.map().agentTemplate());
    if (setup != null) {
      addSteps(setup.steps());
    }
    if (reduce != null) {
      addSteps(reduce.steps());
    }
    if (job.errorPolicy().onItemFailure() instanceof OnItemFailure.Custom custom
        && custom.claude()) {
      addStandard();
    }
  }

  private void addSteps(List<Step> steps) {
    steps.forEach(this::add);
  }

  private void addStandard() {
    needed.add(new Needed(definitions, definitions.standardName()));
  }

  private void add(Step step) {
    add(step.command());
    add(step.checks());
    FailureHandler handler = step.onFailure();
    if (handler != null) {
      addSteps(handler.steps());
    }
    if (step.retry() != null
        && step.retry().onFailure() instanceof OnExhausted.Fallback fallback
        && fallback.claude()) {
      addStandard();
    }
    addSteps(step.onSuccess());
    step.onExitCode().values().forEach(this::addSteps);
  }

  private void add(Command command) {
    switch (command) {
      case Command.Claude _ -> addStandard();
      case Command.Agent agent -> needed.add(new Needed(definitions, agent.name()));
      case Command.Foreach foreach -> addSteps(foreach.steps());
      case Command.Handler(var action) -> {
        if (action instanceof HandlerAction.Claude) {
          addStandard();
        }
      }
      case Command.RunWorkflows called -> called.workflows().forEach(this::add);
      case Command.Shell _, Command.WriteFile _, Command.Validate _, Command.Analyze _ -> {}
    }
  }

  private void add(SubWorkflow one) {
    Workflow inner = one.workflow();
    new AgentSteps(definitionsOf, definitionsOf.apply(inner), needed).add(inner);
  }

  private void add(StepChecks checks) {
    var validation = checks.validation();
    if (validation != null) {
      addSteps(validation.steps());
      var rule = validation.onIncomplete();
      if (rule != null) {
        addSteps(rule.steps());
      }
    }
    var stepValidation = checks.stepValidation();
    if (stepValidation != null) {
      stepValidation.checks().forEach(check -> add(check.step()));
    }
  }
}
