package dev.prodigy.mapreduce;

import dev.prodigy.engine.ChildProgress;
import dev.prodigy.engine.Deadline;
import dev.prodigy.engine.StepOutcome;
import dev.prodigy.engine.StepScope;
import dev.prodigy.engine.StepsOutcome;
import dev.prodigy.model.CheckpointReason;
import dev.prodigy.model.CompletedStep;
import dev.prodigy.model.Event;
import dev.prodigy.model.Phase;
import dev.prodigy.model.SetupCheckpoint;
import dev.prodigy.storage.Checkpoints;
import dev.prodigy.workflow.CaptureOutput;
import dev.prodigy.workflow.SetupBlock;
import dev.prodigy.workflow.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Runs the setup steps that are not over yet, in the session worktree. Each finished step is in
/// the setup checkpoint before the next one begins; what it captured is visible to all later
/// phases.
final class SetupPhase {
  private final JobContext job;
  private final SetupBlock setup;
  private final Map<String, JsonNode> captured = new LinkedHashMap<>();
  private final List<CompletedStep> completed = new ArrayList<>();
  private final ChildProgress children = new ChildProgress(() -> save(false));
  private int nextStep;
  private @Nullable Deadline deadline;

  SetupPhase(JobContext job, SetupBlock setup) {
    this.job = job;
    this.setup = setup;
  }

  /// What the steps have captured so far, by name.
  Map<String, JsonNode> captured() {
    return captured;
  }

  /// The limit of the phase, once it has begun; null: none.
  @Nullable Deadline deadline() {
    return deadline;
  }

  /// Makes variables of an earlier run visible again, with the secrets in them.
  static void publish(JobContext job, Map<String, JsonNode> captured) {
    job.run()
        .environment()
        .revealing()
        .values(captured)
        .forEach(
            (name, value) -> {
              job.variables().set(name, value);
              job.variables().set("setup." + name, value);
            });
  }

  /// @return empty when all is done; else the step that failed, or an outcome marked `stopped`
  Optional<StepsOutcome> run() {
    Optional<SetupCheckpoint> before =
        job.files().store().checkpoints().setup().map(Checkpoints.Loaded::value);
    nextStep = before.map(SetupCheckpoint::currentStep).orElse(0);
    before.ifPresent(
        checkpoint -> {
          completed.addAll(checkpoint.completedSteps());
          captured.putAll(checkpoint.outputs());
          children.restore(checkpoint.subWorkflows());
          publish(job, captured);
        });
    if (before.map(SetupCheckpoint::completed).orElse(false)) {
      return Optional.empty();
    }
    job.reporter().info("Running setup phase...");
    job.progress().phaseStarted(Phase.SETUP, setup.steps().size());
    job.files().event(new Event.SetupPhaseStarted(setup.steps().size()));
    long start = System.nanoTime();
    StepsOutcome outcome = runRest();
    if (!outcome.success()) {
      return Optional.of(outcome);
    }
    save(true);
    job.files()
        .event(
            new Event.SetupPhaseCompleted(
                Duration.ofNanos(System.nanoTime() - start), List.copyOf(captured.keySet())));
    job.reporter().info("Setup phase completed");
    job.progress().phaseEnded(Phase.SETUP);
    return Optional.empty();
  }

  private StepsOutcome runRest() {
    StepScope.Builder scope = job.scope("setup-", Map.of()).place("setup").children(children);
    if (setup.timeout() != null) {
      deadline = Deadline.after(setup.timeout().resolve(job::lookup), "setup.timeout");
      scope.deadline(deadline);
    }
    var observer =
        new StepsPhase(job, "setup", "Setup [%d/%d]: %s", setup.steps().size(), this::stepOver);
    return job.steps().runAll(setup.steps(), scope.build(), observer, nextStep);
  }

  private void stepOver(Step step, StepOutcome outcome) {
    if (outcome.failed()) {
      return;
    }
    outcome.captured().forEach(this::capture);
    setup.captureOutputs().forEach((name, capture) -> captureFrom(step, outcome, name, capture));
    completed.add(
        new CompletedStep(
            step.index(),
            job.shown(step),
            true,
            StepsPhase.tail(outcome.stdout()),
            outcome.captured(),
            outcome.duration(),
            job.now(),
            outcome.exitCode(),
            outcome.status().word(),
            outcome.recoveredBy(),
            outcome.retries()));
    nextStep = step.index() + 1;
    save(false);
  }

  private void captureFrom(Step step, StepOutcome outcome, String name, CaptureOutput capture) {
    if (capture.commandIndex() != step.index()) {
      return;
    }
    SetupCaptures.extract(capture, outcome)
        .ifPresentOrElse(
            value -> capture(name, value),
            () ->
                job.reporter()
                    .warning(
                        "setup: nothing to capture for '%s' in the output of command %d"
                            .formatted(name, step.index())));
  }

  private void capture(String name, JsonNode value) {
    captured.put(name, value);
    publish(job, Map.of(name, value));
  }

  /// Any thread may come here: workflows within a step run beside each other.
  private synchronized void save(boolean over) {
    job.files()
        .store()
        .checkpoints()
        .saveSetup(
            new SetupCheckpoint(
                over,
                nextStep,
                setup.steps().size(),
                completed,
                captured,
                job.run().environment().declared(),
                children.store()),
            new Checkpoints.Header(
                job.files().session(),
                Phase.SETUP,
                over ? CheckpointReason.PHASE_TRANSITION : CheckpointReason.INTERVAL,
                0,
                0));
  }
}
