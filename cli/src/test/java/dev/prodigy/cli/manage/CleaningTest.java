package dev.prodigy.cli.manage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.cli.CommandRun.Result;
import dev.prodigy.model.Json;
import dev.prodigy.testkit.ForkedJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Commands that remove something, each on the same store of runs that happened.
class CleaningTest {
  @TempDir static Path directory;
  private static DemoStore demo;

  @BeforeAll
  static void make() {
    demo = new DemoStore(directory);
  }

  @BeforeEach
  void restore() {
    demo.restore();
  }

  private static Result run(String... args) {
    return demo.prodigy().run(args);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sessions clean --all",
        "dlq clear mixed",
        "dlq purge mixed",
        "checkpoints clean --all",
        "clean all --include-resumable",
        "worktree clean --all --include-resumable"
      })
  void nothingIsDeletedWithoutSomebodySayingSo(String line) {
    Map<String, String> before = demo.contents("");

    Result result = run(line.split(" ", -1));

    if (line.startsWith("worktree")) { // all of them hold unmerged work
      assertThat(result.out()).isEqualTo("No worktrees to clean.\n");
    } else {
      assertThat(result.code()).isEqualTo(2);
      assertThat(result.err()).contains("refusing to delete without confirmation");
    }
    assertThat(demo.contents("")).isEqualTo(before);
    Result no = demo.prodigy().typing("n\n").run(line.split(" ", -1));
    assertThat(no.code()).isZero();
    assertThat(demo.contents("")).isEqualTo(before);
  }

  @Test
  void allSessionsGoExceptLiveOnesWhichAreNamed() {
    String live = demo.sessionOf(demo.failed);
    try (var _ = demo.workOn(live)) {
      Result result = run("sessions", "clean", "--all", "--force");

      assertThat(result.code()).isZero();
      assertThat(result.out()).startsWith("Removed 4 sessions, ");
      assertThat(result.err()).contains(live + " is at work and stays");
    }
    assertThat(demo.names("sessions", n -> n.endsWith(".json"))).containsExactly(live + ".json");
    assertThat(demo.json("state/demo/mappings/job-to-session.json").propertyNames())
        .containsExactly(demo.failed);
    assertThat(demo.path("state/demo/mapreduce/jobs/" + demo.done)).exists();
    assertThat(run("storage", "verify").code()).isZero();
  }

  @Test
  void byDefaultOnlyFinishedSessionsGo() throws IOException {
    Files.writeString(demo.path("sessions/session-damaged.json"), "{");

    assertThat(run("sessions", "clean", "-f").out()).startsWith("Removed 3 sessions");
    assertThat(demo.names("sessions", n -> n.endsWith(".json"))).hasSize(3);
    assertThat(run("sessions", "clean", "--all", "-f").out()).startsWith("Removed 3 sessions");
    assertThat(demo.names("sessions", n -> n.endsWith(".json"))).isEmpty();
    assertThat(run("sessions", "clean", "--all", "-f").out()).isEqualTo("No sessions to remove.\n");
  }

  @Test
  void namedSessionsGoAndUnknownOnesAreRefused() {
    assertThat(run("sessions", "clean", "nope12", "-f").code()).isEqualTo(1);
    assertThat(run("sessions", "clean", demo.steps, "-f").out()).startsWith("Removed 1 session,");
    assertThat(demo.path("sessions/" + demo.steps + ".json")).doesNotExist();
    assertThat(run("sessions", "clean", "--older-than", "1h", "--all", "-f").out())
        .isEqualTo("No sessions to remove.\n");
  }

  @Test
  void aRunThatCouldBeResumedIsCancelledForGood() {
    assertThat(run("sessions", "cancel", demo.failed).out())
        .isEqualTo("Cancelled " + demo.sessionOf(demo.failed) + "\n");

    assertThat(demo.one("sessions", "show", demo.failed).path("status").asString())
        .isEqualTo("Cancelled");
    Result completed = run("sessions", "cancel", demo.done);
    assertThat(completed.code()).isEqualTo(1);
    assertThat(completed.err()).contains("Invalid status transition from COMPLETED to CANCELLED");
    Result resumed = run("resume", demo.failed);
    assertThat(resumed.code()).isEqualTo(1);
  }

  @Test
  void cancellingStopsALiveRunFirst() throws InterruptedException {
    String session = demo.sessionOf(demo.failed);
    try (ForkedJvm worker = ForkedJvm.start(Working.class, demo.root.toString(), session)) {
      worker.awaitLine("working", Duration.ofSeconds(60));

      assertThat(run("sessions", "cancel", session).code()).isZero();
      assertThat(worker.isAlive()).isFalse();
    }
  }

  @Test
  void clearedDeadLettersAreGoneAndTheJobsLogStaysFinished() {
    Result cleared = run("dlq", "clear", demo.letters, "--yes");

    assertThat(cleared.out()).isEqualTo("Cleared 1 item\n");
    assertThat(demo.json("dlq/demo/" + demo.letters + "/dlq-items.json").path("items")).isEmpty();
    assertThat(demo.lines("events", "ls", "--job_id", demo.letters, "--limit", "1"))
        .singleElement()
        .satisfies(e -> assertThat(e.path("type").asString()).isEqualTo("JobCompleted"));
    assertThat(run("dlq", "clear", demo.letters, "--yes").out()).isEqualTo("No items to clear.\n");
  }

  @Test
  void deadLettersOfAJobThatNeedsThemStay() {
    Result resumable = run("dlq", "clear", "broken", "--yes");
    assertThat(resumable.code()).isEqualTo(1);
    assertThat(resumable.err()).contains(demo.failed, "--include-resumable");
    try (var _ = demo.workOn(demo.letters)) {
      Result live = run("dlq", "clear", demo.letters, "--yes", "--include-resumable");
      assertThat(live.code()).isEqualTo(4);
    }
    assertThat(demo.lines("dlq", "list")).hasSize(2);
    assertThat(run("dlq", "clear", "broken", "--yes", "--include-resumable").code()).isZero();
  }

  @Test
  void oldDeadLettersArePurged() {
    assertThat(run("dlq", "purge", "--older-than-days", "1", "--yes").out())
        .isEqualTo("No items to purge.\n");
    Result dry = run("dlq", "purge", "--older-than", "1ms", "--dry-run");
    assertThat(dry.out()).contains("Would purge item_1 of " + demo.letters, "Would purge 1 item");
    assertThat(dry.err()).contains("Kept the items of " + demo.failed);
    assertThat(demo.lines("dlq", "list")).hasSize(2);
    assertThat(run("dlq", "purge", "--older-than", "1ms", "--yes").out())
        .isEqualTo("Purged 1 item\n");
    assertThat(demo.lines("dlq", "list")).hasSize(1);
  }

  @Test
  void cleaningSessionsTouchesNothingElse() {
    Map<String, String> before = demo.contents("state/demo/mapreduce", "events", "dlq");

    Result result = run("clean", "sessions", "-f");

    assertThat(result.out()).startsWith("sessions: 4 items removed, ");
    assertThat(result.err()).contains("Kept sessions of " + demo.stepsFailed);
    assertThat(demo.contents("state/demo/mapreduce", "events", "dlq")).isEqualTo(before);
    assertThat(demo.names("sessions", n -> n.endsWith(".json")))
        .containsExactly(demo.stepsFailed + ".json");
  }

  @Test
  void theStateOfFinishedRunsGoesAndWhatAResumeNeedsIsNamed() {
    Result result = run("clean", "state", "-f");

    assertThat(result.out()).startsWith("state: 3 items removed, ");
    assertThat(result.err())
        .contains(
            "Kept state of " + demo.failed + ": it could still be resumed (--include-resumable)",
            "Kept state of " + demo.stepsFailed);
    assertThat(demo.names("state/demo/mapreduce/jobs", _ -> true)).containsExactly(demo.failed);
    assertThat(demo.names("state/demo/checkpoints", _ -> true)).containsExactly(demo.stepsFailed);
    assertThat(run("storage", "verify").code()).isZero();
    try (var _ = demo.workOn(demo.failed)) {
      assertThat(run("clean", "state", "-f", "--include-resumable").err())
          .contains("Kept state of " + demo.failed + ": at work");
    }
    assertThat(demo.path("state/demo/mapreduce/jobs/" + demo.failed)).exists();
  }

  @Test
  void logsOfEventsOfFinishedJobsGo() {
    Result result = run("clean", "events", "-f");

    assertThat(result.code()).isZero();
    assertThat(result.err()).contains("Kept events of " + demo.failed);
    assertThat(demo.path("events/demo/" + demo.done)).doesNotExist();
    assertThat(demo.path("events/demo/" + demo.letters)).doesNotExist();
    assertThat(demo.path("events/demo/" + demo.failed)).exists();
    assertThat(run("storage", "verify").code()).isZero();
  }

  @Test
  void ageIsThatOfTheNewestFileInside() throws IOException {
    Path old = demo.path("state/demo/mapreduce/jobs/" + demo.done);
    try (var files = Files.walk(old)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_600_000_000_000L));
      }
    }

    Result result = run("clean", "state", "--older-than", "1d", "--dry-run");

    assertThat(result.out())
        .contains("Would remove state " + demo.done, "state: Would remove 1 item, ");
    assertThat(old).exists();
  }

  @Test
  void cleaningAllTellsEachKindAndATotalAndKeepsWhatIsNeeded() {
    Result dry = run("clean", "all", "--dry-run", "--json");
    JsonNode types = Json.parse(dry.out()).path("types");
    assertThat(types)
        .extracting(t -> t.path("type").asString())
        .startsWith("worktrees", "sessions", "logs", "state")
        .endsWith("dlq");

    Result result = run("clean", "all", "-f");

    assertThat(result.code()).isZero();
    assertThat(result.out()).contains("state: 3 items removed", "dlq: 1 item removed", "Total: ");
    assertThat(demo.lines("dlq", "list")).hasSize(1);
    assertThat(demo.lines("worktree", "ls")).hasSize(2);
    assertThat(run("storage", "verify").out()).contains("\"ok\":true");
    Result resumed = run("resume", demo.failed, "-y");
    assertThat(resumed.out() + resumed.err()).contains("3 total items, completed 2");
  }

  @Test
  void onlyClaudesLogsOfOurWorktreesGo() throws IOException {
    Path projects = directory.resolve("home/.claude/projects");
    String prefix = demo.path("worktrees/demo").toString().replaceAll("[^A-Za-z0-9]", "-");
    Path ours = Files.createDirectories(projects.resolve(prefix + "-" + demo.steps));
    Path users = Files.createDirectories(projects.resolve("-home-me-project"));
    Path other = Files.createDirectories(projects.resolve(prefix + "-b-session-1"));

    assertThat(run("clean", "logs", "-f").code()).isZero();

    assertThat(ours).doesNotExist();
    assertThat(users).exists();
    assertThat(other).exists();
  }

  @Test
  void checkpointsOfCompletedRunsAreCleaned() {
    int before = demo.lines("checkpoints", "ls").size();
    Result result = run("checkpoints", "clean", "--all", "-f");

    assertThat(result.out()).startsWith("Deleted ");
    assertThat(result.err()).contains("Kept checkpoints of " + demo.failed);
    assertThat(demo.lines("checkpoints", "ls").size()).isLessThan(before);
    assertThat(demo.lines("checkpoints", "ls", "--workflow-id", demo.failed)).isNotEmpty();
  }

  @Test
  void theLastCheckpointOfAResumableRunIsDeletedOnlyByForce() {
    List<String> ids = ids(demo.failed);
    for (String id : ids.subList(1, ids.size())) {
      assertThat(run("checkpoints", "delete", id, "-y").out()).isEqualTo("Deleted 1 checkpoint\n");
    }

    Result refused = run("checkpoints", "delete", ids.getFirst(), "-y");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("last usable checkpoint", "--force");
    try (var _ = demo.workOn(demo.failed)) {
      assertThat(run("checkpoints", "delete", ids.getFirst(), "-f").code()).isEqualTo(4);
    }
    assertThat(run("checkpoints", "delete", ids.getFirst(), "-f").code()).isZero();
  }

  private static List<String> ids(String owner) {
    return demo.lines("checkpoints", "ls", "--workflow-id", owner).stream()
        .map(c -> c.path("checkpoint_id").asString())
        .toList();
  }

  @Test
  void aDamagedCheckpointIsFoundAndReplacedByTheOneBefore() throws IOException {
    String id = ids(demo.failed).getLast();
    Path file = demo.path("state/demo/mapreduce/jobs/" + id);
    Files.writeString(
        file, Files.readString(file).replace("\"pending_items\"", "\"pending_itemz\""));

    Result found = run("checkpoints", "validate", id, "--output-format", "human");
    assertThat(found.code()).isEqualTo(1);
    assertThat(found.out()).contains("✗ Checkpoint " + id, "integrity hash");
    Result repaired = run("checkpoints", "validate", id, "--repair", "--output-format", "human");
    assertThat(repaired.code()).isZero();
    assertThat(repaired.out()).contains("rebuilt from map-checkpoint-", "is valid");
    assertThat(file.resolveSibling(file.getFileName() + ".corrupt")).exists();
    assertThat(run("checkpoints", "validate", demo.failed).code()).isZero();
    assertThat(run("storage", "verify").code()).isZero();
  }

  @Test
  void worktreesOfResumableRunsGoOnlyWhenAskedForAndTheirWorkIsKept() {
    Result kept = run("worktree", "clean", "--all", "-f");
    assertThat(kept.out()).isEqualTo("No worktrees to clean.\n");
    assertThat(kept.err()).contains("Skipped " + demo.stepsFailed + ": it could still be resumed");

    Result removed =
        run("worktree", "clean", demo.stepsFailed, "-f", "--include-resumable", "--json");
    JsonNode json = Json.parse(removed.out());
    assertThat(json.path("removed").path(0).asString()).isEqualTo(demo.stepsFailed);
    assertThat(json.path("bytes_reclaimed").asLong()).isPositive();
    assertThat(demo.repository.git("rev-parse", "refs/prodigy/abandoned/" + demo.stepsFailed))
        .isNotBlank();
    assertThat(demo.lines("worktree", "ls")).hasSize(1);
  }

  @Test
  void whatVerifyFindsIsRepairedAndMentionedByItsPath() throws IOException {
    Path events = demo.path("events/demo/" + demo.done);
    Path segment;
    try (var files = Files.list(events)) {
      segment = files.filter(f -> f.toString().endsWith(".jsonl")).findFirst().orElseThrow();
    }
    Files.writeString(segment, Files.readString(segment) + "{\"type\":\"Torn");

    Result found = run("storage", "verify", "--output-format", "human");
    assertThat(found.code()).isEqualTo(1);
    assertThat(found.out())
        .contains("event: events/demo/" + demo.done, "Mend with: prodigy storage verify --repair");
    Result repaired = run("storage", "verify", "--repair");
    assertThat(repaired.code()).isZero();
    assertThat(Json.parse(repaired.out()).path("repaired").asInt()).isEqualTo(1);
    assertThat(Json.parse(run("storage", "verify").out()).path("findings")).isEmpty();
  }

  @Test
  void aReferenceWithoutItsCommitIsNamed() throws IOException {
    Path ref = demo.repository.path(".git/refs/prodigy/leftovers/gone");
    DemoStore.write(ref, "1234567890123456789012345678901234567890\n");

    Result found = run("storage", "verify");

    assertThat(found.code()).isEqualTo(1);
    assertThat(found.out()).contains("refs/prodigy/leftovers/gone", "git fsck");
  }
}
