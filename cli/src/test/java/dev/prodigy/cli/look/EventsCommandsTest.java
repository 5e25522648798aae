package dev.prodigy.cli.look;

import static dev.prodigy.cli.look.EventsStore.JOB;
import static dev.prodigy.cli.look.EventsStore.NOON;
import static dev.prodigy.cli.look.EventsStore.agentFailed;
import static dev.prodigy.cli.look.EventsStore.agentStarted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.cli.CommandRun.Result;
import dev.prodigy.model.Event;
import dev.prodigy.model.JobId;
import dev.prodigy.model.Json;
import dev.prodigy.model.RepoName;
import dev.prodigy.model.SessionId;
import dev.prodigy.model.SessionStatus;
import dev.prodigy.storage.RunLock;
import dev.prodigy.storage.WriterIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// `prodigy events`: finding and showing what happened.
class EventsCommandsTest {
  @TempDir Path directory;
  private EventsStore store;

  @BeforeEach
  void aFinishedJob() {
    store = new EventsStore(directory);
    store.finishedJob("repo", JOB);
  }

  @Test
  void theNewestEventOfAFinishedJobIsItsEnd() {
    List<String> one = store.lines("events", "ls", "--job_id", JOB.value(), "--limit", "1");
    assertThat(one).singleElement().asString().startsWith("{\"type\":\"JobCompleted\"");
    assertThat(store.lines("events", "ls", "--job-id=" + JOB, "--limit=1", "--json"))
        .isEqualTo(one);
    List<String> all = store.lines("events", "ls", "--job-id", JOB.value());
    assertThat(all.getFirst()).isEqualTo(one.getFirst());
    assertThat(all.getLast()).startsWith("{\"type\":\"JobStarted\"");
    assertThat(all.reversed()).isEqualTo(store.stored("repo", JOB));
    assertThat(store.lines("events", "ls", "--limit", "3", "--reverse"))
        .isEqualTo(store.stored("repo", JOB).subList(4, 7));
    assertThat(store.lines("events", "list", "--limit", "0", "--reverse"))
        .isEqualTo(store.stored("repo", JOB));
  }

  @Test
  void typesAreFilteredInEitherSpelling() {
    long failed =
        store.stored("repo", JOB).stream().filter(line -> line.contains("AgentFailed")).count();
    assertThat(store.lines("events", "ls", "--job-id", JOB.value(), "--type", "agent_failed"))
        .hasSize((int) failed);
    assertThat(store.lines("events", "ls", "--event-type", "AgentFailed,JobStarted")).hasSize(2);
    Result unknown = store.run("events", "ls", "--type", "AgentFaild");
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err()).contains("AgentFaild").contains("AgentFailed, ");
  }

  @Test
  void anUnknownJobIsAnError() {
    Result result = store.run("events", "ls", "--job-id", "nope");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("Job 'nope' not found");
  }

  @Test
  void otherFiltersNarrowFurther() {
    assertThat(store.lines("events", "ls", "--agent-id", JOB + "_agent_1")).hasSize(2);
    assertThat(store.lines("events", "ls", "--item-id", "item_1")).hasSize(3);
    assertThat(store.lines("events", "ls", "--correlation-id", "nobody")).isEmpty();
    assertThat(store.lines("events", "ls", "--since", "2025-01-11T12:00:30Z")).hasSize(4);
    assertThat(store.lines("events", "ls", "--until", "2025-01-11T12:00:30Z")).hasSize(3);
    assertThat(store.lines("events", "ls", "--since", "30")).isEmpty();
    assertThat(store.run("events", "ls", "--since", "soon").code()).isEqualTo(2);
  }

  @Test
  void aJobAloneMeansItsWholeHistory() {
    List<String> stored = store.stored("repo", JOB);
    assertThat(store.lines("events", JOB.value())).isEqualTo(stored);
    assertThat(store.lines("events", "--job-id", JOB.value())).isEqualTo(stored);
    assertThat(store.lines("events", "show", "--job_id", JOB.value())).isEqualTo(stored);
    assertThat(store.lines("events", JOB.value(), "--type", "JobStarted")).hasSize(1);
    for (String mode : List.of("auto", "batch", "stream")) {
      assertThat(store.lines("events", "show", JOB.value(), "--read-mode", mode)).isEqualTo(stored);
    }
  }

  @Test
  void aMistypedSubcommandIsNotAJob() {
    Result result = store.run("events", "stat");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("did you mean 'stats'?");
    assertThat(store.run("events").code()).isEqualTo(2);
    assertThat(store.run("events", "show").err()).contains("required");
    assertThat(store.run("events", "--nonsense").code()).isEqualTo(2);
  }

  @Test
  void aJobMayBeNamedInOtherWays() {
    List<String> stored = store.stored("repo", JOB);
    store.session("repo", JOB, SessionStatus.COMPLETED);
    assertThat(store.lines("events", "latest")).isEqualTo(stored);
    assertThat(store.lines("events", "mapreduce-1")).isEqualTo(stored);
    assertThat(store.lines("events", "session-of-" + JOB)).isEqualTo(stored);
    store.finishedJob("repo", new JobId("mapreduce-124"));
    Result ambiguous = store.run("events", "mapreduce-12");
    assertThat(ambiguous.code()).isEqualTo(1);
    assertThat(ambiguous.err()).contains("repo  mapreduce-123").contains("repo  mapreduce-124");
    assertThat(store.run("events", "mapr").code()).isEqualTo(1); // too short for a beginning
  }

  @Test
  void repositoriesOfOneNameDoNotSeeEachOthersJobs() throws IOException {
    Path first = repository("a/api");
    Path second = repository("b/api");
    store.finishedJob("api", JOB);
    Files.writeString(
        store.root.resolve("repositories.json"),
        "{\"version\":1,\"repos\":{\"api\":{\"root\":\"%s\"}}}".formatted(first.toRealPath()));
    Path inside = Files.createDirectories(first.resolve("src"));
    assertThat(store.lines("-p", inside.toString(), "events", "ls")).hasSize(7);
    assertThat(store.lines("-p", second.toString(), "events", "ls")).isEmpty();
    assertThat(store.lines("-p", second.toString(), "events", "ls", "--all-repos")).hasSize(14);
    assertThat(store.lines("--repo", "repo", "events", "ls", "--limit", "1")).hasSize(1);
    assertThat(store.run("-p", second.toString(), "events", JOB.value()).err())
        .contains("api  " + JOB)
        .contains("repo  " + JOB);
  }

  private Path repository(String name) throws IOException {
    Path repository = directory.resolve(name);
    Files.createDirectories(repository.resolve(".git"));
    return repository;
  }

  @Test
  void olderShapesComeOutInTodays() {
    store.raw(
        "repo",
        JOB,
        "events-20250111130000000.jsonl",
        "{\"id\":\"1\",\"timestamp\":\"2025-01-11T13:00:00Z\",\"event\":"
            + "{\"event_type\":\"d_l_q_item_added\",\"item_id\":\"i\"},\"metadata\":{}}\n");
    EventsStore.modified(store.segments("repo", JOB).getLast(), NOON.plusSeconds(3600));
    JsonNode event = store.records("events", "ls", "--limit", "1").getFirst();
    assertThat(event.path("type").asString()).isEqualTo("DLQItemAdded");
    assertThat(event.path("job_id").asString()).isEqualTo(JOB.value());
  }

  @Test
  void unreadableLinesAreSkippedAndCounted() {
    store.raw("repo", JOB, "events-20250111130000000.jsonl", "no json\n\n{\"a\":1}\n");
    Result result = store.run("events", "ls");
    assertThat(result.code()).isZero();
    assertThat(result.out().lines()).hasSize(7);
    assertThat(result.err()).contains("2 unreadable lines skipped");
    assertThat(store.run("events", "stats").err()).contains("2 unreadable lines skipped");
  }

  @Test
  void peopleReadSentences() {
    List<String> lines = store.lines("events", JOB.value(), "--output-format", "human");
    assertThat(lines.getFirst())
        .endsWith(" JobStarted - Job: mapreduce-123 - Started with 10 items");
    assertThat(lines.get(3))
        .endsWith(" - Agent: mapreduce-123_agent_0 - Item: item_0 - 30.0s, 2 commits");
    assertThat(lines.get(4)).endsWith(" - Agent: mapreduce-123_agent_1 - Timeout: say \"hi\"");
    assertThat(lines.get(6))
        .endsWith("JobCompleted - Job: mapreduce-123 - Success: 8, Failures: 2");
    assertThat(lines.get(7)).isEqualTo("Displayed 7 events");
    assertThat(store.command().typing("").run("events", "ls", "--since", "1").out())
        .isEqualTo("No events found.\n");
  }

  @Test
  void whatAgentsWroteDoesNotReachTheTerminalRaw() {
    store.write("repo", JOB, NOON.plusSeconds(90), agentFailed(JOB, 2, "\u001b[2J\u0007boom"));
    Result result = store.command().typing("").run("events", "ls", "--limit", "1");
    assertThat(result.out()).contains("boom").doesNotContain("\u001b").doesNotContain("\u0007");
  }

  @Test
  void listingsComeInOtherFormats() {
    assertThat(store.lines("events", "ls", "--limit", "1", "--format", "csv"))
        .hasSize(2)
        .first()
        .isEqualTo("timestamp,event_type,job_id,agent_id,details");
    assertThat(store.lines("events", "ls", "--limit", "1", "--output-format", "table").getFirst())
        .startsWith("Timestamp")
        .contains("Event Type", "Job ID", "Agent ID", "Details");
    assertThat(store.lines("events", "ls", "--limit", "1", "--format", "yaml").getFirst())
        .isEqualTo("- type: \"JobCompleted\"");
  }

  @Test
  void searchLooksIntoEveryField() {
    assertThat(types("events", "search", "say .hi")).containsExactly("AgentFailed");
    assertThat(types("events", "search", "^item_1$")).hasSize(3);
    assertThat(types("events", "search", "item_1", "--fields", "agent_id,error")).isEmpty();
    assertThat(types("events", "search", "item_", "--type", "AgentStarted")).hasSize(2);
    assertThat(types("events", "search", "item_", "--limit", "2"))
        .containsExactly("AgentFailed", "DLQItemAdded");
    assertThat(store.lines("events", "search", "nothing like it")).isEmpty();
    assertThat(store.lines("events", "search", "say", "--format", "human").getLast())
        .isEqualTo("Found 2 matching events");
    Result bad = store.run("events", "search", "(");
    assertThat(bad.code()).isEqualTo(2);
    assertThat(bad.err()).contains("not a regular expression");
  }

  private List<String> types(String... args) {
    return store.records(args).stream().map(event -> event.path("type").asString()).toList();
  }

  @Test
  void statsCountByKindJobAgentAndDay() {
    JsonNode json = Json.parse(store.run("events", "stats").out());
    assertThat(json.path("group_by").asString()).isEqualTo("event_type");
    assertThat(json.path("total").asInt()).isEqualTo(7);
    assertThat(json.path("stats").get(0))
        .isEqualTo(Json.parse("{\"key\":\"AgentStarted\",\"count\":2,\"percentage\":28.57}"));
    for (String key : List.of("job_id", "agent_id", "day", "event_type")) {
      JsonNode grouped = Json.parse(store.run("events", "stats", "--group-by", key).out());
      assertThat(grouped.path("total").asInt()).isEqualTo(7);
    }
    assertThat(store.run("events", "stats", "--group-by", "colour").code()).isEqualTo(2);
    assertThat(store.lines("events", "stats", "--format", "human"))
        .contains("AgentStarted                        2 ( 28.6%)", "Total events: 7");
    JsonNode none = Json.parse(store.run("events", "stats", "--since", "1").out());
    assertThat(none.path("total").asInt()).isZero();
    assertThat(none.path("stats")).isEmpty();
  }

  @Test
  void jobsAreShownByHowTheyEnded() {
    JobId failed = new JobId("mapreduce-failed");
    store.write("repo", failed, NOON, EventsStore.started());
    store.write("repo", failed, NOON.plusSeconds(5), new Event.JobFailed("boom", "map", 0));
    JobId cut = new JobId("mapreduce-cut");
    store.write("repo", cut, NOON, EventsStore.started(), agentStarted(cut, 0));
    JobId live = new JobId("mapreduce-live");
    store.write("repo", live, NOON, EventsStore.started());
    try (RunLock _ = store.store().locks().acquire(List.of(live.value()), false)) {
      List<String> lines = store.lines("events", "jobs", "--format", "human");
      assertThat(lines)
          .contains("- mapreduce-123 [COMPLETED in 1m0s - Success: 8, Failed: 2]")
          .contains("- mapreduce-failed [FAILED in 5s]")
          .contains("- mapreduce-cut [INTERRUPTED]")
          .anyMatch(line -> line.startsWith("- mapreduce-live [IN PROGRESS - running for "));
    }
    assertThat(store.records("events", "jobs", "--job-id", JOB.value()))
        .containsExactly(
            Json.parse(
                """
                {"job_id":"mapreduce-123","status":"Completed",
                 "start_time":"2025-01-11T12:00:00.000Z","end_time":"2025-01-11T12:01:00.000Z",
                 "success_count":8,"failure_count":2}
                """));
  }

  @Test
  void exportsAreWholeFiles() throws IOException {
    Path file = directory.resolve("events.json");
    Result result = store.run("events", "export", "--output", file.toString());
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("Exported 7 events to " + file);
    assertThat(Json.parse(Files.readString(file)).size()).isEqualTo(7);
    assertThat(store.lines("events", "export", "--format", "jsonl"))
        .isEqualTo(store.stored("repo", JOB));
    assertThat(
            store.lines("events", "export", "--format", "csv", "--type", "AgentFailed").getLast())
        .startsWith("2025-01-11T12:01:00.000Z,AgentFailed,mapreduce-123,mapreduce-123_agent_1,")
        .contains("\"{\"\"item_id\"\":\"\"item_1\"\",\"\"error\"\":\"\"say \\\"\"hi\\\"\"");
    store.write("repo", JOB, NOON.plusSeconds(70), agentFailed(JOB, 3, "a|b"));
    assertThat(store.lines("events", "export", "--format", "markdown"))
        .startsWith("# MapReduce Events")
        .last()
        .asString()
        .endsWith("| mapreduce-123_agent_3 | Timeout: a\\|b |");
    assertThat(store.run("events", "export", "--since", "1").out()).isEqualTo("[]\n");
    Result unwritable = store.run("events", "export", "--output", "/nowhere/at/all.json");
    assertThat(unwritable.code()).isEqualTo(1);
    assertThat(unwritable.err()).contains("Cannot write /nowhere/at/all.json");
  }

  @Test
  void theNestedShapeIsReadBackAsTheSameEvent() throws IOException {
    Path file = directory.resolve("nested.jsonl");
    store.run(
        "events", "export", "--shape", "nested", "--format", "jsonl", "--output", file.toString());
    JsonNode first = Json.parse(Files.readAllLines(file).getFirst());
    assertThat(first.path("event").path("event_type").asString()).isEqualTo("job_started");
    assertThat(first.propertyNames())
        .containsExactly("id", "timestamp", "correlation_id", "event", "metadata");
    assertThat(store.records("events", "show", "--file", file.toString()))
        .extracting(event -> event.path("type").asString())
        .isEqualTo(types("events", JOB.value()));
  }

  @Test
  void anyFileCanBeReadAlsoPacked() throws IOException {
    Path file = directory.resolve("f.jsonl");
    Files.write(file, store.stored("repo", JOB));
    Path packed = directory.resolve("f.jsonl.gz");
    try (var out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      Files.copy(file, out);
    }
    for (Path read : List.of(file, packed, Path.of("f.jsonl"))) {
      assertThat(store.lines("events", "ls", "--file", read.toString())).hasSize(7);
      assertThat(store.lines("events", "ls", "--file", read.toString(), "--limit", "1"))
          .isEqualTo(store.stored("repo", JOB).subList(6, 7));
    }
    assertThat(store.lines("events", "ls", "--file", "f.jsonl", "--job-id", "other")).isEmpty();
    Result missing = store.run("events", "ls", "--file", "g.jsonl");
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.err()).contains("File not found: g.jsonl");
  }

  @Test
  void followingWaitsForAJobAndEndsWithIt() throws InterruptedException {
    JobId later = new JobId("mapreduce-later");
    Thread writer =
        Thread.ofVirtual()
            .start(
                () -> {
                  store.write("repo", later, NOON, EventsStore.started());
                  store.write(
                      "repo", later, NOON.plusSeconds(1), new Event.JobFailed("x", "map", 0));
                });
    List<String> lines = store.lines("events", "follow", later.value(), "--exit-on-complete");
    writer.join();
    assertThat(lines).isEqualTo(store.stored("repo", later));
    assertThat(store.lines("events", "tail", JOB.value(), "--lines", "1", "--exit-on-complete"))
        .isEqualTo(store.stored("repo", JOB).subList(6, 7));
  }

  @Test
  void aReaderGoesOnWhereItStopped() {
    String[] news = {"events", "show", JOB.value(), "--cursor-file", "cursor"};
    assertThat(store.lines(news)).hasSize(7);
    assertThat(store.lines(news)).isEmpty();
    store.write("repo", JOB, NOON.plusSeconds(90), agentStarted(JOB, 9));
    assertThat(store.lines(news)).hasSize(1);
    store.run("events", "clean", "--max-events", "1", "--archive", "--yes");
    assertThat(store.lines(news)).isEmpty();

    Result shown = store.run("events", "show", JOB.value(), "--show-cursor");
    String cursor = shown.err().strip().replace("cursor: ", "");
    assertThat(store.lines("events", "show", JOB.value(), "--after-cursor", cursor)).isEmpty();
    String first = store.segments("repo", JOB).getFirst().getFileName() + ":0";
    assertThat(store.lines("events", "show", JOB.value(), "--after-cursor", first)).hasSize(1);
    assertThat(store.run("events", "show", JOB.value(), "--after-cursor", "x").code()).isEqualTo(2);
  }

  @Test
  void housekeepingDoesNotFollowTheEndOfAJob() {
    store.session("repo", JOB, SessionStatus.COMPLETED);
    var repository = store.store().repository(new RepoName("repo"));
    repository.maintenance(
        JOB, new Event.DLQItemsCleared(2), new WriterIdentity(new SessionId("s-1"), "c"));
    assertThat(types("events", "ls", "--job_id", JOB.value(), "--limit", "1"))
        .containsExactly("JobCompleted");
    assertThat(types("events", "ls")).doesNotContain("DLQItemsCleared");
    assertThat(types("events", "ls", "--job-id", "maintenance")).containsExactly("DLQItemsCleared");
  }
}
