package dev.prodigy.mapreduce;

import dev.prodigy.git.AgentWorktrees;
import dev.prodigy.git.MergeQueue;
import dev.prodigy.model.AgentId;
import dev.prodigy.model.AgentResult;
import dev.prodigy.model.Event;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.JournalRecord;
import dev.prodigy.model.JournalRecord.Outcome;
import dev.prodigy.storage.MapJournal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Brings a resumed job's records and its repository back into step: what a dead process had begun
/// is either finished here or undone.
///
/// - running: back to pending; commits it made are kept under a ref of ours
/// - result durable, not merged: merged now, if its commits are still there; else run again
/// - merged, but not in the session branch any more (the worktree and its branch were deleted):
///   merged again from its commits, else run again
/// - failed for good, perhaps not in the dead letter queue yet: put there
/// - done, but the event log does not say so: said now
final class Recovery {
  private final JobContext job;
  private final ItemTable table;
  private final AgentWorktrees agents;
  private final MergeQueue merges;
  private final ItemOutcomes outcomes;

  Recovery(
      JobContext job,
      ItemTable table,
      AgentWorktrees agents,
      MergeQueue merges,
      ItemOutcomes outcomes) {
    this.job = job;
    this.table = table;
    this.agents = agents;
    this.merges = merges;
    this.outcomes = outcomes;
  }

  void run(RestoredItems restored) {
    List<ItemState> unmerged = table.with(ItemState.Status.COMPLETED);
    keepWhatIsStillNeeded(unmerged, restored.cutOff());
    mergeAgainWhatWasLost();
    unmerged.forEach(this::mergeOrRunAgain);
    restored.deadLetters().forEach(this::putIntoQueue);
    job.files().sink().flush();
    tellWhatWasSwallowed(restored.events());
  }

  private void keepWhatIsStillNeeded(List<ItemState> unmerged, List<ItemState> cutOff) {
    Set<String> needed = new HashSet<>();
    unmerged.forEach(
        state -> {
          if (state.result() != null && state.result().branchName() != null) {
            needed.add(state.result().branchName());
          }
        });
    for (ItemState state : cutOff) {
      AgentId agent = job.files().job().agent(state.item().id());
      agents
          .abandon(
              agent, "%s/%s-%d".formatted(job.files().job(), state.item().id(), state.attempt()))
          .ifPresent(
              ref ->
                  job.reporter()
                      .detail(
                          "Commits of the cut-off attempt at %s are kept as %s"
                              .formatted(state.item().id(), ref)));
    }
    agents.keepBranches(needed::contains);
    agents.recover();
  }

  private void mergeAgainWhatWasLost() {
    for (ItemState state : table.with(ItemState.Status.DONE)) {
      AgentResult result = state.result();
      if (result == null || result.commits().isEmpty()) {
        continue;
      }
      if (merges.contains(result.commits().getLast())) {
        return; // merges are in order of completion only roughly, but one branch holds them all
      }
      mergeOrRunAgain(state);
    }
  }

  private void mergeOrRunAgain(ItemState state) {
    AgentResult result = state.result();
    if (result == null) {
      return;
    }
    ItemId item = state.item().id();
    AgentId agent = job.files().job().agent(item);
    String tip = result.commits().getLast();
    String branch = result.branchName() == null ? tip : result.branchName();
    if (job.run().repository().resolve(tip + "^{commit}").isEmpty()) {
      job.reporter().warning("The commits of %s are gone; it runs again".formatted(item));
      table.requeue(item, job.now());
      return;
    }
    switch (merges.merge(branch, tip, result.commits().getFirst() + "^", result.filesModified())) {
      case MergeQueue.Outcome.Merged merged -> {
        job.files().record(table, mergedEntry(state, result));
        job.files()
            .event(
                new Event.WorktreeMerged(
                    agent, item, job.parent().branch(), merged.mergeCommit(), merged.assisted()));
        outcomes.succeeded(table.get(item));
      }
      case MergeQueue.Outcome.Conflict _ -> table.requeue(item, job.now());
    }
    agents.discardBranch(branch);
  }

  private MapJournal.Entry mergedEntry(ItemState state, AgentResult result) {
    return new MapJournal.Entry(
        state.item().id(),
        Outcome.MERGED,
        state.attempt(),
        job.files().job().agent(state.item().id()),
        List.of(result.commits().getLast()),
        null,
        null,
        null,
        null);
  }

  private void putIntoQueue(ItemId item, JournalRecord record) {
    ItemState state = table.get(item);
    boolean there =
        job.files().sink().items().stream().anyMatch(letter -> letter.itemId().equals(item));
    if (state.lost() && !there) {
      outcomes.failed(state, record.artifacts());
    }
  }

  private void tellWhatWasSwallowed(JobEvents events) {
    for (ItemState state : table.with(ItemState.Status.DONE)) {
      AgentResult result = state.result();
      if (result != null
          && events.lacksCompletionOf(state.item().id(), result, state.changedAt())) {
        job.files()
            .event(AgentAttempt.agentCompleted(job.files().job().agent(state.item().id()), result));
      }
    }
  }
}
