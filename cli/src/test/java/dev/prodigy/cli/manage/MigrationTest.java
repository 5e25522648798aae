package dev.prodigy.cli.manage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.cli.CommandRun;
import dev.prodigy.cli.CommandRun.Result;
import dev.prodigy.model.Json;
import dev.prodigy.testkit.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// What earlier versions kept in a project.
class MigrationTest {
  private static final String NOTICE =
      "Local storage in .prodigy/ is not migrated; run: prodigy storage migrate\n";
  private static final FileTime OLD = FileTime.fromMillis(1_700_000_000_123L);

  @TempDir Path directory;
  private TestRepository repository;
  private Path local;
  private Path root;

  @BeforeEach
  void make() throws IOException {
    repository = TestRepository.create(directory.resolve("demo"));
    local = repository.path(".prodigy");
    root = directory.resolve("store");
    DemoStore.write(
        local.resolve("session_state.json"),
        """
        {"session_id":"session-old","status":"InProgress","started_at":"2024-05-01T10:00:00+02:00",
        "iterations_completed":2,"files_changed":7,"errors":["first","second"],
        "working_directory":"/old/place","worktree_name":"wt-1"}
        """);
    DemoStore.write(
        local.resolve("events/job-1/events.jsonl"),
        """
        {"id":"a","timestamp":"2024-05-01T10:00:00Z","correlation_id":"c","event":{"event_type":"job_started","job_id":"job-1","total_items":2},"metadata":{}}
        not an event
        {"id":"b","timestamp":"2024-05-01T10:00:01Z","event":{"event_type":"d_l_q_item_added","job_id":"job-1","item_id":"i"},"metadata":{}}
        """);
    DemoStore.write(
        local.resolve("events/loose.jsonl"),
        "{\"event_type\":\"job_completed\",\"timestamp\":\"2024-05-01T10:00:02Z\"}\n");
    Files.setLastModifiedTime(local.resolve("events/job-1/events.jsonl"), OLD);
    DemoStore.write(
        local.resolve("dlq/job-1/items/item-9.json"),
        """
        {"item_id":"item-9","item_data":{"n":9},"first_attempt":"2024-05-01T10:00:00Z",
        "last_attempt":"2024-05-01T10:00:01Z","failure_count":1,"failure_history":[
        {"attempt_number":1,"timestamp":"2024-05-01T10:00:01Z","error_type":"Timeout",
        "error_message":"too slow","agent_id":"agent-1","step_failed":"x","duration_ms":5}],
        "error_signature":"Timeout::too slow","worktree_artifacts":null,
        "reprocess_eligible":true,"manual_review_required":false}
        """);
    DemoStore.write(local.resolve("config.yml"), "claude_args: []\n");
  }

  private Result run(String... args) {
    return CommandRun.in(repository.path())
        .env("PATH", System.getenv("PATH"))
        .env("PRODIGY_HOME", root.toString())
        .run(args);
  }

  private Map<String, String> source() throws IOException {
    var all = new TreeMap<String, String>();
    try (var files = Files.walk(local)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.put(
            local.relativize(file) + " " + Files.getLastModifiedTime(file), DemoStore.read(file));
      }
    }
    return all;
  }

  @Test
  void everythingReadableIsTakenOverAndTheSourceStays() throws IOException {
    var before = source();

    Result result = run("storage", "migrate");

    assertThat(result.code()).isEqualTo(1); // one line could not be read
    JsonNode report = Json.parse(result.out());
    assertThat(report.path("imported").asInt()).isEqualTo(4);
    JsonNode unreadable = report.path("unreadable").path(0);
    assertThat(unreadable.path("source").asString()).isEqualTo("events/job-1/events.jsonl");
    assertThat(unreadable.path("offset").asInt()).isPositive();
    assertThat(source()).isEqualTo(before);

    JsonNode session = json("sessions/session-old.json");
    assertThat(session.path("status").asString()).isEqualTo("Paused");
    assertThat(session.path("started_at").asString()).isEqualTo("2024-05-01T08:00:00.000Z");
    assertThat(session.path("error").asString()).isEqualTo("first; second");
    assertThat(session.path("metadata").path("legacy_session_id").asString())
        .isEqualTo("session-old");
    assertThat(session.path("metadata").path("tags").path(0).asString()).isEqualTo("migrated");

    Path segment = root.resolve("events/demo/job-1/events-20231114221320123.jsonl");
    assertThat(Files.readAllLines(segment)).hasSize(2);
    assertThat(Files.getLastModifiedTime(segment)).isEqualTo(OLD);
    assertThat(run("events", "ls", "--job-id", "job-1", "--limit", "1").out())
        .contains("\"type\":\"DLQItemAdded\"");
    try (var jobs = Files.list(root.resolve("events/demo"))) {
      assertThat(jobs).anyMatch(j -> j.getFileName().toString().startsWith("legacy-"));
    }
    assertThat(
            json("dlq/demo/job-1/dlq-items.json").path("items").path(0).path("item_id").asString())
        .isEqualTo("item-9");
    assertThat(run("dlq", "show", "job-1").code()).isZero();
    assertThat(run("storage", "verify").out()).contains("\"ok\":true");
  }

  @Test
  void aSecondMigrationTakesNothingTwice() throws IOException {
    run("storage", "migrate");
    var before = DemoStore.read(root.resolve("dlq/demo/job-1/dlq-items.json"));
    DemoStore.write(local.resolve("session_state.json"), "{\"session_id\":\"session-other\"}");

    Result again = run("migrate", "storage");

    JsonNode report = Json.parse(again.out());
    assertThat(report.path("imported").asInt()).isZero();
    assertThat(report.path("already_imported")).hasSize(3);
    assertThat(report.path("changed_since").path(0).asString()).isEqualTo("session_state.json");
    assertThat(DemoStore.read(root.resolve("dlq/demo/job-1/dlq-items.json"))).isEqualTo(before);
    assertThat(root.resolve("sessions/session-other.json")).doesNotExist();
    try (var segments = Files.list(root.resolve("events/demo/job-1"))) {
      assertThat(segments).hasSize(1);
    }
  }

  @Test
  void aDryRunOnlyTells() throws IOException {
    Result result = run("storage", "migrate", "--dry-run", "--output-format", "human");

    assertThat(result.out())
        .contains("Would import events/job-1/events.jsonl (events, 2 events)", "Unreadable: ");
    assertThat(root.resolve("sessions/session-old.json")).doesNotExist();
    assertThat(root.resolve("events/demo")).doesNotExist();
    assertThat(root.resolve("state/demo")).doesNotExist();
  }

  @Test
  void aSessionThatIsThereAlreadyIsNotOverwritten() throws IOException {
    run("storage", "migrate");
    Files.delete(root.resolve("state/demo/migrations/legacy-local.json"));
    var before = DemoStore.read(root.resolve("sessions/session-old.json"));
    DemoStore.write(
        local.resolve("session_state.json"),
        "{\"session_id\":\"session-old\",\"status\":\"Completed\"}");

    JsonNode report = Json.parse(run("storage", "migrate").out());

    assertThat(report.path("imported").asInt()).isEqualTo(4);
    assertThat(DemoStore.read(root.resolve("sessions/session-old.json"))).isEqualTo(before);
    try (var segments = Files.list(root.resolve("events/demo/job-1"))) {
      assertThat(segments).hasSize(1); // the same content is not put there twice
    }
    assertThat(
            json("dlq/demo/job-1/dlq-items.json")
                .path("items")
                .path(0)
                .path("failure_count")
                .asInt())
        .isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"events ls", "sessions ls", "dlq list", "storage usage"})
  void everyOtherCommandSaysOnceThatItIsNotMigrated(String command) throws IOException {
    String[] words = command.split(" ", -1);
    Files.createDirectories(repository.path("src/deep"));

    assertThat(run(words).err()).isEqualTo(NOTICE);
    assertThat(
            CommandRun.in(repository.path("src/deep"))
                .env("PATH", System.getenv("PATH"))
                .env("PRODIGY_HOME", root.toString())
                .run(words)
                .err())
        .isEqualTo(NOTICE);
    run("storage", "migrate");
    assertThat(run(words).err()).isEmpty();
    DemoStore.write(local.resolve("session_2.json"), "{\"session_id\":\"session-2\"}");
    assertThat(run(words).err()).isEqualTo(NOTICE);
  }

  @Test
  void theStoreItselfIsNoLocalStorage() throws IOException {
    Path home = Files.createDirectories(directory.resolve("home"));
    DemoStore.write(home.resolve(".prodigy/events/demo/job-1/events-1.jsonl"), "");

    Result result = CommandRun.in(home).env("HOME", home.toString()).run("events", "ls");

    assertThat(result.err()).isEmpty();
    assertThat(
            Json.parse(
                    CommandRun.in(home)
                        .env("HOME", home.toString())
                        .run("storage", "migrate")
                        .out())
                .path("imported")
                .asInt())
        .isZero();
  }

  private JsonNode json(String path) {
    return Json.parse(DemoStore.read(root.resolve(path)));
  }
}
