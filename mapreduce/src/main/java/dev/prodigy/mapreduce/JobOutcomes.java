package dev.prodigy.mapreduce;

import dev.prodigy.model.DeadLetter;
import dev.prodigy.model.Event;
import dev.prodigy.model.Session;
import dev.prodigy.storage.SessionStore;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A job's own failures go to its own dead letter queue; its session shows how far it is.
final class JobOutcomes implements ItemOutcomes {
  private static final long SESSION_INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();

  private final JobContext job;
  private final SessionStore sessions;
  private final int agents;
  private final AtomicLong lastSessionUpdate = new AtomicLong(System.nanoTime());

  JobOutcomes(JobContext job, SessionStore sessions, int agents) {
    this.job = job;
    this.sessions = sessions;
    this.agents = agents;
  }

  @Override
  public void succeeded(ItemState state) {}

  @Override
  public void failed(ItemState state, DeadLetter.@Nullable Artifacts artifacts) {
    if (state.skipped()) {
      return;
    }
    DeadLetter letter = DeadLetter.of(state.item(), state.failures(), artifacts);
    job.files()
        .sink()
        .add(
            letter,
            () ->
                job.files()
                    .event(
                        new Event.DLQItemAdded(
                            letter.itemId(),
                            letter.errorSignature(),
                            letter.failureCount(),
                            letter.failureHistory().getLast().errorType())));
  }

  @Override
  public void counted(ItemTable.Tally tally) {
    long now = System.nanoTime();
    long last = lastSessionUpdate.get();
    if (now - last >= SESSION_INTERVAL_NANOS && lastSessionUpdate.compareAndSet(last, now)) {
      updateSession(tally, "map");
    }
  }

  @Override
  public void ended(ItemTable.Tally tally, String phase) {
    updateSession(tally, phase);
  }

  private void updateSession(ItemTable.Tally tally, String phase) {
    sessions.update(
        job.files().session(),
        session ->
            session.withMapReduce(
                new Session.MapReduceData(
                    job.files().job().value(),
                    tally.total(),
                    tally.finished(),
                    tally.failed(),
                    agents,
                    phase,
                    null),
                job.now()));
  }
}
