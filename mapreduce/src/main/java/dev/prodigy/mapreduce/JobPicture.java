package dev.prodigy.mapreduce;

import dev.prodigy.model.JobState;
import dev.prodigy.model.MapCheckpoint;
import dev.prodigy.model.Phase;
import dev.prodigy.storage.Checkpoints.Loaded;
import dev.prodigy.storage.JobStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where a job and each of its items stand at one moment, for anybody: made from the files alone,
/// also beside the process that works on it, and without changing them.
///
/// @param items in item order; empty while the job has not got that far
/// @param mapStarted when the map phase began, or the job where that is not known any more; null
///   before the map phase
/// @param maxParallel agents allowed at once; 0 before the map phase
public record JobPicture(
    JobState state, List<ItemState> items, @Nullable Instant mapStarted, int maxParallel) {
  private static final int ATTEMPTS = 3;
  private static final int RECENT = 20;

  public JobPicture {
    items = List.copyOf(items);
  }

  /// Empty if there is no such job.
  public static Optional<JobPicture> of(JobStore job) {
    return job.state().map(state -> of(job, state));
  }

  /// While we read, a newer checkpoint may come and the records it contains may go: then again.
  private static JobPicture of(JobStore job, JobState state) {
    for (int attempt = 1; ; attempt++) {
      Optional<Loaded<MapCheckpoint>> newest = job.checkpoints().newestMap();
      if (newest.isEmpty()) {
        return new JobPicture(state, List.of(), null, 0);
      }
      MapCheckpoint checkpoint = newest.get().value();
      var table = ItemTable.from(checkpoint);
      job.readJournal(checkpoint.journalSeq(), table::apply);
      if (attempt == ATTEMPTS
          || job.checkpoints().oldestKeptJournalSeq() <= checkpoint.journalSeq()) {
        boolean mapping = checkpoint.phase() == Phase.MAP;
        Instant began = mapping ? checkpoint.phaseStartedAt() : state.startedAt();
        return new JobPicture(state, table.all(), began, checkpoint.maxParallel());
      }
    }
  }

  /// Items in which the job has succeeded, of which it has given up, and so on.
  public record Counts(int total, int completed, int failed, int skipped, int active, int pending) {
    /// Those that are over.
    public int finished() {
      return completed + failed + skipped;
    }
  }

  public Counts counts() {
    if (items.isEmpty()) {
      int pending = state.totalItems() - state.successfulCount() - state.failedCount();
      return new Counts(
          state.totalItems(), state.successfulCount(), state.failedCount(), 0, 0, pending);
    }
    int completed = 0;
    int failed = 0;
    int skipped = 0;
    int active = 0;
    for (ItemState item : items) {
      switch (item.status()) {
        case DONE -> completed++;
        case RUNNING, COMPLETED -> active++;
        case FAILED -> {
          failed += item.skipped() ? 0 : 1;
          skipped += item.skipped() ? 1 : 0;
        }
        case PENDING -> {}
      }
    }
    int pending = items.size() - completed - failed - skipped - active;
    return new Counts(items.size(), completed, failed, skipped, active, pending);
  }

  /// Items finished since then.
  public int finishedSince(Instant since) {
    return Math.toIntExact(
        items.stream().filter(item -> item.ended() && item.changedAt().isAfter(since)).count());
  }

  /// When the last item was finished.
  public Optional<Instant> lastFinished() {
    return items.stream()
        .filter(ItemState::ended)
        .map(ItemState::changedAt)
        .max(Instant::compareTo);
  }

  /// How long an item takes its agent, by all that succeeded.
  public Optional<Duration> averageDuration() {
    return average(durations(items.size()));
  }

  /// What is left, at the pace of the last 20 items; empty if there is nothing to tell it by.
  public Optional<Duration> remaining() {
    int left = counts().pending() + counts().active();
    return average(durations(RECENT))
        .filter(_ -> left > 0 && maxParallel > 0)
        .map(pace -> pace.multipliedBy(left).dividedBy(Math.min(maxParallel, left)));
  }

  /// Of the items that succeeded last.
  private List<Duration> durations(int most) {
    return items.stream()
        .filter(item -> item.result() != null)
        .sorted((a, b) -> b.changedAt().compareTo(a.changedAt()))
        .limit(most)
        .map(item -> Objects.requireNonNull(item.result()).duration())
        .toList();
  }

  private static Optional<Duration> average(List<Duration> durations) {
    return durations.stream().reduce(Duration::plus).map(sum -> sum.dividedBy(durations.size()));
  }
}
