package dev.prodigy.mapreduce;

import dev.prodigy.engine.ChildProgress;
import dev.prodigy.engine.Deadline;
import dev.prodigy.engine.StepOutcome;
import dev.prodigy.engine.StepScope;
import dev.prodigy.engine.StepsOutcome;
import dev.prodigy.model.CheckpointReason;
import dev.prodigy.model.Event;
import dev.prodigy.model.Json;
import dev.prodigy.model.Phase;
import dev.prodigy.model.ReduceCheckpoint;
import dev.prodigy.storage.Checkpoints;
import dev.prodigy.workflow.Step;
import dev.prodigy.workflow.StepBlock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Runs the reduce steps that are not over yet, in the session worktree, with the results of the
/// map phase as variables. Each finished step is in a reduce checkpoint before the next begins.
final class ReducePhase {
  private final JobContext job;
  private final StepBlock reduce;
  private final ItemTable.Tally tally;
  private final String resultsRef;
  private final List<Integer> completed = new ArrayList<>();
  private final List<ReduceCheckpoint.StepResult> results = new ArrayList<>();
  private final Map<String, JsonNode> captured = new LinkedHashMap<>();
  private final ChildProgress children = new ChildProgress(this::save);
  private int nextStep;
  private @Nullable Deadline deadline;

  /// @param resultsRef the map checkpoint that holds the results
  ReducePhase(JobContext job, StepBlock reduce, ItemTable.Tally tally, String resultsRef) {
    this.job = job;
    this.reduce = reduce;
    this.tally = tally;
    this.resultsRef = resultsRef;
  }

  /// The limit of the phase, once it has begun; null: none.
  @Nullable Deadline deadline() {
    return deadline;
  }

  /// @return empty when all is done; else the step that failed, or an outcome marked `stopped`
  Optional<StepsOutcome> run() {
    restore();
    job.reporter().info("Starting reduce phase...");
    job.reporter()
        .info(
            "Reduce phase input: %d items (%d successful, %d failed)"
                .formatted(tally.total(), tally.successful(), tally.failed()));
    job.progress().phaseStarted(Phase.REDUCE, reduce.steps().size());
    job.files().event(new Event.ReducePhaseStarted());
    long start = System.nanoTime();
    StepsOutcome outcome = runRest();
    if (!outcome.success()) {
      return Optional.of(outcome);
    }
    job.files().event(new Event.ReducePhaseCompleted(Duration.ofNanos(System.nanoTime() - start)));
    job.reporter().info("Reduce phase completed");
    job.progress().phaseEnded(Phase.REDUCE);
    return Optional.empty();
  }

  private void restore() {
    Optional<ReduceCheckpoint> before =
        job.files().store().checkpoints().newestReduce().map(Checkpoints.Loaded::value);
    before.ifPresent(
        checkpoint -> {
          completed.addAll(checkpoint.completedSteps());
          results.addAll(checkpoint.stepResults());
          checkpoint.variables().forEach(this::capture);
          children.restore(checkpoint.subWorkflows());
          nextStep = checkpoint.currentStep();
        });
  }

  private StepsOutcome runRest() {
    var environment = new LinkedHashMap<String, String>();
    environment.put("MAP_TOTAL", String.valueOf(tally.total()));
    environment.put("MAP_SUCCESSFUL", String.valueOf(tally.successful()));
    environment.put("MAP_FAILED", String.valueOf(tally.failed()));
    scalar("success_rate").ifPresent(v -> environment.put("MAP_SUCCESS_RATE", v));
    scalar("results_file").ifPresent(v -> environment.put("MAP_RESULTS_FILE", v));
    StepScope.Builder scope = job.scope("reduce-", environment).place("reduce").children(children);
    if (reduce.timeout() != null) {
      deadline = Deadline.after(reduce.timeout().resolve(job::lookup), "reduce.timeout");
      scope.deadline(deadline);
    }
    var observer =
        new StepsPhase(
            job,
            "reduce",
            "Reduce phase: Executing step %d/%d: %s",
            reduce.steps().size(),
            this::stepOver);
    return job.steps().runAll(reduce.steps(), scope.build(), observer, nextStep);
  }

  private Optional<String> scalar(String name) {
    JsonNode map = job.variables().lookup("map");
    return map == null || !map.has(name) ? Optional.empty() : Optional.of(map.get(name).asString());
  }

  private void stepOver(Step step, StepOutcome outcome) {
    if (outcome.failed()) {
      return;
    }
    outcome.captured().forEach(this::capture);
    String output = job.run().environment().revealing().text(outcome.stdout());
    job.variables().set("reduce.output", Json.NODES.stringNode(output.stripTrailing()));
    completed.add(step.index());
    results.add(
        new ReduceCheckpoint.StepResult(
            step.index(),
            true,
            StepsPhase.tail(outcome.stdout()),
            null,
            outcome.duration().toMillis() / 1000.0));
    nextStep = step.index() + 1;
    save();
  }

  /// Any thread may come here: workflows within a step run beside each other.
  private synchronized void save() {
    job.files()
        .store()
        .checkpoints()
        .saveReduce(
            new ReduceCheckpoint(
                completed,
                nextStep,
                reduce.steps().size(),
                results,
                captured,
                new ReduceCheckpoint.MapResults(
                    tally.total(), tally.successful(), tally.failed(), resultsRef),
                children.store()),
            new Checkpoints.Header(
                job.files().session(),
                Phase.REDUCE,
                CheckpointReason.INTERVAL,
                tally.total(),
                tally.finished()));
  }

  private void capture(String name, JsonNode value) {
    captured.put(name, value);
    job.variables().set(name, job.run().environment().revealing().value(value));
  }
}
