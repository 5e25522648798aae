package dev.prodigy.mapreduce;

import dev.prodigy.model.AgentId;
import dev.prodigy.model.AgentResult;
import dev.prodigy.model.Failure;
import dev.prodigy.model.FailureReason;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.JobId;
import dev.prodigy.model.JournalRecord;
import dev.prodigy.model.JournalRecord.Disposition;
import dev.prodigy.model.JournalRecord.Outcome;
import dev.prodigy.model.Json;
import dev.prodigy.model.WorkItem;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Journal records and items for tests.
final class Records {
  static final JobId JOB = new JobId("mapreduce-1");

  private Records() {}

  static List<WorkItem> items(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new WorkItem(ItemId.of(i), Json.parse("{\"id\":%d}".formatted(i))))
        .toList();
  }

  static JournalRecord started(long seq, ItemId item, int attempt) {
    return record(seq, item, Outcome.STARTED, attempt, List.of(), null, null, null);
  }

  static JournalRecord completed(long seq, ItemId item, int attempt, List<String> commits) {
    return record(
        seq, item, Outcome.COMPLETED, attempt, commits, result(item, attempt, commits), null, null);
  }

  static JournalRecord merged(long seq, ItemId item, int attempt, List<String> commits) {
    return record(seq, item, Outcome.MERGED, attempt, commits, null, null, null);
  }

  static JournalRecord failed(long seq, ItemId item, int attempt, Disposition disposition) {
    return record(
        seq, item, Outcome.FAILED, attempt, List.of(), null, failure(item, attempt), disposition);
  }

  static Failure failure(ItemId item, int attempt) {
    return new Failure(
        attempt,
        Instant.ofEpochSecond(attempt),
        new FailureReason.CommandFailed(7),
        "exit 7",
        List.of(),
        JOB.agent(item),
        "shell: exit 7",
        1,
        null);
  }

  static AgentResult result(ItemId item, int attempt, List<String> commits) {
    return new AgentResult(
        item,
        AgentResult.Status.SUCCESS,
        "out",
        commits,
        List.of(),
        Duration.ofMillis(5),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        attempt,
        null,
        null,
        Map.of());
  }

  private static JournalRecord record(
      long seq,
      ItemId item,
      Outcome outcome,
      int attempt,
      List<String> commits,
      @org.jspecify.annotations.Nullable AgentResult result,
      @org.jspecify.annotations.Nullable Failure failure,
      @org.jspecify.annotations.Nullable Disposition disposition) {
    return new JournalRecord(
        seq,
        Instant.ofEpochSecond(seq),
        item,
        outcome,
        attempt,
        new AgentId(JOB + "_agent_" + item.index()),
        1,
        1,
        commits,
        result,
        failure,
        disposition,
        null);
  }
}
