package dev.prodigy.mapreduce;

import dev.prodigy.agent.ProcessRunner;
import dev.prodigy.engine.CutOffEnding;
import dev.prodigy.engine.FinalStage;
import dev.prodigy.engine.RunContext;
import dev.prodigy.engine.RunEnvironment;
import dev.prodigy.engine.RunRequest;
import dev.prodigy.engine.SavedWorkflow;
import dev.prodigy.engine.SessionSetup;
import dev.prodigy.model.DeadLetter;
import dev.prodigy.model.Event;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.JobId;
import dev.prodigy.model.JobState;
import dev.prodigy.model.JournalRecord;
import dev.prodigy.model.MapCheckpoint;
import dev.prodigy.model.Phase;
import dev.prodigy.model.Session;
import dev.prodigy.model.SessionId;
import dev.prodigy.model.SessionStatus;
import dev.prodigy.storage.Checkpoints;
import dev.prodigy.storage.EventLog;
import dev.prodigy.storage.JobStore;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.storage.RunLock;
import dev.prodigy.workflow.LoadedWorkflow;
import dev.prodigy.workflow.MapReduceWorkflow;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Takes up a job that was interrupted, failed or killed at any instant. What counts is the newest
/// valid checkpoint and the journal behind it; git decides whether a commit is merged; worktrees
/// and event logs may be gone.
public final class JobResume {
  private final RunRequest request;
  private final JobResumeOptions resume;
  private final JobOptions options;
  private final RepositoryStore store;
  private final JobId job;
  private final JobStore files;
  private final SessionId session;

  private JobResume(
      RunRequest request,
      JobId job,
      SessionId session,
      JobResumeOptions resume,
      JobOptions options) {
    this.request = request;
    this.job = job;
    this.session = session;
    this.resume = resume;
    this.options = options;
    store = SessionSetup.register(request);
    files = store.job(job);
  }

  /// Runs the rest of a job.
  ///
  /// @param request its repository is the one the job belongs to
  /// @param known the job's session, if the caller knows it: a crash may have left it unmapped
  /// @throws dev.prodigy.model.ProdigyException if the job is unknown, complete, cancelled, locked
  ///   by a live process, or its workflow changed where it must not
  public static JobOutcome resume(
      RunRequest request,
      JobId job,
      @Nullable SessionId known,
      JobResumeOptions resume,
      JobOptions options)
      throws InterruptedException {
    RepositoryStore store = SessionSetup.register(request);
    SessionId session =
        Optional.ofNullable(known)
            .or(() -> store.mappings().sessionOf(job))
            .or(() -> store.job(job).state().map(JobState::sessionId))
            .orElseThrow(() -> MapReduceException.notFound(job.value()));
    return new JobResume(request, job, session, resume, options).run();
  }

  private JobOutcome run() throws InterruptedException {
    RunLock lock = SessionSetup.lock(request, session, job, resume.force());
    Plan plan;
    try {
      refuseWhatIsOver();
      stopOrphans();
      if (ending().isQuick()) {
        try (lock) {
          return cleanUp();
        }
      }
      if (isUnbegunRetry()) {
        try (lock) {
          return giveUpRetry();
        }
      }
      plan = plan();
    } catch (RuntimeException | Error e) {
      lock.close();
      throw e;
    }
    try (RunContext run =
        plan.setup().reopen(session, job, plan.knownHead(), resume.force(), lock)) {
      return resumed(run, completeState(run, plan), plan);
    }
  }

  /// How to go on, read with the lock held.
  ///
  /// @param knownHead where the session's branch began; null if the job's state was never written
  private record Plan(
      LoadedWorkflow loaded, SessionSetup setup, MapSettings settings, @Nullable String knownHead) {
    MapReduceWorkflow workflow() {
      return (MapReduceWorkflow) loaded.workflow();
    }
  }

  private Plan plan() {
    Optional<JobState> known = files.state();
    Optional<Session> begun =
        known.isPresent() ? Optional.empty() : request.store().sessions().find(session);
    LoadedWorkflow found =
        begun.isPresent() && resume.loaded() == null
            ? SavedWorkflow.of(
                begun.get(), resume.workflow(), request.settings(), request.reporter())
            : new ResumedWorkflow(request, files, known, resume).load();
    RunRequest sameArgs =
        request.withArgs(
            known.map(JobState::args).or(() -> begun.map(SavedWorkflow::args)).orElse(List.of()));
    var setup = new SessionSetup(sameArgs, found);
    RunEnvironment environment = setup.environmentAgain(session);
    LoadedWorkflow loaded = found.resolved(environment.variables()::get);
    MapSettings settings =
        MapReduceJobs.settings(
            (MapReduceWorkflow) loaded.workflow(), environment, options, resume.extraAttempts());
    return new Plan(loaded, setup, settings, known.map(JobState::parentHead).orElse(null));
  }

  private void stopOrphans() {
    int stopped = ProcessRunner.killOrphans("PRODIGY_JOB_ID", job.value());
    if (stopped > 0) {
      request
          .reporter()
          .warning("Stopped %d process(es) of the interrupted run".formatted(stopped));
    }
  }

  private JobOutcome resumed(RunContext run, JobState state, Plan plan)
      throws InterruptedException {
    var sink = files.deadLetters();
    Optional<JobId> source = Optional.ofNullable(state.sourceJobId());
    if (source.isPresent()) {
      return DeadLetterRetry.resume(
          run, state, plan.workflow(), plan.settings(), options, this::restore);
    }
    sink.create();
    try (var work = new JobWork(run, state, plan.workflow(), plan.settings(), options)) {
      Optional<RestoredItems> restored = restore(work);
      var outcomes = new JobOutcomes(work.context(), plan.settings().maxParallel());
      if (resume.extraAttempts() > 0) {
        restored.ifPresent(items -> outcomes.takeFromQueue(reopenDeadLetters(work, items)));
      }
      announce(run, work, restored);
      return work.run(WorkflowItems.of(work), restored, outcomes);
    }
  }

  private void announce(RunContext run, JobWork work, Optional<RestoredItems> restored) {
    ItemTable.Tally tally =
        restored.map(items -> items.table().tally()).orElse(new ItemTable.Tally(0, 0, 0, 0, 0, 0));
    int version = restored.map(RestoredItems::version).orElse(0);
    boolean over = restored.map(r -> r.phase() == Phase.COMPLETE).orElse(false);
    if (!over) {
      run.events()
          .append(
              job,
              List.of(
                  new Event.CheckpointLoaded(version),
                  new Event.JobResumed(version, tally.pending(), null)));
    }
    run.reporter()
        .info(
            "Resuming job %s: %d total items, completed %d, failed %d, remaining %d"
                .formatted(
                    job,
                    tally.total(),
                    tally.successful(),
                    tally.failed(),
                    tally.total() - tally.finished()));
    work.context().files().store().updateState(s -> JobStates.resumed(s, run.now()));
  }

  private void refuseWhatIsOver() {
    Optional<Session> found = request.store().sessions().find(session);
    if (found.isEmpty()) {
      return; // users clean sessions away: checkpoints are enough
    }
    Optional<SessionId> caller = found.get().caller();
    if (caller.isPresent() && request.caller() == null) {
      throw MapReduceException.partOf(job, caller.get());
    }
    SessionStatus status = found.get().status();
    if (status == SessionStatus.CANCELLED && !resume.force()) {
      throw MapReduceException.cancelled(session.value());
    }
    if (status == SessionStatus.COMPLETED && !resume.force() && ending() == CutOffEnding.NONE) {
      throw MapReduceException.alreadyCompleted(
          session.value(), files.deadLetters().items().size(), job);
    }
  }

  private CutOffEnding ending() {
    return request
        .store()
        .sessions()
        .find(session)
        .map(found -> CutOffEnding.of(store, found))
        .orElse(CutOffEnding.NONE);
  }

  /// Merged, but the worktree or its branch may still be there.
  private JobOutcome cleanUp() {
    ending().make(request, store, session);
    JobState state = files.state().orElseThrow(() -> MapReduceException.notFound(job.value()));
    return new JobOutcome(
        JobOutcome.Status.COMPLETED,
        job,
        session,
        new JobOutcome.Totals(
            state.totalItems(),
            state.successfulCount(),
            state.failedCount(),
            0,
            files.deadLetters().items().size()),
        "",
        Duration.ZERO,
        FinalStage.Result.MERGED);
  }

  /// A retry of dead letters that died before it had taken any: what it was asked for is not known,
  /// and its letters still wait in the queue.
  private boolean isUnbegunRetry() {
    return job.retried().isPresent() && files.checkpoints().newestMap().isEmpty();
  }

  private JobOutcome giveUpRetry() {
    CutOffEnding.removeWorktree(request, store, session);
    try (EventLog events = SessionSetup.events(request, store, session)) {
      events.repairTornTails(job);
    }
    if (!files.exists()) {
      store.mappings().forget(session); // of a link that was half made
    }
    Instant now = request.clock().instant();
    if (request.store().sessions().find(session).isPresent()) {
      request.store().sessions().update(session, s -> s.become(SessionStatus.CANCELLED, now, null));
    }
    request
        .reporter()
        .info(
            "This retry had not taken any item, and was given up; try again: prodigy dlq retry "
                + job.retried().orElseThrow());
    return new JobOutcome(
        JobOutcome.Status.COMPLETED,
        job,
        session,
        new JobOutcome.Totals(0, 0, 0, 0, 0),
        "",
        Duration.ZERO,
        FinalStage.Result.NOTHING_TO_MERGE);
  }

  /// A crash right at the start may have left a session without its job's state.
  private JobState completeState(RunContext run, Plan plan) {
    Optional<JobState> known = files.state();
    if (known.isPresent()) {
      return known.get();
    }
    JobState state =
        MapReduceJobs.firstState(run, plan.loaded(), plan.workflow(), plan.settings(), null);
    run.store().mappings().record(session, job, plan.workflow().name(), run.now());
    files.saveWorkflow(run.environment().masker().mask(plan.loaded().text()));
    files.saveState(state);
    run.events().append(job, MapReduceJobs.started(run, state));
    return state;
  }

  private Optional<RestoredItems> restore(JobWork work) {
    Optional<Checkpoints.Loaded<MapCheckpoint>> newest = files.checkpoints().newestMap();
    if (newest.isEmpty()) {
      return Optional.empty();
    }
    newest.get().warnings().forEach(request.reporter()::warning);
    MapCheckpoint checkpoint = newest.get().value();
    ItemTable table = ItemTable.from(checkpoint);
    var deadLetters = new HashMap<ItemId, JournalRecord>();
    var journal = work.context().files().journal();
    journal.replay(
        checkpoint.journalSeq(),
        record -> {
          table.apply(record);
          if (record.outcome() == JournalRecord.Outcome.FAILED) {
            deadLetters.put(record.itemId(), record);
          }
        });
    table.replayedTo(journal.lastSeq());
    List<ItemState> cutOff = table.requeueRunning(request.clock().instant());
    return Optional.of(
        new RestoredItems(
            table,
            checkpoint.phase() == Phase.SETUP ? Phase.MAP : checkpoint.phase(),
            newest.get().version(),
            cutOff,
            deadLetters,
            checkpoint.captured(),
            checkpoint.breakers(),
            JobEvents.read(store.eventFiles(), job)));
  }

  private Set<ItemId> reopenDeadLetters(JobWork work, RestoredItems restored) {
    var reopened = new HashSet<ItemId>();
    if (restored.phase() != Phase.MAP) {
      return reopened;
    }
    for (DeadLetter letter : work.context().files().sink().items()) {
      if (letter.reprocessEligible() && restored.table().get(letter.itemId()).lost()) {
        restored.table().restart(letter.itemId(), request.clock().instant());
        reopened.add(letter.itemId());
      }
    }
    return reopened;
  }

  /// How a resume finds what is on disk; given to dead letter retries, which resume the same way.
  interface Restorer {
    Optional<RestoredItems> restore(JobWork work);
  }
}
