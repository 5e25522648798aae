package dev.prodigy.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.model.Json;
import dev.prodigy.testkit.Processes;
import dev.prodigy.testkit.ProdigyCommand;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Jobs that were interrupted go on, whatever happened to their files in between.
class ResumeIT {
  private static final int ITEMS = 8;

  @TempDir Path directory;

  private JobHarness harness;
  private Path ran;

  @BeforeEach
  void makeRepository() {
    harness = new JobHarness(directory);
    ran = directory.resolve("ran");
  }

  private String job(String map) {
    return """
        name: paused
        mode: mapreduce
        setup:
          - shell: "echo uncommitted > setup-file; echo hello"
            capture_output: greeting
        map:
          %s
          max_parallel: 2
          agent_template:
            - shell: "test '${greeting}' = hello; sleep 0.2; echo ${item} > f${item_index}"
            - shell: "git add f*; git commit -qm i${item_index}; echo ${item_index} >> %s"
        reduce:
          - shell: "cat setup-file; echo ${map.successful}/${map.total} > %s"
        """
        .formatted(map, ran, directory.resolve("total"));
  }

  private String eightItems() {
    return job("input: \"seq 1 %d\"".formatted(ITEMS));
  }

  /// Runs until some items are done, then interrupts.
  private void pause(String yaml, String signal, int exitCode) {
    Path file = harness.workflow(yaml);
    try (var running = harness.prodigy.start("run", file.toString(), "-y")) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> Files.exists(ran) && JobHarness.read(ran).lines().count() >= 3);
      running.signal(signal);
      ProdigyCommand.Result result = running.await(Duration.ofSeconds(30));
      assertThat(result.exitCode()).as(result.toString()).isEqualTo(exitCode);
    }
  }

  private ProdigyCommand.Result completes(String... command) {
    ProdigyCommand.Result result = harness.prodigy.run(command);
    assertThat(result.exitCode()).as(result.toString()).isZero();
    String job = harness.job();
    assertThat(JobHarness.read(ran).lines().sorted().toList())
        .as("items run, each once")
        .hasSize(ITEMS)
        .doesNotHaveDuplicates();
    String subjects = harness.repository.git("log", "--format=%s", "main");
    for (int item = 0; item < ITEMS; item++) {
      String subject = "i" + item;
      assertThat(subjects.lines().filter(subject::equals).count()).as(subject).isEqualTo(1);
    }
    assertThat(JobHarness.read(directory.resolve("total"))).isEqualTo(ITEMS + "/" + ITEMS + "\n");
    assertThat(harness.events(job).getLast().get("type").asString()).isEqualTo("JobCompleted");
    harness.assertNothingLeft();
    return result;
  }

  /// Interrupted while nothing is in flight would make "each once" a matter of luck: an item that
  /// wrote its line and was cut off before `Completed` runs again, as it must.
  private void pauseBetweenItems(String yaml) {
    String gated =
        yaml.replace(
            "sleep 0.2",
            "while [ ${item_index} -gt 3 -a ! -e %s ]; do sleep 0.05; done"
                .formatted(directory.resolve("gate")));
    Path file = harness.workflow(gated);
    try (var running = harness.prodigy.start("run", file.toString(), "-y")) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  !harness.jobs().isEmpty()
                      && harness.events(harness.job(), "AgentCompleted").size() == 4);
      running.signal("INT");
      ProdigyCommand.Result result = running.await(Duration.ofSeconds(30));
      assertThat(result.exitCode()).as(result.toString()).isEqualTo(130);
    }
    try {
      Files.createFile(directory.resolve("gate"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void pausingWritesACheckpointAndLeavesNoProcessAndNoLock() {
    pause(eightItems(), "INT", 130);

    String job = harness.job();
    assertThat(harness.events(job).getLast().get("type").asString()).isEqualTo("JobPaused");
    assertThat(session().get("status").asString()).isEqualTo("Paused");
    assertThat(harness.prodigy.files("resume_locks")).isEmpty();
    assertThat(newestCheckpoint().at("/metadata/checkpoint_reason").asString())
        .isEqualTo("BeforeShutdown");
    Processes.waitGone(ran.toString(), Duration.ofSeconds(2));
  }

  @Test
  void terminationPausesAsAnInterruptDoes() {
    pause(eightItems(), "TERM", 143);

    assertThat(harness.events(harness.job()).getLast().get("signal").asString())
        .isEqualTo("SIGTERM");
  }

  @Test
  void worktreesAndBranchesMayBeGone() throws Exception {
    pauseBetweenItems(eightItems());
    delete(harness.prodigy.home().resolve("worktrees/demo/" + harness.session()));
    harness.repository.git("worktree", "prune");
    harness.repository.git("branch", "-D", "prodigy-" + harness.session());

    completes("resume", harness.job(), "-y");
  }

  @Test
  void allEventsMayBeGone() throws Exception {
    pauseBetweenItems(eightItems());
    delete(harness.prodigy.home().resolve("events"));

    completes("resume", harness.session(), "-y");
  }

  @Test
  void theWorkflowFileAndTheMappingsMayBeGone() throws Exception {
    pauseBetweenItems(eightItems());
    Files.delete(harness.workflow(""));
    delete(harness.prodigy.home().resolve("state/demo/mappings"));

    completes("resume", "-y");
  }

  @Test
  void aFlippedByteInTheNewestCheckpointIsNoticed() throws Exception {
    pauseBetweenItems(eightItems());
    try (var file = new RandomAccessFile(newestCheckpointFile().toFile(), "rw")) {
      file.seek(file.length() / 2);
      int old = file.read();
      file.seek(file.length() / 2);
      file.write(old ^ 1);
    }

    ProdigyCommand.Result result = completes("resume", harness.job(), "-y");
    assertThat(result.stderr()).contains("map-checkpoint-");
  }

  @Test
  void aTruncatedCheckpointIsReplacedByTheOneBeforeAndTheJournal() throws Exception {
    pauseBetweenItems(eightItems());
    try (var file = new RandomAccessFile(newestCheckpointFile().toFile(), "rw")) {
      file.setLength(file.length() / 3);
    }

    completes("resume", harness.job(), "-y");
  }

  @Test
  void theItemsAreThoseOfTheBeginning() throws Exception {
    Path items = directory.resolve("items.txt");
    Files.writeString(items, "1\n2\n3\n4\n5\n6\n7\n8\n");
    pauseBetweenItems(job("input: \"cat %s\"".formatted(items)));
    Files.writeString(items, "nothing\n");

    completes("resume", harness.job(), "-y");
  }

  @Test
  void aLockOfADeadProcessIsNoObstacleAndThatOfAnotherHostNeedsForce() throws Exception {
    pauseBetweenItems(eightItems());
    lock(999_999, "vm-that-is-not-here");
    ProdigyCommand.Result refused = harness.prodigy.run("resume", harness.job(), "-y");
    assertThat(refused.exitCode()).as(refused.toString()).isEqualTo(4);

    completes("resume", harness.job(), "--force", "-y");
  }

  @Test
  void aLockWithTheNumberOfAnotherProcessIsStale() throws Exception {
    pauseBetweenItems(eightItems());
    String host = harness.events(harness.job()).getFirst().at("/metadata/host").asString();
    lock(ProcessHandle.current().pid(), host);

    completes("resume", harness.job(), "-y");
  }

  @Test
  void aFailedReduceStepIsTriedAgainWithoutTheOnesBefore() throws Exception {
    Path first = directory.resolve("first");
    Path allow = directory.resolve("allow");
    ProdigyCommand.Result failed =
        harness.run(
            """
            name: reduce
            mode: mapreduce
            map:
              input: '[1,2]'
              agent_template:
                - shell: "true"
            reduce:
              - shell: "echo ${map.successful} >> %s"
              - shell: "test -e %s"
              - shell: "echo ${map.successful} > %s"
            """
                .formatted(first, allow, directory.resolve("last")));
    assertThat(failed.exitCode()).as(failed.toString()).isEqualTo(1);
    Files.createFile(allow);

    ProdigyCommand.Result resumed = harness.prodigy.run("resume", harness.job(), "-y");
    assertThat(resumed.exitCode()).as(resumed.toString()).isZero();
    assertThat(JobHarness.read(first)).isEqualTo("2\n");
    assertThat(JobHarness.read(directory.resolve("last"))).isEqualTo("2\n");
  }

  @Test
  void aFailedSetupStepIsTriedAgainAndEarlierCapturesReachTheAgents() throws Exception {
    Path allow = directory.resolve("allow");
    Path first = directory.resolve("first");
    Path seen = directory.resolve("seen");
    ProdigyCommand.Result failed =
        harness.run(
            """
            name: setup
            mode: mapreduce
            setup:
              - shell: "echo x >> %s; echo captured"
                capture_output: word
              - shell: "test -e %s"
              - shell: "true"
            map:
              input: '[1]'
              agent_template:
                - shell: "echo ${word} > %s"
            """
                .formatted(first, allow, seen));
    assertThat(failed.exitCode()).as(failed.toString()).isEqualTo(1);
    assertThat(harness.events(harness.job()).getLast().get("type").asString())
        .isEqualTo("JobFailed");
    Files.createFile(allow);

    ProdigyCommand.Result resumed = harness.prodigy.run("resume", harness.job(), "-y");
    assertThat(resumed.exitCode()).as(resumed.toString()).isZero();
    assertThat(JobHarness.read(first)).isEqualTo("x\n");
    assertThat(JobHarness.read(seen)).isEqualTo("captured\n");
  }

  @Test
  void twoSignalsEndARunAtOnceAndItStillResumes() throws Exception {
    Path file =
        harness.workflow(
            """
            name: stubborn
            mode: mapreduce
            map:
              input: '[1]'
              agent_template:
                - shell: "trap '' TERM INT; echo x >> %s; test -e %s || sleep 64.25"
            """
                .formatted(ran, directory.resolve("gate")));
    try (var running = harness.prodigy.start("run", file.toString(), "-y")) {
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(ran));
      running.signal("TERM");
      Thread.sleep(300);
      running.signal("TERM");
      assertThat(running.await(Duration.ofSeconds(4)).exitCode()).isEqualTo(143);
    }
    Processes.waitGone("sleep 64.25", Duration.ofSeconds(3));
    Files.createFile(directory.resolve("gate"));

    ProdigyCommand.Result resumed = harness.prodigy.run("resume", harness.job(), "-y");
    assertThat(resumed.exitCode()).as(resumed.toString()).isZero();
  }

  @Test
  void theLiveSegmentMayBeDeletedUnderARun() {
    Path file = harness.workflow(eightItems());
    try (var running = harness.prodigy.start("run", file.toString(), "-y")) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> Files.exists(ran) && JobHarness.read(ran).lines().count() >= 2);
      harness.prodigy.files("events").forEach(ResumeIT::deleteFile);
      ProdigyCommand.Result result = running.await(Duration.ofSeconds(60));
      assertThat(result.exitCode()).as(result.toString()).isZero();
    }
    List<JsonNode> events = harness.events(harness.job());
    assertThat(events.getLast().get("type").asString()).isEqualTo("JobCompleted");
    harness.assertNothingLeft();
  }

  private JsonNode session() {
    return Json.parse(
        JobHarness.read(harness.prodigy.home().resolve("sessions/" + harness.session() + ".json")));
  }

  private Path newestCheckpointFile() {
    return harness.prodigy.files("state/demo/mapreduce/jobs/" + harness.job()).stream()
        .filter(path -> path.getFileName().toString().startsWith("map-checkpoint-"))
        .reduce((_, newer) -> newer)
        .orElseThrow();
  }

  private JsonNode newestCheckpoint() {
    return Json.parse(JobHarness.read(newestCheckpointFile()));
  }

  private void lock(long pid, String host) throws IOException {
    String job = harness.job();
    Path locks = Files.createDirectories(harness.prodigy.home().resolve("resume_locks"));
    Files.writeString(
        locks.resolve(job + ".lock"),
        """
        {"job_id":"%s","process_id":%d,"hostname":"%s","acquired_at":"2026-01-11T10:30:00.000Z",
        "process_started_at":1577836800000,"token":"t"}
        """
            .formatted(job, pid, host));
  }

  private static void deleteFile(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void delete(Path tree) throws Exception {
    assertThat(new ProcessBuilder("rm", "-rf", tree.toString()).start().waitFor()).isZero();
  }
}
