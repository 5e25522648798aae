package dev.prodigy.mapreduce;

import dev.prodigy.model.DeadLetter;
import dev.prodigy.model.Event;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.Session;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A job's own failures go to its own dead letter queue; its session shows how far it is.
final class JobOutcomes implements ItemOutcomes {
  private static final long SESSION_INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();

  private final JobContext job;
  private final int agents;
  private final Set<ItemId> fromQueue = ConcurrentHashMap.newKeySet();
  private final AtomicLong lastSessionUpdate = new AtomicLong(System.nanoTime());

  JobOutcomes(JobContext job, int agents) {
    this.job = job;
    this.agents = agents;
  }

  /// Dead letters that get another chance in this very job leave the queue when they succeed.
  void takeFromQueue(Set<ItemId> items) {
    fromQueue.addAll(items);
  }

  @Override
  public void succeeded(ItemState state) {
    ItemId item = state.item().id();
    if (fromQueue.contains(item) && job.files().sink().remove(item)) {
      job.files().event(new Event.DLQItemRemoved(item));
    }
  }

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
    job.run()
        .update(
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
