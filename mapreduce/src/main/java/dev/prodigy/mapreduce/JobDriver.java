package dev.prodigy.mapreduce;

import dev.prodigy.engine.Deadline;
import dev.prodigy.engine.MaskedFailure;
import dev.prodigy.engine.StepOutcome;
import dev.prodigy.engine.StepsOutcome;
import dev.prodigy.git.AgentWorktrees;
import dev.prodigy.git.MergeQueue;
import dev.prodigy.model.CheckpointReason;
import dev.prodigy.model.Event;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.JobState;
import dev.prodigy.model.MapCheckpoint;
import dev.prodigy.model.Phase;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.SessionStatus;
import dev.prodigy.storage.Checkpoints;
import dev.prodigy.workflow.StepBlock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Takes one job from where it stands to its end: setup, items, map, reduce, completion. The same
/// path for a first run, a resume and a dead letter retry; they differ only in what is on disk when
/// it begins.
final class JobDriver {
  private final JobContext job;
  private final JobSource source;
  private final MapSettings settings;
  private final AgentWorktrees agents;
  private final MergeQueue merges;
  private final ItemOutcomes outcomes;
  private final FailurePolicy policy;
  private final Map<String, JsonNode> captured = new LinkedHashMap<>();
  private final long startNanos = System.nanoTime();
  private Instant phaseStartedAt;
  private Phase phase = Phase.SETUP;
  private @Nullable ItemTable table;
  private @Nullable Checkpointer checkpointer;

  JobDriver(
      JobContext job,
      JobSource source,
      MapSettings settings,
      AgentWorktrees agents,
      MergeQueue merges,
      ItemOutcomes outcomes) {
    this.job = job;
    this.source = source;
    this.settings = settings;
    this.agents = agents;
    this.merges = merges;
    this.outcomes = outcomes;
    this.policy =
        new FailurePolicy(
            source.errorPolicy(job.workflow()),
            job.workflow().map().timeouts(),
            settings.attemptsAllowed(),
            RandomGenerator.getDefault());
    this.phaseStartedAt = job.now();
  }

  /// @param restored items as checkpoint and journal have them; empty when none were frozen yet
  JobOutcome run(Optional<RestoredItems> restored) throws InterruptedException {
    try {
      return phases(restored);
    } catch (ProdigyException e) {
      return failed(e.message(), e);
    }
  }

  private JobOutcome phases(Optional<RestoredItems> restored) throws InterruptedException {
    Optional<JobOutcome> ended = restored.isPresent() ? Optional.empty() : setup();
    if (ended.isPresent()) {
      return ended.get();
    }
    restored.ifPresent(this::takeUp);
    ItemTable items = restored.isPresent() ? restored.get().table() : freezeItems();
    Phase at = restored.map(RestoredItems::phase).orElse(Phase.MAP);
    if (at == Phase.MAP) {
      ended = map(items, restored.orElse(null));
    }
    if (ended.isEmpty() && at != Phase.COMPLETE) {
      ended = reduce(items);
    }
    return ended.isPresent() ? ended.get() : complete(items, restored.orElse(null));
  }

  private void takeUp(RestoredItems restored) {
    table = restored.table();
    captured.putAll(restored.captured());
    job.ledger().restoreBreakers(restored.breakers());
    SetupPhase.publish(job, captured);
    if (restored.phase() != Phase.MAP) {
      agents.keepBranches(_ -> false);
      agents.recover();
    }
  }

  private Optional<JobOutcome> setup() {
    if (job.workflow().setup() == null || !source.runsSetup()) {
      return Optional.empty();
    }
    var setup = new SetupPhase(job, job.workflow().setup());
    Optional<StepsOutcome> unfinished = setup.run();
    if (unfinished.isPresent()) {
      return Optional.of(endOfSteps(unfinished.get(), "Setup", setup.deadline()));
    }
    captured.putAll(setup.captured());
    job.run().worktrees().pin(job.parent());
    return Optional.empty();
  }

  private ItemTable freezeItems() {
    JobSource.Items loaded = source.items();
    ItemTable items = ItemTable.fresh(loaded.items(), loaded.priorFailures(), job.now());
    table = items;
    enter(Phase.MAP);
    Checkpointer checkpointer = checkpointer(items);
    checkpointer.write(Phase.MAP, CheckpointReason.PHASE_TRANSITION);
    // The items are nowhere else: should this one be damaged, there is the one before.
    Checkpoints.Saved saved = checkpointer.write(Phase.MAP, CheckpointReason.PHASE_TRANSITION);
    job.files().store().updateState(state -> counted(state, items, Phase.MAP, saved));
    job.files()
        .event(
            new Event.WorkItemsLoaded(
                job.run().environment().masker().mask(loaded.source()),
                loaded.extracted(),
                loaded.filtered(),
                loaded.items().size()));
    return items;
  }

  private Optional<JobOutcome> map(ItemTable items, @Nullable RestoredItems restored)
      throws InterruptedException {
    ItemTable.Tally before = items.tally();
    if (before.total() == 0) {
      job.reporter().warning("No work items to process");
      return Optional.empty();
    }
    enter(Phase.MAP);
    job.reporter()
        .info(
            "Processing %d items with %d parallel agents"
                .formatted(
                    before.total() - before.finished(),
                    Math.min(settings.maxParallel(), before.total())));
    job.progress().phaseStarted(Phase.MAP, before.total());
    if (restored == null || !restored.events().has(Event.MapPhaseStarted.class)) {
      job.files().event(new Event.MapPhaseStarted(before.total(), settings.maxParallel()));
    }
    Checkpointer checkpointer = checkpointer(items);
    MapPhase.End end = runAgents(items, restored, checkpointer);
    merges.catchUp();
    return switch (end) {
      case MapPhase.End.AllItems _ -> {
        mapCompleted(items, restored, checkpointer);
        yield Optional.empty();
      }
      case MapPhase.End.Stopped(String rule) -> {
        checkpointer.write(Phase.MAP, CheckpointReason.BEFORE_SHUTDOWN);
        keepSummary(summary(items));
        yield Optional.of(failed(rule, null));
      }
      case MapPhase.End.Interrupted(String signal) -> Optional.of(paused(signal));
    };
  }

  private MapPhase.End runAgents(
      ItemTable items, @Nullable RestoredItems restored, Checkpointer checkpointer)
      throws InterruptedException {
    var attempts = new AgentAttempt(job, settings, items, agents, merges);
    var order = new ArrayList<ItemId>();
    if (restored != null) {
      new Recovery(job, items, agents, merges, outcomes).run(restored);
      restored.cutOff().forEach(state -> order.add(state.item().id()));
    }
    items.with(ItemState.Status.PENDING).stream()
        .map(state -> state.item().id())
        .filter(id -> !order.contains(id))
        .forEach(order::add);
    return new MapPhase(
            job,
            settings,
            items,
            agents,
            attempts,
            policy,
            new StopRules(policy.policy()),
            job.run().store().orphans(),
            checkpointer,
            outcomes,
            order)
        .run();
  }

  private void mapCompleted(
      ItemTable items, @Nullable RestoredItems restored, Checkpointer checkpointer) {
    Duration took = Duration.between(phaseStartedAt, job.now());
    enter(reduceBlock().isPresent() ? Phase.REDUCE : Phase.COMPLETE);
    if (phase == Phase.REDUCE) {
      Checkpoints.Saved saved = checkpointer.write(Phase.REDUCE, CheckpointReason.PHASE_TRANSITION);
      job.files().store().updateState(state -> counted(state, items, Phase.REDUCE, saved));
      job.run().worktrees().pin(job.parent());
    }
    ItemTable.Tally tally = items.tally();
    if (restored == null || !restored.events().has(Event.MapPhaseCompleted.class)) {
      job.files()
          .event(
              new Event.MapPhaseCompleted(
                  tally.successful(), tally.failed(), tally.skipped(), took));
    }
    String line =
        "Map phase completed: %d successful, %d failed (total: %d)"
            .formatted(tally.successful(), tally.failed(), tally.total());
    if (tally.failed() > 0) {
      job.reporter().warning(line);
    } else {
      job.reporter().info(line);
    }
    JobSummary summary = summary(items);
    summary.suggestions().forEach(job.reporter()::warning);
    keepSummary(summary);
    job.progress().phaseEnded(Phase.MAP);
  }

  private static JobSummary summary(ItemTable items) {
    return JobSummary.of(items.all(), items.tally());
  }

  private void keepSummary(JobSummary summary) {
    JsonNode retries = job.ledger().metrics();
    job.run()
        .update(
            session -> {
              var with = session.withMetadata("job_summary", summary.json(), job.now());
              return retries.isEmpty()
                  ? with
                  : with.withMetadata("retry_metrics", retries, job.now());
            });
  }

  private Optional<StepBlock> reduceBlock() {
    StepBlock reduce = job.workflow().reduce();
    return reduce == null || reduce.steps().isEmpty() || !source.runsReduce()
        ? Optional.empty()
        : Optional.of(reduce);
  }

  private Optional<JobOutcome> reduce(ItemTable items) {
    Optional<StepBlock> reduce = reduceBlock();
    ItemTable.Tally tally = items.tally();
    if (reduce.isEmpty() || tally.total() == 0) {
      return Optional.empty();
    }
    publishResults(items);
    enter(Phase.REDUCE);
    String resultsRef =
        job.files()
            .store()
            .checkpoints()
            .newestMap()
            .map(c -> c.file().getFileName().toString())
            .orElse("");
    var steps = new ReducePhase(job, reduce.get(), tally, resultsRef);
    return steps.run().map(outcome -> endOfSteps(outcome, "Reduce", steps.deadline()));
  }

  /// Results as variables, for reduce and for custom merge steps.
  private void publishResults(ItemTable items) {
    new MapResults(
            job.files().job(),
            job.files().store(),
            items.all(),
            job.run().environment().revealing())
        .publish(job.variables(), items.tally(), Duration.between(phaseStartedAt, job.now()));
  }

  private JobOutcome complete(ItemTable items, @Nullable RestoredItems restored) {
    enter(Phase.COMPLETE);
    var completing = job.completing();
    boolean used = job.workflow().merge() != null || completing != null;
    if (used && job.variables().lookup("map") == null) {
      publishResults(items);
    }
    if (completing != null) {
      completing.accept(job.variables());
    }
    boolean told = restored != null && restored.events().has(Event.JobCompleted.class);
    if (!told) {
      Checkpoints.Saved saved =
          checkpointer(items).write(Phase.COMPLETE, CheckpointReason.PHASE_TRANSITION);
      job.files().store().updateState(state -> counted(state, items, Phase.COMPLETE, saved));
      outcomes.ended(items.tally(), "complete");
    }
    job.run().update(session -> session.become(SessionStatus.COMPLETED, job.now(), null));
    JobOutcome outcome = outcome(JobOutcome.Status.COMPLETED, "");
    if (!told) {
      tellCompleted(outcome);
    }
    return outcome;
  }

  /// The last record of the job: nothing may follow it.
  private void tellCompleted(JobOutcome outcome) {
    JobOutcome.Totals totals = outcome.totals();
    job.files()
        .event(
            new Event.JobCompleted(
                outcome.duration(),
                outcome.duration().toMillis(),
                totals.successful(),
                totals.failed(),
                totals.skipped(),
                totals.inQueue()));
  }

  private JobOutcome endOfSteps(StepsOutcome outcome, String phaseName, @Nullable Deadline limit) {
    Optional<StepOutcome> failed = outcome.failed();
    if (outcome.stopped() || failed.isEmpty()) {
      String signal = job.stop().reason();
      return paused(signal == null ? "SIGTERM" : signal);
    }
    StepOutcome step = failed.get();
    Deadline whole = job.deadline();
    String message =
        "%s command %d failed with exit code %d"
            .formatted(phaseName, step.step().index() + 1, step.exitCode());
    if (step.timedOut() && limit != null && limit.left().isZero()) {
      message = JobContext.timedOut(phaseName + " phase", limit);
    } else if (step.timedOut() && whole != null && whole.left().isZero()) {
      message = JobContext.timedOut("Workflow", whole);
    }
    return failed(message + "\n" + step.message(), null);
  }

  private JobOutcome paused(String signal) {
    int version = saveBeforeEnd();
    job.run().paused();
    job.files().event(new Event.JobPaused(version, "interrupted", signal));
    return outcome(JobOutcome.Status.PAUSED, signal);
  }

  private JobOutcome failed(String unmasked, @Nullable ProdigyException unmaskedCause) {
    var masker = job.run().environment().masker();
    String message = masker.mask(unmasked);
    ProdigyException cause = unmaskedCause == null ? null : MaskedFailure.of(unmaskedCause, masker);
    try {
      if (cause == null) {
        saveBeforeEnd();
      }
      job.run().failed(message);
      job.files()
          .event(
              new Event.JobFailed(
                  message, phase.name().toLowerCase(Locale.ROOT), tally().successful()));
    } catch (ProdigyException second) {
      if (cause != null) {
        cause.addSuppressed(second);
      } else {
        throw second;
      }
    }
    if (cause != null) {
      throw cause;
    }
    return outcome(JobOutcome.Status.FAILED, message);
  }

  private JobOutcome outcome(JobOutcome.Status status, String message) {
    ItemTable.Tally tally = tally();
    return new JobOutcome(
        status,
        job.files().job(),
        job.files().session(),
        new JobOutcome.Totals(
            tally.total(),
            tally.successful(),
            tally.failed(),
            tally.skipped(),
            job.files().sink().items().size()),
        message,
        Duration.ofNanos(System.nanoTime() - startNanos),
        null);
  }

  private int saveBeforeEnd() {
    ItemTable items = table;
    if (items == null) {
      return 0;
    }
    Checkpoints.Saved saved = checkpointer(items).write(phase, CheckpointReason.BEFORE_SHUTDOWN);
    job.files().store().updateState(state -> counted(state, items, phase, saved));
    job.run().worktrees().pin(job.parent());
    return saved.version();
  }

  private ItemTable.Tally tally() {
    return table == null ? new ItemTable.Tally(0, 0, 0, 0, 0, 0) : table.tally();
  }

  private void enter(Phase next) {
    if (phase != next) {
      phase = next;
      phaseStartedAt = job.now();
    }
  }

  private Checkpointer checkpointer(ItemTable items) {
    Checkpointer present = checkpointer;
    if (present == null) {
      present =
          new Checkpointer(
              job.files(), items, job.workflow().checkpoint(), at -> snapshot(items, at));
      checkpointer = present;
    }
    return present;
  }

  private MapCheckpoint snapshot(ItemTable items, Phase at) {
    return items
        .snapshot(
            job.files().job(),
            at,
            phaseStartedAt,
            captured,
            job.run().environment().declared(),
            settings.maxParallel())
        .with(job.ledger().breakers());
  }

  private JobState counted(JobState state, ItemTable items, Phase at, Checkpoints.Saved saved) {
    ItemTable.Tally tally = items.tally();
    return JobStates.advanced(state, at, tally, saved.file().getFileName().toString(), job.now());
  }
}
