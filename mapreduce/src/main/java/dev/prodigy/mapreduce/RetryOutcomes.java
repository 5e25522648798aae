package dev.prodigy.mapreduce;

import dev.prodigy.model.AgentResult;
import dev.prodigy.model.DeadLetter;
import dev.prodigy.model.Event;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.JobId;
import dev.prodigy.model.JournalRecord.Outcome;
import dev.prodigy.storage.MapJournal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A dead letter retry works for another job: what succeeds is entered into that job's journal and
/// leaves its queue, in this order; what fails again adds to its history there.
final class RetryOutcomes implements ItemOutcomes {
  private final JobContext job;
  private final JobOutcomes own;
  private final JobId original;
  private final MapJournal journal;

  /// @param own keeps this retry's session up to date and adds failures to the queue
  RetryOutcomes(JobContext job, JobOutcomes own, JobId original, MapJournal journal) {
    this.job = job;
    this.own = own;
    this.original = original;
    this.journal = journal;
  }

  @Override
  public void succeeded(ItemState state) {
    AgentResult result = state.result();
    ItemId item = state.item().id();
    if (result == null) {
      return;
    }
    journal.append(entry(item, Outcome.COMPLETED, result, result));
    if (!result.commits().isEmpty()) {
      journal.append(entry(item, Outcome.MERGED, result, null));
    }
    if (job.files().sink().remove(item)) {
      job.files().event(new Event.DLQItemRemoved(item));
    }
  }

  private MapJournal.Entry entry(
      ItemId item, Outcome outcome, AgentResult result, @Nullable AgentResult stored) {
    return new MapJournal.Entry(
        item,
        outcome,
        result.attempt(),
        original.agent(item),
        outcome == Outcome.MERGED ? List.of(result.commits().getLast()) : result.commits(),
        stored,
        null,
        null,
        null);
  }

  @Override
  public void failed(ItemState state, DeadLetter.@Nullable Artifacts artifacts) {
    own.failed(state, artifacts);
  }

  @Override
  public void counted(ItemTable.Tally tally) {
    own.counted(tally);
  }

  @Override
  public void ended(ItemTable.Tally tally, String phase) {
    own.ended(tally, phase);
    job.files()
        .event(new Event.DLQItemsReprocessed(tally.finished(), tally.successful(), tally.failed()));
  }
}
