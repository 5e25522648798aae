package dev.prodigy.engine;

import dev.prodigy.agent.Agents;
import dev.prodigy.agent.ProcessRunner;
import dev.prodigy.workflow.LoadedWorkflow;
import dev.prodigy.workflow.SequentialWorkflow;
import dev.prodigy.workflow.expression.Variables;
import java.nio.file.Path;

/// Runs steps where there is no git repository: in the directory itself, without a session, a
/// worktree or a way to resume.
public final class InPlaceRun {
  private InPlaceRun() {}

  /// @param inputs its project is the directory to run in
  /// @param logs where the complete outputs of agents go
  public static StepsOutcome run(
      LoadedWorkflow loaded,
      EnvironmentInputs inputs,
      Path logs,
      RunReporter reporter,
      StopSignal stop) {
    var environment = RunEnvironment.resolve(loaded.workflow().environment(), inputs);
    var workflow = (SequentialWorkflow) loaded.resolved(environment.variables()::get).workflow();
    try (var processes = new ProcessRunner()) {
      stop.whenRaised(() -> processes.stopAll(StepScope.DEFAULT_GRACE));
      RunSettings settings = inputs.settings();
      AgentSteps.require(
          workflow,
          settings::agents,
          all -> new Agents(processes, environment.variables(), settings.claude(), all));
      var agents =
          new Agents(
              processes, environment.variables(), settings.claude(), settings.agents(workflow));
      StepScope scope =
          StepScope.in(inputs.project(), logs, new Variables(), environment.variables())
              .fixedEnvironment(environment.fixed())
              .masker(environment.masker())
              .strict(workflow.strictVariables())
              .retries(inputs.settings().retries())
              .stop(stop)
              .build();
      var observer = new ReportingObserver(reporter, environment.masker());
      return new StepRunner(processes, agents).runAll(workflow.steps(), scope, observer, 0);
    }
  }
}
