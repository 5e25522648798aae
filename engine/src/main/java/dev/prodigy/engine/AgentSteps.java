package dev.prodigy.engine;

import dev.prodigy.workflow.Command;
import dev.prodigy.workflow.FailureHandler;
import dev.prodigy.workflow.HandlerAction;
import dev.prodigy.workflow.MapReduceWorkflow;
import dev.prodigy.workflow.MergeBlock;
import dev.prodigy.workflow.OnExhausted;
import dev.prodigy.workflow.OnItemFailure;
import dev.prodigy.workflow.RetryPolicy;
import dev.prodigy.workflow.SequentialWorkflow;
import dev.prodigy.workflow.Step;
import dev.prodigy.workflow.StepChecks;
import dev.prodigy.workflow.Workflow;
import java.util.List;
import java.util.stream.Stream;

/// Whether a workflow can come to need an agent CLI: only then must one be installed.
final class AgentSteps {
  private AgentSteps() {}

  static boolean in(Workflow workflow) {
    MergeBlock merge = workflow.merge();
    return (merge != null && any(merge.steps()))
        || switch (workflow) {
          case SequentialWorkflow sequential -> any(sequential.steps());
          case MapReduceWorkflow job -> inJob(job);
        };
  }

  private static boolean inJob(MapReduceWorkflow job) {
    var setup = job.setup();
    var reduce = job.reduce();
    return any(job.map().agentTemplate())
        || (setup != null && any(setup.steps()))
        || (reduce != null && any(reduce.steps()))
        || (job.errorPolicy().onItemFailure() instanceof OnItemFailure.Custom custom
            && custom.claude());
  }

  private static boolean any(List<Step> steps) {
    return steps.stream().anyMatch(AgentSteps::in);
  }

  private static boolean inChecks(StepChecks checks) {
    var validation = checks.validation();
    var stepValidation = checks.stepValidation();
    var rule = validation == null ? null : validation.onIncomplete();
    return (validation != null && any(validation.steps()))
        || (rule != null && any(rule.steps()))
        || (stepValidation != null
            && stepValidation.checks().stream().anyMatch(check -> in(check.step())));
  }

  private static boolean in(Step step) {
    boolean itself =
        switch (step.command()) {
          case Command.Claude _ -> true;
          case Command.Foreach foreach -> any(foreach.steps());
          case Command.Handler(var action) -> action instanceof HandlerAction.Claude;
          case Command.RunWorkflows called ->
              called.workflows().stream().anyMatch(one -> in(one.workflow()));
          case Command.Shell _, Command.WriteFile _, Command.Validate _, Command.Analyze _ -> false;
        };
    FailureHandler handler = step.onFailure();
    RetryPolicy retry = step.retry();
    return itself
        || inChecks(step.checks())
        || (handler != null && any(handler.steps()))
        || (retry != null
            && retry.onFailure() instanceof OnExhausted.Fallback fallback
            && fallback.claude())
        || Stream.concat(Stream.of(step.onSuccess()), step.onExitCode().values().stream())
            .anyMatch(AgentSteps::any);
  }
}
