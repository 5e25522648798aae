package dev.prodigy.cli.manage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.cli.CommandRun.Result;
import dev.prodigy.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Commands that only look, on a store of runs that happened.
class LookingTest {
  @TempDir static Path directory;
  private static DemoStore demo;

  @BeforeAll
  static void make() {
    demo = new DemoStore(directory);
  }

  @Test
  void sessionsAreListedNewestFirstWithTheirProgress() {
    List<JsonNode> sessions = demo.lines("sessions", "ls");

    assertThat(sessions)
        .extracting(s -> s.path("workflow_name").asString())
        .containsExactly("steps-broken", "steps-good", "broken", "mixed", "good");
    assertThat(sessions)
        .extracting(s -> s.path("status").asString())
        .containsExactly("Failed", "Completed", "Failed", "Completed", "Completed");
    JsonNode broken = sessions.get(2);
    assertThat(broken.path("progress").path("phase").asString()).isEqualTo("map");
    assertThat(broken.path("progress").path("total").asInt()).isEqualTo(3);
    assertThat(broken.path("progress").path("done").asInt()).isPositive();
    assertThat(broken.path("resumable").asBoolean()).isTrue();
    assertThat(broken.path("worktree_name").asString()).isEqualTo(demo.sessionOf(demo.failed));
    assertThat(sessions.get(4).path("worktree_name").isNull()).isTrue();
  }

  @Test
  void sessionsAreFilteredByStatusInAnyCase() {
    assertThat(demo.lines("sessions", "ls", "--status", "FAILED")).hasSize(2);
    assertThat(demo.lines("sessions", "ls", "--resumable", "--limit", "1")).hasSize(1);

    Result unknown = demo.prodigy().run("sessions", "ls", "--status", "nope");
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err()).contains("expected initializing, running");
  }

  @Test
  void aSessionIsFoundByItsIdItsJobABeginningOrAsTheLatest() {
    String session = demo.sessionOf(demo.letters);

    for (String id : List.of(session, demo.letters, session.substring(0, 20))) {
      assertThat(demo.one("sessions", "show", id).path("id").asString()).isEqualTo(session);
    }
    assertThat(demo.one("sessions", "show", "latest").path("id").asString())
        .isEqualTo(demo.stepsFailed);
    assertThat(demo.out("sessions", "show", demo.stepsFailed, "--output-format", "human"))
        .contains("Status:     Failed", "Next:       prodigy resume " + demo.stepsFailed);
  }

  @Test
  void aDamagedSessionIsTold() throws IOException {
    Path damaged = demo.path("sessions/session-damaged.json");
    Files.writeString(damaged, "{");
    try {
      Result list = demo.prodigy().run("sessions", "ls");
      assertThat(list.out().lines()).hasSize(5);
      assertThat(list.err()).contains("session-damaged.json", "prodigy storage verify");
      Result show = demo.prodigy().run("sessions", "show", "session-damaged");
      assertThat(show.code()).isEqualTo(1);
      assertThat(show.err()).contains("error[E2003]: Corrupted:");
    } finally {
      Files.delete(damaged);
    }
  }

  @Test
  void deadLettersAreListedAndShownWithTheirHistory() {
    List<JsonNode> all = demo.lines("dlq", "list");

    assertThat(all).hasSize(2);
    assertThat(all)
        .extracting(i -> i.path("job_id").asString())
        .containsExactly(demo.failed, demo.letters); // newest attempt first
    assertThat(demo.lines("dlq", "list", "--job-id", "mixed")).hasSize(1);
    JsonNode shown = demo.one("dlq", "show", demo.letters);
    assertThat(shown.path("items").path(0).path("failure_history")).hasSize(1);
    assertThat(shown.path("items").path(0).path("failure_history").path(0).has("json_log_location"))
        .isTrue();
    assertThat(shown.path("oldest_item").asString()).isNotEmpty();
    assertThat(shown.path("eligible_for_reprocess").asInt()).isEqualTo(1);
  }

  @Test
  void oneDeadLetterIsInspectedByItsItem() {
    JsonNode item = demo.one("dlq", "inspect", "item_1", "--job-id", demo.letters);
    assertThat(item.path("item_id").asString()).isEqualTo("item_1");
    assertThat(item.path("failure_history").path(0).path("error_type").path("CommandFailed"))
        .hasSize(1);

    Result several = demo.prodigy().run("dlq", "inspect", "item_1");
    assertThat(several.code()).isEqualTo(1);
    assertThat(several.err()).contains(demo.letters, demo.failed, "--job-id");
    Result none = demo.prodigy().run("dlq", "inspect", "item_9");
    assertThat(none.code()).isEqualTo(1);
    assertThat(none.err()).contains("DLQ item 'item_9' not found");
  }

  @Test
  void deadLettersAreCountedAndGrouped() throws IOException {
    JsonNode stats = demo.one("dlq", "stats");
    assertThat(stats.path("total_items").asInt()).isEqualTo(2);
    assertThat(stats.path("by_error_type").path("CommandFailed(1)").asInt()).isEqualTo(2);
    assertThat(stats.path("jobs").propertyNames())
        .containsExactlyInAnyOrder(demo.letters, demo.failed);

    Path export = directory.resolve("analysis.json");
    JsonNode analysis = demo.one("dlq", "analyze", demo.letters, "--export", export.toString());
    assertThat(analysis.path("pattern_groups").path(0).path("sample_items").path(0).asString())
        .isEqualTo("item_1");
    assertThat(Json.parse(Files.readString(export))).isEqualTo(analysis);
    assertThat(demo.out("dlq", "analyze", "--output-format", "human"))
        .contains("prodigy dlq retry");
  }

  @Test
  void deadLettersAreExported() throws IOException {
    Path csv = directory.resolve("letters.csv");
    Result result = demo.prodigy().run("dlq", "export", csv.toString(), "--format", "csv");

    assertThat(result.err()).contains("Exported 2 items to " + csv);
    assertThat(Files.readAllLines(csv).getFirst())
        .isEqualTo(
            "item_id,job_id,failure_count,first_attempt,last_attempt,error_signature,last_error,"
                + "step_failed,agent_id,json_log_location,reprocess_eligible,"
                + "manual_review_required,item_data");
    assertThat(demo.lines("dlq", "export", "-", "--format", "jsonl")).hasSize(2);
    assertThat(demo.prodigy().run("dlq", "export", "-", "--format", "yaml").code()).isEqualTo(2);
  }

  @Test
  void checkpointsAreListedWithTheirKindAndStatus() {
    List<JsonNode> all = demo.lines("checkpoints", "list");

    assertThat(all).extracting(c -> c.path("kind").asString()).contains("mapreduce", "workflow");
    assertThat(demo.lines("checkpoints", "list", "--workflow-id", demo.stepsFailed))
        .singleElement()
        .satisfies(c -> assertThat(c.path("status").asString()).isEqualTo("Failed"));
    assertThat(demo.lines("checkpoints", "list", "--workflow-id", demo.sessionOf(demo.done)))
        .hasSameSizeAs(demo.lines("checkpoints", "list", "--workflow-id", demo.done));
    Result unknown = demo.prodigy().run("checkpoints", "list", "--workflow-id", "nope");
    assertThat(unknown.code()).isEqualTo(1);
    assertThat(unknown.err()).contains("Checkpoint not found: nope");
  }

  @Test
  void aCheckpointIsShownWithNamesOfVariablesOnly() {
    String shown = demo.out("checkpoints", "show", demo.done, "--output-format", "human");
    assertThat(shown).contains("Status:     Completed", "Progress:   3/3", "3 completed");

    assertThat(
            demo.one("checkpoints", "show", demo.done, "--version", "1")
                .path("metadata")
                .path("version")
                .asInt())
        .isEqualTo(1);
    String steps = demo.out("checkpoints", "show", demo.stepsFailed, "--output-format", "human");
    assertThat(steps).contains("Workflow:   steps-broken", "✓ shell: echo 1");
  }

  @Test
  void aJobsCheckpointsTellItsProgress() {
    assertThat(demo.out("checkpoints", "mapreduce", demo.done, "--output-format", "human"))
        .contains("Phase: Complete, Progress: 3/3 (100.0%) [FINAL]");
    assertThat(
            demo.out("checkpoints", "mapreduce", "good", "--detailed", "--output-format", "human"))
        .contains("reason:  phase transition");
  }

  @Test
  void validCheckpointsAreSaidToBeValid() {
    assertThat(demo.one("checkpoints", "validate", demo.done).path("valid").asBoolean()).isTrue();
    assertThat(demo.out("checkpoints", "validate", demo.stepsFailed, "--output-format", "human"))
        .startsWith("✓ Checkpoint " + demo.stepsFailed);
  }

  @Test
  void worktreesAreListedWithASummary() {
    JsonNode json = demo.one("worktree", "ls", "--json");
    assertThat(json.path("summary").path("total").asInt()).isEqualTo(2);
    assertThat(json.path("summary").path("failed").asInt()).isEqualTo(2);

    List<JsonNode> lines = demo.lines("worktree", "ls", "-d");
    assertThat(lines).hasSizeGreaterThanOrEqualTo(2);
    JsonNode steps = lines.getFirst();
    assertThat(steps.path("session_id").asString()).isEqualTo(demo.stepsFailed);
    assertThat(steps.path("commits").asInt()).isEqualTo(1);
    assertThat(steps.path("files_changed").asInt()).isEqualTo(1);
    assertThat(steps.path("current_step").asInt()).isEqualTo(1);
    assertThat(demo.out("worktree", "ls", "-d", "--output-format", "human"))
        .contains(
            "→ " + demo.repository.git("branch", "--show-current").strip(),
            "1 commit, 1 file changed");
  }

  @Test
  void detailsOfNoWorktreesAreASentence() {
    Result none =
        demo.prodigy().run("--repo", "other", "worktree", "ls", "-d", "--output-format", "human");

    assertThat(none.code()).isZero();
    assertThat(none.out()).isEqualTo("No active Prodigy worktrees found.\n");
  }

  @Test
  void timesOfFilesAreTellableToTheMillisecond() {
    String millis = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{3})?Z";

    assertThat(demo.one("storage", "usage").path("total").path("oldest").asString())
        .matches(millis);
    assertThat(demo.lines("worktree", "ls"))
        .allSatisfy(tree -> assertThat(tree.path("last_activity").asString()).matches(millis));
  }

  @Test
  void usageAgreesWithDu() throws IOException {
    JsonNode total = demo.one("storage", "usage").path("total");

    assertThat(du("-sb"))
        .isEqualTo(total.path("bytes").asLong() + total.path("directory_bytes").asLong());
    long onDisk = du("-sB1");
    assertThat(total.path("disk_bytes").asLong()).isBetween(onDisk - 4096, onDisk + 4096);
    assertThat(demo.out("storage", "usage", "--output-format", "human"))
        .contains("on disk", "By repository", demo.done);
  }

  private static long du(String option) throws IOException {
    Process du = new ProcessBuilder("du", option, demo.root.toString()).start();
    String text = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return Long.parseLong(text.substring(0, text.indexOf('\t')));
  }

  @Test
  void aHealthyStoreVerifiesClean() {
    JsonNode verified = demo.one("storage", "verify");

    assertThat(verified.path("findings")).isEmpty();
    assertThat(verified.path("ok").asBoolean()).isTrue();
    assertThat(verified.path("checked").path("events").asInt()).isGreaterThan(50);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sessions ls", "dlq list", "checkpoints list"})
  void outsideOfARepositoryEverythingIsListed(String command) {
    Result here = demo.prodigy().run(command.split(" ", -1));
    Result outside = demo.in(directory).run(command.split(" ", -1));

    assertThat(outside.code()).isZero();
    assertThat(outside.out()).isEqualTo(here.out()).isNotEmpty();
    assertThat(demo.in(directory).run((command + " --repo demo").split(" ", -1)).out())
        .isEqualTo(here.out());
  }

  @ParameterizedTest
  @CsvSource({
    "sessions show nope12, 1, Session not found: nope12",
    "sessions show ../x, 2, expected an id",
    "dlq show nope, 1, MapReduce job not found: nope",
    "dlq stats nope, 1, MapReduce job not found: nope",
    "dlq purge, 2, Please specify",
    "dlq, 2, Usage: prodigy dlq",
    "checkpoints show nope, 1, Checkpoint not found: nope",
    "checkpoints validate nope, 1, Checkpoint not found: nope",
    "checkpoints delete nope, 1, Checkpoint not found: nope",
    "checkpoints clean, 2, Please specify --workflow-id or --all",
    "checkpoints mapreduce nope, 1, MapReduce job not found: nope",
    "worktree clean nope, 1, Worktree not found: nope",
    "worktree merge, 2, give the NAME",
    "clean, 2, Usage: prodigy clean",
    "clean logs --older-than 3, 2, Invalid duration format: '3'",
    "storage verify --mend, 2, unrecognized",
  })
  void whatCannotBeMeantIsRefused(String line, int code, String message) {
    Result result = demo.prodigy().run(line.split(" ", -1));

    assertThat(result.code()).isEqualTo(code);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains(message);
  }
}
