package dev.prodigy.mapreduce;

import dev.prodigy.model.DeadLetter;
import org.jspecify.annotations.Nullable;

/// What follows when an item is over, besides its own records: a first run fills its dead letter
/// queue and session, a dead letter retry empties the queue of the job it works for.
interface ItemOutcomes {
  /// The item is done, merged and announced.
  void succeeded(ItemState state);

  /// The item failed for good; its journal record is durable.
  void failed(ItemState state, DeadLetter.@Nullable Artifacts artifacts);

  /// After each item; may be called often.
  void counted(ItemTable.Tally tally);

  /// The job is over, in the phase given.
  void ended(ItemTable.Tally tally, String phase);
}
