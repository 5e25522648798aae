package dev.prodigy.mapreduce;

import dev.prodigy.model.AgentResult;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.JobId;
import dev.prodigy.model.JournalRecord;
import dev.prodigy.model.MapCheckpoint;
import dev.prodigy.model.Phase;
import dev.prodigy.model.WorkItem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// All items of a job and where each stands: the fold of the newest checkpoint and the journal
/// records behind it. Live jobs and resumed ones apply the very same records in [#apply], so what a
/// crash leaves on disk and what memory held cannot differ.
///
/// Thread-safe: agents report concurrently. Every operation costs the same however many items there
/// are, except [#snapshot].
final class ItemTable {
  private final Map<ItemId, ItemState> states = new LinkedHashMap<>();
  private final Counts counts = new Counts();

  /// Every journal record up to this one is contained; those of [#ahead] too.
  private long journalSeq;

  /// Records applied before one with a lower number: agents share a flush and report in any order.
  private final TreeSet<Long> ahead = new TreeSet<>();

  /// How many items are in which standing; `successful + failed + skipped + open = total`.
  record Tally(int total, int pending, int running, int successful, int failed, int skipped) {
    int finished() {
      return successful + failed + skipped;
    }
  }

  private static final class Counts {
    int pending;
    int running;
    int successful;
    int failed;
    int skipped;

    void add(ItemState state, int by) {
      switch (state.status()) {
        case PENDING -> pending += by;
        case RUNNING, COMPLETED -> running += by;
        case DONE -> successful += by;
        case FAILED -> {
          if (state.skipped()) {
            skipped += by;
          } else {
            failed += by;
          }
        }
      }
    }
  }

  /// A fresh table.
  ///
  /// @param priorFailures attempts already made at items that come from a dead letter queue
  static ItemTable fresh(List<WorkItem> items, Map<ItemId, Integer> priorFailures, Instant now) {
    var table = new ItemTable();
    for (WorkItem item : items) {
      table.put(ItemState.pending(item, priorFailures.getOrDefault(item.id(), 0), now));
    }
    return table;
  }

  /// The table as a checkpoint kept it. Items that were running are still marked so: the caller
  /// applies the journal first and then [#requeueRunning].
  static ItemTable from(MapCheckpoint checkpoint) {
    var table = new ItemTable();
    var states = new ArrayList<ItemState>();
    Map<ItemId, Integer> retries = checkpoint.retryCounts();
    Instant since = checkpoint.phaseStartedAt();
    for (WorkItem item : checkpoint.pending()) {
      states.add(ItemState.pending(item, retries.getOrDefault(item.id(), 0), since));
    }
    for (MapCheckpoint.InProgress running : checkpoint.inProgress()) {
      WorkItem item = running.workItem();
      states.add(
          ItemState.pending(item, retries.getOrDefault(item.id(), 0), since)
              .running(running.startedAt()));
    }
    for (MapCheckpoint.Completed completed : checkpoint.completed()) {
      ItemState state =
          ItemState.pending(
                  completed.workItem(),
                  retries.getOrDefault(completed.workItem().id(), 0),
                  completed.completedAt())
              .completed(completed.result(), completed.completedAt());
      states.add(completed.merged() ? state.merged(completed.completedAt()) : state);
    }
    for (MapCheckpoint.Failed failed : checkpoint.failed()) {
      states.add(
          new ItemState(
              failed.workItem(),
              ItemState.Status.FAILED,
              List.of(FailureRecords.restored(failed)),
              Math.max(0, failed.retryCount() - 1),
              null,
              failed.disposition(),
              failed.failedAt()));
    }
    states.sort((a, b) -> Integer.compare(a.item().index(), b.item().index()));
    states.forEach(table::put);
    table.journalSeq = checkpoint.journalSeq();
    return table;
  }

  /// Takes one journal record into account. Records already contained change nothing, so a replay
  /// may start anywhere before the checkpoint.
  synchronized void apply(JournalRecord record) {
    if (record.seq() <= journalSeq || !ahead.add(record.seq())) {
      return;
    }
    while (!ahead.isEmpty() && ahead.first() == journalSeq + 1) {
      journalSeq = ahead.removeFirst();
    }
    change(record.itemId(), state -> after(record, state));
  }

  /// The journal was replayed to its end: gaps in it are damage that no later record can fill.
  synchronized void replayedTo(long lastSeq) {
    journalSeq = Math.max(journalSeq, lastSeq);
    ahead.clear();
  }

  private static ItemState after(JournalRecord record, ItemState state) {
    if (record.attempt() < state.attempt()) {
      return state; // an attempt whose failure the state already counts
    }
    Instant at = record.timestamp();
    return switch (record.outcome()) {
      case STARTED -> state.running(at);
      case COMPLETED -> record.result() == null ? state : state.completed(record.result(), at);
      case MERGED -> state.merged(at);
      case FAILED ->
          record.failure() == null || record.disposition() == null
              ? state
              : state.failed(record.failure(), record.disposition(), at);
    };
  }

  /// Puts back what was running when the process died or was interrupted.
  ///
  /// @return those items, in item order
  synchronized List<ItemState> requeueRunning(Instant now) {
    var cutOff = new ArrayList<ItemState>();
    for (ItemState state : List.copyOf(states.values())) {
      if (state.status() == ItemState.Status.RUNNING) {
        cutOff.add(state);
        change(state.item().id(), s -> s.pendingAgain(now));
      }
    }
    return cutOff;
  }

  /// Puts one item back to pending: it was cut off, or its commits are gone, or another attempt at
  /// a failed item was asked for.
  synchronized void requeue(ItemId item, Instant now) {
    change(item, state -> state.pendingAgain(now));
  }

  /// Gives an item that failed for good a new set of attempts; their numbers go on.
  synchronized void restart(ItemId item, Instant now) {
    change(item, state -> ItemState.pending(state.item(), state.attempt() - 1, now));
  }

  synchronized ItemState get(ItemId item) {
    ItemState state = states.get(item);
    if (state == null) {
      throw new IllegalStateException("no such item in this job: " + item);
    }
    return state;
  }

  synchronized List<ItemState> all() {
    return List.copyOf(states.values());
  }

  synchronized List<ItemState> with(ItemState.Status status) {
    return states.values().stream().filter(s -> s.status() == status).toList();
  }

  synchronized Tally tally() {
    return new Tally(
        states.size(),
        counts.pending,
        counts.running,
        counts.successful,
        counts.failed,
        counts.skipped);
  }

  /// Everything, as a checkpoint keeps it.
  synchronized MapCheckpoint snapshot(
      JobId job,
      Phase phase,
      Instant phaseStartedAt,
      Map<String, JsonNode> captured,
      Map<String, String> environment,
      int maxParallel) {
    var pending = new ArrayList<WorkItem>();
    var running = new ArrayList<MapCheckpoint.InProgress>();
    var completed = new ArrayList<MapCheckpoint.Completed>();
    var failed = new ArrayList<MapCheckpoint.Failed>();
    var retries = new LinkedHashMap<ItemId, Integer>();
    var deadLettered = new ArrayList<ItemId>();
    for (ItemState state : states.values()) {
      WorkItem item = state.item();
      int before = state.attempt() - 1;
      if (before > 0 && state.status() != ItemState.Status.FAILED) {
        retries.put(item.id(), before);
      }
      switch (state.status()) {
        case PENDING -> pending.add(item);
        case RUNNING ->
            running.add(
                new MapCheckpoint.InProgress(
                    item, job.agent(item.id()), state.changedAt(), state.attempt(), null, null));
        case COMPLETED, DONE ->
            completed.add(
                new MapCheckpoint.Completed(
                    item,
                    requireResult(state),
                    state.changedAt(),
                    state.status() == ItemState.Status.DONE));
        case FAILED -> {
          failed.add(FailureRecords.stored(state));
          if (!state.skipped()) {
            deadLettered.add(item.id());
          }
        }
      }
    }
    return new MapCheckpoint(
        phase,
        phaseStartedAt,
        pending,
        running,
        completed,
        failed,
        retries,
        deadLettered,
        captured,
        environment,
        journalSeq,
        maxParallel);
  }

  private static AgentResult requireResult(ItemState state) {
    AgentResult result = state.result();
    if (result == null) {
      throw new IllegalStateException("finished without a result: " + state.item().id());
    }
    return result;
  }

  private void change(ItemId item, UnaryOperator<ItemState> change) {
    @Nullable ItemState before = states.get(item);
    if (before == null) {
      return; // a record of an item that the frozen list does not have: not ours to act on
    }
    ItemState after = change.apply(before);
    counts.add(before, -1);
    counts.add(after, +1);
    states.put(item, after);
  }

  private void put(ItemState state) {
    states.put(state.item().id(), state);
    counts.add(state, +1);
  }
}
