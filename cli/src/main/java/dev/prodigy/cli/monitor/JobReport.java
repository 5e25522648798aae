package dev.prodigy.cli.monitor;

import dev.prodigy.mapreduce.JobPicture;
import dev.prodigy.model.JobId;
import dev.prodigy.model.JobState;
import dev.prodigy.model.Json;
import dev.prodigy.model.Owner;
import dev.prodigy.storage.EventFiles;
import dev.prodigy.storage.EventTime;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.storage.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// One look at a MapReduce job: counts, rates and what each agent does.
///
/// @param owner the live process that works on it; null if none does
record JobReport(
    Instant now, JobPicture picture, AgentStates agents, @Nullable Owner owner, EventFiles files) {
  private static final Duration CURRENT = Duration.ofSeconds(60);

  /// Empty if there is no such job.
  static Optional<JobReport> of(Store store, RepositoryStore repository, JobId job) {
    Owner owner = store.locks().liveHolder(job.value()).orElse(null);
    EventFiles files = EventFiles.of(store.root(), repository.name().value());
    return JobPicture.of(repository.job(job))
        .map(
            picture ->
                new JobReport(
                    Instant.now(),
                    picture,
                    new AgentStates(picture, files.segments(job), owner != null),
                    owner,
                    files));
  }

  JobState state() {
    return picture.state();
  }

  boolean live() {
    return owner != null;
  }

  /// As users know it: `Running`, `Completed`, `Interrupted`.
  String status() {
    if (live()) {
      return "Running";
    }
    return state().isComplete() ? "Completed" : "Interrupted";
  }

  String phase() {
    return state().phase().name().toLowerCase(Locale.ROOT);
  }

  /// Items per second over the map phase so far.
  double averageThroughput() {
    Instant start = picture.mapStarted();
    if (start == null) {
      return 0;
    }
    Instant end = live() ? now : picture.lastFinished().orElse(now);
    return perSecond(picture.counts().finished(), Duration.between(start, end));
  }

  /// Items per second over the last minute; 0 if nobody works on the job.
  double currentThroughput() {
    Instant start = picture.mapStarted();
    if (start == null || !live()) {
      return 0;
    }
    Duration since = Duration.between(start, now);
    return perSecond(
        picture.finishedSince(now.minus(CURRENT)), since.compareTo(CURRENT) < 0 ? since : CURRENT);
  }

  private static double perSecond(int items, Duration time) {
    return items == 0 ? 0 : items * 1000.0 / Math.max(1, time.toMillis());
  }

  /// In percent; 100 while nothing has failed.
  double successRate() {
    JobPicture.Counts counts = picture.counts();
    int tried = counts.completed() + counts.failed();
    return tried == 0 ? 100 : 100.0 * counts.completed() / tried;
  }

  /// From 0 to 100.
  double percentDone() {
    JobPicture.Counts counts = picture.counts();
    return counts.total() == 0
        ? (state().isComplete() ? 100 : 0)
        : 100.0 * counts.finished() / counts.total();
  }

  /// How long it will take yet; empty if nobody works on it or nothing can be told.
  Optional<Duration> eta() {
    return live() ? picture.remaining() : Optional.empty();
  }

  ObjectNode json() {
    JobPicture.Counts counts = picture.counts();
    ObjectNode json = Json.NODES.objectNode();
    json.put("timestamp", EventTime.format(now.toEpochMilli()));
    json.put("job_id", state().jobId().value()).put("status", status()).put("phase", phase());
    json.put("total_items", counts.total()).put("progress", rounded(percentDone()));
    ObjectNode metrics = json.putObject("metrics");
    metrics.put("completed_items", counts.completed()).put("failed_items", counts.failed());
    metrics.put("skipped_items", counts.skipped()).put("pending_items", counts.pending());
    metrics.put("active_agents", live() ? counts.active() : 0);
    metrics.put("throughput_current", rounded(currentThroughput()));
    metrics.put("throughput_average", rounded(averageThroughput()));
    metrics.put("success_rate", rounded(successRate()));
    metrics.put(
        "average_duration_ms", picture.averageDuration().map(Duration::toMillis).orElse(0L));
    metrics.put(
        "estimated_completion",
        eta().map(left -> EventTime.format(now.plus(left).toEpochMilli())).orElse(null));
    ProcessUsage usage = owner == null ? ProcessUsage.NONE : ProcessUsage.of(owner);
    metrics.put("memory_usage_mb", usage.memoryMb());
    metrics.put("cpu_usage_percent", usage.cpuPercent());
    json.set("agent_states", agents.json());
    return json;
  }

  List<AgentStates.Active> active() {
    return agents.active(now);
  }

  static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
