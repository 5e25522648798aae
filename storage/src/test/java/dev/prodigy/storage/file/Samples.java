package dev.prodigy.storage.file;

import dev.prodigy.model.AgentId;
import dev.prodigy.model.AgentResult;
import dev.prodigy.model.CheckpointReason;
import dev.prodigy.model.CleanupStatus;
import dev.prodigy.model.DeadLetter;
import dev.prodigy.model.Failure;
import dev.prodigy.model.FailureReason;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.JobId;
import dev.prodigy.model.JobState;
import dev.prodigy.model.JournalRecord;
import dev.prodigy.model.Json;
import dev.prodigy.model.MapCheckpoint;
import dev.prodigy.model.Phase;
import dev.prodigy.model.Session;
import dev.prodigy.model.SessionId;
import dev.prodigy.model.SessionStatus;
import dev.prodigy.model.WorkItem;
import dev.prodigy.storage.Checkpoints;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Random values of the model, the same for the same seed.
final class Samples {
  static final JobId JOB = new JobId("mapreduce-123");
  static final SessionId SESSION = new SessionId("session-1b4e28ba-2fa1-11d2-883f-0016d3cca427");
  static final Instant NOON = Instant.parse("2025-01-11T12:00:00.123Z");

  private static final List<String> TEXTS =
      List.of(
          "",
          "plain",
          "two\nlines",
          "\"quoted\" \\ back",
          "tab\tnull\u0000",
          "ünïcödé → 漢字 🎉",
          "a/b/c",
          "{\"json\":true}");

  private final Random random;

  Samples(long seed) {
    this.random = new Random(seed);
  }

  static Session session(SessionId id) {
    return new Session(
        id,
        Session.Type.MAP_REDUCE,
        SessionStatus.RUNNING,
        NOON,
        NOON,
        null,
        Map.of("total_steps", Json.parse("3"), "current_step", Json.parse("0")),
        List.of(),
        Map.of("setup", Json.parse("{\"secs\":1,\"nanos\":0}")),
        null,
        null,
        new Session.MapReduceData("mapreduce-123", 10, 0, 0, 0, "map", null),
        1,
        "prodigy",
        "/home/u/prodigy",
        "wf.yml",
        "sha256:00",
        null);
  }

  static JobState jobState(JobId job, SessionId session, Instant startedAt) {
    return new JobState(
        job,
        session,
        "review",
        "prodigy",
        "/home/u/prodigy",
        null,
        "sha256:00",
        List.of("a"),
        Map.of("depth", Json.parse("1.50")),
        Phase.MAP,
        Json.parse("{\"max_parallel\":5}"),
        "session-x",
        "prodigy-session-x",
        "abc",
        "main",
        startedAt,
        startedAt,
        10,
        1,
        0,
        true,
        JobState.ReduceState.NONE,
        false,
        0,
        null,
        null);
  }

  static DeadLetter deadLetter(int item, int attempt, String message) {
    return DeadLetter.of(
        new WorkItem(ItemId.of(item), Json.parse("{\"n\":" + item + "}")),
        List.of(failure(item, attempt, message)),
        null);
  }

  static Failure failure(int item, int attempt, String message) {
    return new Failure(
        attempt,
        NOON.plusSeconds(attempt),
        new FailureReason.CommandFailed(7),
        message,
        List.of("stderr tail"),
        JOB.agent(ItemId.of(item)),
        "shell: false",
        45,
        null);
  }

  static Checkpoints.Header header(MapCheckpoint of, CheckpointReason reason) {
    return new Checkpoints.Header(
        SESSION, of.phase(), reason, of.totalItems(), of.completed().size());
  }

  String text() {
    return TEXTS.get(random.nextInt(TEXTS.size()));
  }

  Instant time() {
    return Instant.ofEpochMilli(random.nextLong(4_000_000_000_000L));
  }

  private Duration duration() {
    return Duration.ofSeconds(random.nextInt(100_000), random.nextInt(1_000_000_000));
  }

  JsonNode json() {
    return switch (random.nextInt(6)) {
      case 0 -> Json.parse("null");
      case 1 -> Json.parse("1.10");
      case 2 -> Json.parse("123456789012345678901234567890");
      case 3 -> Json.NODES.stringNode(text());
      case 4 -> Json.parse("[true,{\"b\":1,\"a\":[]}]");
      default -> Json.NODES.objectNode().put("name", text()).put("n", random.nextInt());
    };
  }

  private Map<String, JsonNode> jsons() {
    var map = new HashMap<String, JsonNode>();
    IntStream.range(0, random.nextInt(4)).forEach(i -> map.put("k" + i, json()));
    return map;
  }

  private <T> @Nullable T maybe(Supplier<T> value) {
    return random.nextBoolean() ? value.get() : null;
  }

  private <T> T oneOf(T[] all) {
    return all[random.nextInt(all.length)];
  }

  FailureReason reason() {
    return switch (random.nextInt(6)) {
      case 0 -> new FailureReason.Timeout();
      case 1 -> new FailureReason.CommandFailed(random.nextInt(256));
      case 2 -> new FailureReason.CommitValidationFailed(maybe(this::text));
      case 3 -> new FailureReason.MergeConflict();
      case 4 -> new FailureReason.AgentError();
      default -> new FailureReason.Unknown();
    };
  }

  private CleanupStatus cleanup() {
    return switch (random.nextInt(3)) {
      case 0 -> new CleanupStatus.Success();
      case 1 -> new CleanupStatus.Skipped();
      default -> new CleanupStatus.Failed(text());
    };
  }

  AgentResult result(ItemId item) {
    return new AgentResult(
        item,
        oneOf(AgentResult.Status.values()),
        maybe(this::text),
        random.nextBoolean() ? List.of() : List.of("a".repeat(40), "b".repeat(40)),
        random.nextBoolean() ? List.of() : List.of("src/A.java", "ö.txt"),
        duration(),
        maybe(this::text),
        maybe(this::reason),
        maybe(this::text),
        maybe(this::text),
        maybe(SessionId::random),
        maybe(this::text),
        maybe(this::cleanup),
        random.nextInt(5),
        maybe(random::nextLong),
        maybe(this::text),
        jsons());
  }

  Failure failure(AgentId agent) {
    return new Failure(
        1 + random.nextInt(3),
        time(),
        reason(),
        text(),
        List.of(text()),
        agent,
        text(),
        random.nextInt(10_000),
        maybe(this::text));
  }

  /// Items of all kinds, each in one list.
  MapCheckpoint mapCheckpoint(int items, long journalSeq) {
    var pending = new ArrayList<WorkItem>();
    var inProgress = new ArrayList<MapCheckpoint.InProgress>();
    var completed = new ArrayList<MapCheckpoint.Completed>();
    var failed = new ArrayList<MapCheckpoint.Failed>();
    var retries = new HashMap<ItemId, Integer>();
    for (int i = 0; i < items; i++) {
      var item = new WorkItem(ItemId.of(i), json());
      switch (random.nextInt(4)) {
        case 0 -> pending.add(item);
        case 1 -> inProgress.add(inProgress(item));
        case 2 ->
            completed.add(
                new MapCheckpoint.Completed(item, result(item.id()), time(), random.nextBoolean()));
        default -> failed.add(failed(item));
      }
      if (random.nextInt(5) == 0) {
        retries.put(item.id(), 1 + random.nextInt(3));
      }
    }
    return new MapCheckpoint(
        Phase.MAP,
        time(),
        pending,
        inProgress,
        completed,
        failed,
        retries,
        failed.stream().map(f -> f.workItem().id()).toList(),
        jsons(),
        Map.of("PROFILE", text()),
        journalSeq,
        1 + random.nextInt(10));
  }

  private MapCheckpoint.InProgress inProgress(WorkItem item) {
    return new MapCheckpoint.InProgress(
        item, JOB.agent(item.id()), time(), 1, maybe(this::text), maybe(this::text));
  }

  private MapCheckpoint.Failed failed(WorkItem item) {
    return new MapCheckpoint.Failed(
        item, text(), time(), 1, oneOf(JournalRecord.Disposition.values()), reason());
  }
}
