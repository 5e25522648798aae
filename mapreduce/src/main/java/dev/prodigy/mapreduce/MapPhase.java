package dev.prodigy.mapreduce;

import dev.prodigy.engine.CircuitBreaker;
import dev.prodigy.engine.Deadline;
import dev.prodigy.git.AgentWorktrees;
import dev.prodigy.mapreduce.Dispatcher.Work;
import dev.prodigy.model.AgentId;
import dev.prodigy.model.DeadLetter;
import dev.prodigy.model.Event;
import dev.prodigy.model.Failure;
import dev.prodigy.model.FailureReason;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.JournalRecord.Disposition;
import dev.prodigy.model.JournalRecord.Outcome;
import dev.prodigy.model.Orphan;
import dev.prodigy.storage.MapJournal;
import dev.prodigy.storage.OrphanRegistry;
import dev.prodigy.workflow.CircuitBreakerPolicy.OnOpen;
import dev.prodigy.workflow.OnItemFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Runs all items that are not over yet: `min(max_parallel, items)` workers, each with one worktree
/// slot, take items from the [Dispatcher] until none is left, a rule stops the phase, or the user
/// does.
///
/// A failed attempt is settled in this order: journal, dead letter queue, events. A fault of the
/// storage ends the phase, since nothing may go on that cannot be recorded.
final class MapPhase {
  /// How the phase ended.
  sealed interface End {
    record AllItems() implements End {}

    /// @param rule the broken rule with its numbers
    record Stopped(String rule) implements End {}

    record Interrupted(String signal) implements End {}
  }

  private static final Duration DEPTH_EVENT_INTERVAL = Duration.ofSeconds(1);

  private final JobContext job;
  private final MapSettings settings;
  private final ItemTable table;
  private final AgentWorktrees worktrees;
  private final FailurePolicy policy;
  private final StopRules rules;
  private final OrphanRegistry orphans;
  private final AgentAttempt attempts;
  private final CircuitBreaker breaker;
  private final ErrorReports reports;
  private final Checkpointer checkpointer;
  private final ItemOutcomes outcomes;
  private final Dispatcher dispatcher;
  private final AtomicReference<@Nullable String> brokenRule = new AtomicReference<>();
  private final AtomicReference<@Nullable RuntimeException> fault = new AtomicReference<>();
  private final AtomicLong lastDepthEvent = new AtomicLong();

  MapPhase(
      JobContext job,
      MapSettings settings,
      ItemTable table,
      AgentWorktrees worktrees,
      AgentAttempt attempts,
      FailurePolicy policy,
      StopRules rules,
      OrphanRegistry orphans,
      Checkpointer checkpointer,
      ItemOutcomes outcomes,
      List<ItemId> order) {
    this.job = job;
    this.settings = settings;
    this.table = table;
    this.worktrees = worktrees;
    this.attempts = attempts;
    this.policy = policy;
    this.rules = rules;
    this.orphans = orphans;
    this.checkpointer = checkpointer;
    this.outcomes = outcomes;
    this.breaker = job.ledger().breaker("map", policy.policy().breaker(), job.files()::event);
    this.reports = new ErrorReports(policy.policy().collection(), job.reporter()::warning);
    this.dispatcher = new Dispatcher(order, breaker, job.clock());
  }

  /// @throws dev.prodigy.model.ProdigyException if an outcome could not be recorded
  End run() throws InterruptedException {
    job.stop().whenRaised(dispatcher::stop);
    int workers = Math.min(settings.maxParallel(), Math.max(1, table.tally().pending()));
    var threads = new ArrayList<Thread>();
    for (int slot = 0; slot < workers; slot++) {
      int own = slot;
      threads.add(
          Thread.ofVirtual().name("agent-slot-" + slot).start(() -> workUntilNothingIsLeft(own)));
    }
    Optional<Thread> timer = stopWhenTimeIsUp();
    for (Thread thread : threads) {
      thread.join();
    }
    timer.ifPresent(Thread::interrupt);
    reports.end();
    job.files().sink().flush();
    RuntimeException failed = fault.get();
    if (failed != null) {
      throw failed;
    }
    String signal = job.stop().reason();
    if (signal != null) {
      return new End.Interrupted(signal);
    }
    String rule = brokenRule.get();
    return rule == null ? new End.AllItems() : new End.Stopped(rule);
  }

  private Optional<Thread> stopWhenTimeIsUp() {
    Deadline deadline = job.deadline();
    if (deadline == null) {
      return Optional.empty();
    }
    return Optional.of(
        Thread.ofVirtual()
            .name("run-timeout")
            .start(
                () -> {
                  if (job.stop().sleep(deadline.left())) {
                    stop(JobContext.timedOut("Workflow", deadline));
                  }
                }));
  }

  private void workUntilNothingIsLeft(int slot) {
    try {
      for (Optional<Work> next = dispatcher.take(); next.isPresent(); next = dispatcher.take()) {
        workOn(next.get(), slot);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      fault.compareAndSet(null, e);
      dispatcher.ended();
      dispatcher.stop();
    }
  }

  private void workOn(Work work, int slot) {
    ItemId item = work.item();
    ItemState state = table.get(item);
    long start = System.nanoTime();
    AgentAttempt.End end =
        work.rejected() ? attempts.rejected(state) : whileTimeIsLeft(attempts.run(state, slot));
    String status =
        switch (end) {
          case AgentAttempt.End.Done _ -> {
            breaker.succeeded(work.call());
            outcomes.succeeded(table.get(item));
            dispatcher.ended();
            yield "completed";
          }
          case AgentAttempt.End.CutOff _ -> {
            breaker.abandoned(work.call());
            table.requeue(item, job.now());
            dispatcher.ended();
            yield "interrupted";
          }
          case AgentAttempt.End.Failed failed -> {
            if (!work.rejected()) {
              breaker.failed(work.call(), job.now());
              stopIfTold();
            }
            yield settle(state, failed);
          }
        };
    AgentId agent = job.files().job().agent(item);
    job.progress().agentEnded(agent, item, status, Duration.ofNanos(System.nanoTime() - start));
    afterItem();
  }

  /// What the end of the whole run cuts off has not failed: it runs again on resume.
  private AgentAttempt.End whileTimeIsLeft(AgentAttempt.End end) {
    Deadline deadline = job.deadline();
    boolean timedOut =
        end instanceof AgentAttempt.End.Failed failed
            && failed.failure().failure().errorType() instanceof FailureReason.Timeout;
    if (deadline == null || !timedOut || !deadline.left().isZero()) {
      return end;
    }
    stop(JobContext.timedOut("Workflow", deadline));
    return new AgentAttempt.End.CutOff();
  }

  private void stopIfTold() {
    if (breaker.open() && breaker.onOpen() == OnOpen.STOP) {
      stop("circuit breaker open: too many agents failed in a row");
    }
  }

  private String settle(ItemState state, AgentAttempt.End.Failed failed) {
    FailurePolicy.Decision decision = policy.decide(state, failed.failure());
    if (decision.disposition() == Disposition.DEAD_LETTER
        && policy.policy().onItemFailure() instanceof OnItemFailure.Custom custom
        && attempts.handled(custom, state, failed)) {
      decision = new FailurePolicy.Decision(Disposition.SKIP, Duration.ZERO);
    }
    Failure failure = failed.failure().failure();
    DeadLetter.Artifacts kept = keepOrRelease(state, failed, decision.disposition());
    ItemId item = state.item().id();
    AgentId agent = job.files().job().agent(item);
    job.files()
        .record(
            table,
            new MapJournal.Entry(
                item,
                Outcome.FAILED,
                state.attempt(),
                agent,
                List.of(),
                null,
                failure,
                decision.disposition(),
                kept));
    boolean again = decision.disposition() == Disposition.RETRY;
    var event =
        new Event.AgentFailed(
            agent,
            item,
            failure.errorMessage(),
            failure.errorType(),
            again,
            failure.jsonLogLocation(),
            state.attempt(),
            failure.stepFailed(),
            Duration.ofMillis(failure.durationMs()));
    if (again) {
      job.files()
          .events(
              event,
              new Event.AgentRetrying(
                  agent, item, state.attempt() + 1, decision.delay().toMillis()));
      dispatcher.retryAfter(item, decision.delay());
      return "retrying";
    }
    job.files().event(event);
    outcomes.failed(table.get(item), kept);
    if (decision.disposition() != Disposition.SKIP) {
      reports.failed(item, failure.errorMessage());
    }
    if (decision.disposition() == Disposition.STOP) {
      stop("item %s failed and the policy is to stop: %s".formatted(item, failure.errorMessage()));
    }
    dispatcher.ended();
    return decision.disposition() == Disposition.SKIP ? "skipped" : "failed";
  }

  /// A worktree that may tell why its agent failed is kept and entered into the orphan registry;
  /// any other serves the next item.
  private DeadLetter.@Nullable Artifacts keepOrRelease(
      ItemState state, AgentAttempt.End.Failed failed, Disposition disposition) {
    AgentWorktrees.AgentWorktree worktree = failed.worktree();
    if (worktree == null) {
      return null;
    }
    boolean wanted = disposition == Disposition.DEAD_LETTER || disposition == Disposition.STOP;
    List<String> uncommitted = wanted ? worktrees.uncommitted(worktree) : List.of();
    if (!wanted || (uncommitted.isEmpty() && worktrees.changes(worktree).commits().isEmpty())) {
      worktrees.release(worktree, true);
      return null;
    }
    AgentWorktrees.AgentWorktree kept = worktrees.retire(worktree);
    AgentId agent = job.files().job().agent(state.item().id());
    orphans.add(
        job.files().job(),
        new Orphan(
            kept.path().toString(),
            agent,
            state.item().id(),
            job.now(),
            "kept: " + failed.failure().failure().errorType().typeName(),
            kept.branch()));
    return new DeadLetter.Artifacts(
        kept.path().toString(),
        kept.branch(),
        uncommitted.isEmpty() ? null : String.join("\n", uncommitted),
        job.logs().toString());
  }

  private void afterItem() {
    ItemTable.Tally tally = table.tally();
    rules.broken(tally).ifPresent(this::stop);
    checkpointer.itemFinished();
    outcomes.counted(tally);
    job.progress()
        .standing(
            new ProgressListener.Standing(
                tally.total(),
                tally.successful(),
                tally.failed(),
                tally.skipped(),
                tally.running()));
    long now = System.nanoTime();
    long last = lastDepthEvent.get();
    if (now - last >= DEPTH_EVENT_INTERVAL.toNanos() && lastDepthEvent.compareAndSet(last, now)) {
      job.files()
          .soon(new Event.QueueDepthChanged(tally.pending(), tally.running(), tally.finished()));
    }
  }

  private void stop(String rule) {
    if (brokenRule.compareAndSet(null, rule)) {
      dispatcher.stop();
    }
  }
}
