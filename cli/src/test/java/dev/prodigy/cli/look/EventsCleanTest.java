package dev.prodigy.cli.look;

import static dev.prodigy.cli.look.EventsStore.JOB;
import static dev.prodigy.cli.look.EventsStore.NOON;
import static dev.prodigy.cli.look.EventsStore.agentStarted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.cli.CommandRun.Result;
import dev.prodigy.model.Event;
import dev.prodigy.model.JobId;
import dev.prodigy.model.Json;
import dev.prodigy.model.SessionStatus;
import dev.prodigy.storage.RunLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// `prodigy events clean`: what goes, and what is never touched.
class EventsCleanTest {
  @TempDir Path directory;
  private EventsStore store;

  @BeforeEach
  void fixture() {
    store = new EventsStore(directory);
  }

  @Test
  void theNewestEventsStayWithTheJobsEnd() {
    for (int i = 0; i < 99; i++) {
      store.write("repo", JOB, NOON.plusSeconds(i), agentStarted(JOB, i));
    }
    store.write(
        "repo",
        JOB,
        NOON.plusSeconds(99),
        new Event.JobCompleted(Duration.ofSeconds(9), 9000, 3, 0, 0, 0));
    List<String> all = store.lines("events", JOB.value());
    Result result = store.run("events", "clean", "--max-events", "10", "-y");
    assertThat(result.out())
        .contains("Events to remove: 90")
        .contains("Cleaned: 90 events, ")
        .contains("Summary: 90 events cleaned");
    assertThat(store.lines("events", JOB.value())).isEqualTo(all.subList(90, 100));
    assertThat(store.lines("events", "ls", "--limit", "1").getFirst())
        .startsWith("{\"type\":\"JobCompleted\"");
    assertThat(store.run("events", "clean", "--max-events", "10", "-y").out())
        .isEqualTo("No events matched the cleanup criteria.\n");
  }

  @Test
  void aCriterionMustBeGivenAndMeanSomething() {
    Result none = store.run("events", "clean", "-y");
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err())
        .contains(
            "At least one retention criterion must be given"
                + " (--older-than, --max-events, --max-size)");
    Result invalid = store.run("events", "clean", "--older-than", "invalid");
    assertThat(invalid.code()).isEqualTo(2);
    assertThat(invalid.err()).contains("Invalid duration format");
  }

  @Test
  void withoutACriterionThoseOfTheConfigurationHold() throws IOException {
    store.finishedJob("repo", JOB);
    List<String> all = store.lines("events", "show", JOB.value());
    Files.writeString(
        store.root.resolve("config.yml"),
        """
        storage:
          event_retention:
            max_events: 2
            compress_archives: false
        """);

    Result result = store.run("events", "clean", "-y");

    assertThat(result.out()).contains("Events to archive: " + (all.size() - 2));
    assertThat(store.lines("events", "show", JOB.value())).isEqualTo(all);
    try (var archived = Files.walk(store.root.resolve("archive"))) {
      assertThat(archived.filter(Files::isRegularFile))
          .isNotEmpty()
          .allMatch(file -> file.toString().endsWith(".jsonl"));
    }
  }

  @Test
  void archivesArePackedAsHardAsTheConfigurationSays() throws IOException {
    for (int i = 0; i < 300; i++) {
      store.write("repo", JOB, NOON.plusSeconds(i), agentStarted(JOB, i));
    }
    List<String> all = store.lines("events", "show", JOB.value());
    Files.writeString(directory.resolve("all.jsonl"), String.join("\n", all) + "\n");

    long usual = archived("usual");
    long fast = archived("fast", "PRODIGY__STORAGE__COMPRESSION_LEVEL", "1");
    long small = archived("small", "PRODIGY__STORAGE__COMPRESSION_LEVEL", "9");
    long enabled = archived("enabled", "PRODIGY__STORAGE__BACKEND_CONFIG__ENABLE_COMPRESSION", "1");

    assertThat(fast).isGreaterThan(usual);
    assertThat(small).isLessThan(fast);
    assertThat(enabled).as("level 6 is what gzip does anyway").isEqualTo(usual);
    assertThat(archived("none", "PRODIGY__STORAGE__COMPRESSION_LEVEL", "0")).isEqualTo(usual);
  }

  /// The size of what a copy of the file becomes in the archive.
  private long archived(String to, String... variable) throws IOException {
    Path file =
        Files.copy(directory.resolve("all.jsonl"), directory.resolve(to + ".jsonl")).getFileName();
    var command = store.command();
    if (variable.length > 0) {
      command.env(variable[0], variable[1]);
    }
    Result result =
        command.run(
            "events",
            "clean",
            "--max-events",
            "0",
            "--file",
            file.toString(),
            "--archive-path",
            to,
            "-y");
    assertThat(result.code()).as(result.err()).isZero();
    try (var archives = Files.list(directory.resolve(to))) {
      return Files.size(archives.findFirst().orElseThrow());
    }
  }

  @Test
  void aFileIsCleanedInPlace() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      text.append(
          "{\"type\":\"AgentStarted\",\"id\":\"%d\",\"timestamp\":\"2025-01-11T12:00:0%d.000Z\",\"job_id\":\"j\"}\n"
              .formatted(i, i));
    }
    Path file = Files.writeString(directory.resolve("f.jsonl"), text.toString());
    String[] clean = {"events", "clean", "--max-events", "5", "--file", "f.jsonl"};
    Result dry = store.command().run(with(clean, "--dry-run"));
    assertThat(dry.code()).isZero();
    assertThat(dry.out())
        .contains("[DRY RUN] Would remove 5 events from ")
        .contains("Summary (dry run): ");
    assertThat(Files.readString(file)).isEqualTo(text.toString());
    assertThat(store.run(clean).code()).isEqualTo(2); // nobody to ask
    assertThat(Files.readString(file)).isEqualTo(text.toString());
    assertThat(store.command().typing("n\n").run(clean).out()).endsWith("Cancelled.\n");
    assertThat(Files.readString(file)).isEqualTo(text.toString());
    assertThat(store.run(with(clean, "-y")).code()).isZero();
    assertThat(Files.readAllLines(file)).hasSize(5).last().asString().contains("\"id\":\"9\"");
    assertThat(store.run(with(clean, "--archive")).err()).contains("--archive-path");
  }

  @Test
  void aJobAtWorkIsNeverTouched() {
    store.finishedJob("repo", JOB);
    List<String> before = store.stored("repo", JOB);
    try (RunLock _ = store.store().locks().acquire(List.of(JOB.value()), false)) {
      Result result =
          store.run("events", "clean", "--older-than", "7d", "-y", "--include-resumable");
      assertThat(result.code()).isZero();
      assertThat(result.err()).contains(JOB + " is at work and stays");
    }
    assertThat(store.stored("repo", JOB)).isEqualTo(before);
  }

  @Test
  void aResumableJobIsCleanedOnlyIfAskedFor() {
    JobId done = new JobId("mapreduce-done");
    store.finishedJob("repo", JOB);
    store.session("repo", JOB, SessionStatus.PAUSED);
    store.finishedJob("repo", done);
    store.session("repo", done, SessionStatus.COMPLETED);
    Result result = store.run("events", "clean", "--max-events", "1", "-y");
    assertThat(result.err()).contains(JOB + " can be resumed").contains("--include-resumable");
    assertThat(store.stored("repo", JOB)).hasSize(7);
    assertThat(store.stored("repo", done)).hasSize(1);
    store.run("events", "clean", "--max-events", "1", "-y", "--include-resumable");
    assertThat(store.stored("repo", JOB)).hasSize(1);
  }

  @Test
  void archivedEventsAreStillFound() throws IOException {
    store.finishedJob("repo", JOB);
    List<String> before = store.lines("events", JOB.value());
    String[] clean = {"events", "clean", "--older-than", "30d", "--archive"};
    Result dry = store.run(with(clean, "--dry-run"));
    assertThat(dry.out()).contains("Events to archive: 7").contains("[DRY RUN] Would archive");
    Path archive = store.root.resolve("archive/events/repo").resolve(JOB.value());
    assertThat(archive).doesNotExist();

    Result result = store.run(with(clean, "-y", "--json"));
    JsonNode json = Json.parse(result.out());
    assertThat(json.path("events_archived").asInt()).isEqualTo(7);
    assertThat(json.path("events_cleaned").asInt()).isEqualTo(7);
    assertThat(json.path("dry_run").asBoolean()).isFalse();
    assertThat(archive).isDirectoryContaining("glob:**.jsonl.gz");
    assertThat(store.segments("repo", JOB)).isEmpty();
    assertThat(store.lines("events", JOB.value())).isEqualTo(before);
    assertThat(store.lines("events", "search", "say .hi")).hasSize(1);
    assertThat(store.records("events", "ls", "--job-id", "maintenance"))
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.path("type").asString()).isEqualTo("EventsCleaned");
              assertThat(event.path("job_id").asString()).isEqualTo(JOB.value());
              assertThat(event.path("count").asInt()).isEqualTo(7);
            });
    try (var files = Files.walk(archive)) {
      files
          .filter(Files::isRegularFile)
          .forEach(file -> assertThat(file.toFile().delete()).isTrue());
    }
    assertThat(store.lines("events", JOB.value())).isEmpty();
  }

  private static String[] with(String[] args, String... more) {
    return java.util.stream.Stream.of(args, more)
        .flatMap(java.util.Arrays::stream)
        .toArray(String[]::new);
  }
}
