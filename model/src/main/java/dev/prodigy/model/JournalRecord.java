package dev.prodigy.model;

import dev.prodigy.model.DeadLetter.Artifacts;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One line of a job's map journal, the truth about its items. Durable before anything acts on it.
///
/// @param seq gapless from 1 within the job, over all its runs
/// @param pid the coordinator that wrote it, with its start time in epoch milliseconds: together
///   they tell a live owner from a reused number
/// @param commits for `COMPLETED` and `MERGED`
/// @param result for `COMPLETED`
/// @param failure for `FAILED`
/// @param disposition for `FAILED`: what happens to the item next
/// @param artifacts for `FAILED` items whose worktree or branch was kept
public record JournalRecord(
    long seq,
    Instant timestamp,
    ItemId itemId,
    Outcome outcome,
    int attempt,
    AgentId agentId,
    long pid,
    long pidStart,
    List<String> commits,
    @Nullable AgentResult result,
    @Nullable Failure failure,
    @Nullable Disposition disposition,
    @Nullable Artifacts artifacts) {

  /// Stored in Pascal case: `Started`, `Completed`, `Failed`, `Merged`.
  public enum Outcome {
    STARTED,
    COMPLETED,
    FAILED,
    MERGED
  }

  /// Stored in Pascal case.
  public enum Disposition {
    RETRY,
    DEAD_LETTER,
    SKIP,
    STOP
  }

  public JournalRecord {
    commits = List.copyOf(commits);
  }
}
