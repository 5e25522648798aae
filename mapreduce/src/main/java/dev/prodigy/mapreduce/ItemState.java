package dev.prodigy.mapreduce;

import dev.prodigy.model.AgentResult;
import dev.prodigy.model.Failure;
import dev.prodigy.model.JournalRecord.Disposition;
import dev.prodigy.model.WorkItem;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where one item stands. A value: every transition gives a new one.
///
/// @param failures failed attempts of this job that count, oldest first
/// @param priorFailures attempts made before this job began (dead letter retries)
/// @param changedAt when it came into this status
public record ItemState(
    WorkItem item,
    Status status,
    List<Failure> failures,
    int priorFailures,
    @Nullable AgentResult result,
    @Nullable Disposition disposition,
    Instant changedAt) {

  /// `COMPLETED` has a durable result that is not merged yet; `DONE` is over for good. A failed
  /// item with attempts left is `PENDING` again.
  public enum Status {
    PENDING,
    RUNNING,
    COMPLETED,
    DONE,
    FAILED
  }

  public ItemState {
    failures = List.copyOf(failures);
  }

  static ItemState pending(WorkItem item, int priorFailures, Instant now) {
    return new ItemState(item, Status.PENDING, List.of(), priorFailures, null, null, now);
  }

  /// The number of the present or next attempt, from 1. A cut-off attempt does not count, so its
  /// repetition has the same number.
  public int attempt() {
    return priorFailures + failures.size() + 1;
  }

  /// True when nothing remains to be done for the item in this job.
  public boolean ended() {
    return status == Status.DONE || status == Status.FAILED;
  }

  public boolean skipped() {
    return status == Status.FAILED && disposition == Disposition.SKIP;
  }

  /// Failed for good: in the dead letter queue, or the reason why the job stopped.
  public boolean lost() {
    return status == Status.FAILED && disposition != Disposition.SKIP;
  }

  ItemState running(Instant now) {
    return new ItemState(item, Status.RUNNING, failures, priorFailures, null, null, now);
  }

  ItemState pendingAgain(Instant now) {
    return new ItemState(item, Status.PENDING, failures, priorFailures, null, null, now);
  }

  ItemState completed(AgentResult newResult, Instant now) {
    Status next = newResult.commits().isEmpty() ? Status.DONE : Status.COMPLETED;
    return new ItemState(item, next, failures, priorFailures, newResult, null, now);
  }

  ItemState merged(Instant now) {
    return new ItemState(item, Status.DONE, failures, priorFailures, result, null, now);
  }

  ItemState failed(Failure failure, Disposition next, Instant now) {
    List<Failure> more = new java.util.ArrayList<>(failures);
    more.add(failure);
    return next == Disposition.RETRY
        ? new ItemState(item, Status.PENDING, more, priorFailures, null, null, now)
        : new ItemState(item, Status.FAILED, more, priorFailures, null, next, now);
  }
}
