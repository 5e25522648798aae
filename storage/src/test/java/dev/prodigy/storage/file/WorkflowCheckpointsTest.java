package dev.prodigy.storage.file;

import static dev.prodigy.storage.file.Samples.NOON;
import static dev.prodigy.storage.file.Samples.SESSION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.prodigy.model.CheckpointReason;
import dev.prodigy.model.CompletedStep;
import dev.prodigy.model.Json;
import dev.prodigy.model.RepoName;
import dev.prodigy.model.RetryCheckpoint;
import dev.prodigy.model.SessionId;
import dev.prodigy.model.WorkflowCheckpoint;
import dev.prodigy.storage.Checkpoints;
import dev.prodigy.storage.StorageException;
import dev.prodigy.storage.WorkflowCheckpoints;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class WorkflowCheckpointsTest {
  @TempDir Path root;
  private WorkflowCheckpoints checkpoints;
  private Path directory;

  @BeforeEach
  void open() {
    checkpoints = FileStore.open(root).repository(new RepoName("prodigy")).workflowCheckpoints();
    directory = root.resolve("state/prodigy/checkpoints/" + SESSION);
  }

  private Checkpoints.Saved save(WorkflowCheckpoint checkpoint) {
    return checkpoints.save(checkpoint, CheckpointReason.INTERVAL);
  }

  private static WorkflowCheckpoint at(String workflow, int step, Map<String, JsonNode> variables) {
    var done = new ArrayList<CompletedStep>();
    for (int i = 0; i < step; i++) {
      done.add(
          new CompletedStep(
              i,
              "shell: x",
              true,
              null,
              Map.of("v", Json.parse("1")),
              Duration.ofMillis(9),
              NOON,
              0,
              null,
              null,
              null));
    }
    return new WorkflowCheckpoint(
        workflow,
        SESSION,
        step,
        20,
        WorkflowCheckpoint.Status.RUNNING,
        NOON,
        1,
        1,
        done,
        variables,
        "sha256:00",
        List.of("sha256:01"),
        "review",
        null,
        new WorkflowCheckpoint.WorktreeState("n", "/p", "b", "h", null),
        List.of("arg"),
        new WorkflowCheckpoint.FailedStep(3, "boom", NOON),
        retries(),
        Json.parse("{\"salt\":\"s\",\"referenced\":{\"TOKEN\":\"sha256:00\"}}"));
  }

  private static RetryCheckpoint retries() {
    var attempt =
        new RetryCheckpoint.Attempt(1, NOON, Duration.ofSeconds(1), false, "e", Duration.ZERO, 7);
    return new RetryCheckpoint(
        Map.of(
            "commands[3]",
            new RetryCheckpoint.CommandRetryState(
                "commands[3]", 1, 5, NOON, NOON, List.of(attempt), Duration.ZERO, Duration.ZERO)),
        List.of(new RetryCheckpoint.Series("commands[0]", "c", NOON, NOON, 2, true, null)),
        Map.of(
            "commands[3]",
            new RetryCheckpoint.BreakerStanding(
                RetryCheckpoint.BreakerState.HALF_OPEN, 2, NOON, 1)),
        NOON);
  }

  @Test
  void theNewestComesBackAsItWasStored() {
    save(at("workflow-1", 1, Map.of()));
    WorkflowCheckpoint newest = at("workflow-1", 2, Map.of("a", Json.parse("{\"b\":[1.50]}")));
    assertThat(save(newest).version()).isEqualTo(2);

    assertThat(checkpoints.newest(SESSION).orElseThrow().value()).isEqualTo(newest);
    assertThat(checkpoints.list()).extracting(Checkpoints.Info::valid).containsExactly(true);
    assertThat(checkpoints.newest(new SessionId("session-none"))).isEmpty();
  }

  @Test
  void theFileHasTheShapeUsersKnow() throws Exception {
    var tree = Json.parse(Files.readString(save(at("workflow-1", 2, Map.of())).file()));

    assertThat(tree.path("execution_state").path("status").asString()).isEqualTo("Running");
    assertThat(tree.path("execution_state").path("current_step_index").asInt()).isEqualTo(2);
    assertThat(tree.path("completed_steps").path(0).path("step_index").asInt()).isZero();
    assertThat(tree.path("worktree").path("head").asString()).isEqualTo("h");
    assertThat(tree.path("failed_step").path("error").asString()).isEqualTo("boom");
    var retries = tree.path("retry_checkpoint_state");
    assertThat(retries.at("/command_retry_states/commands[3]/attempt_count").asInt()).isOne();
    assertThat(retries.at("/circuit_breaker_states/commands[3]/state").asString())
        .isEqualTo("HalfOpen");
  }

  @Test
  void tenReplacedOnesStayAndADamagedNewestFallsBackToThem() throws Exception {
    for (int step = 0; step < 15; step++) {
      save(at("workflow-1", step, Map.of()));
    }
    assertThat(Directories.files(directory.resolve("history"), ".json")).hasSize(10);
    Files.writeString(directory.resolve("workflow-1.checkpoint.json"), "{ torn");

    var loaded = checkpoints.newest(SESSION).orElseThrow();

    assertThat(loaded.value().currentStepIndex()).isEqualTo(13);
    assertThat(loaded.warnings()).hasSize(1);
    open();
    assertThat(save(at("workflow-1", 14, Map.of())).version()).isEqualTo(15);
  }

  @Test
  void whenAllAreDamagedThatIsAnError() throws Exception {
    Files.writeString(save(at("workflow-1", 1, Map.of())).file(), "");

    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> checkpoints.newest(SESSION))
        .withMessage("No valid checkpoint found (tried 1 checkpoints)");
  }

  @Test
  void ofSeveralWorkflowsOfASessionTheLastSavedIsTheNewest() {
    save(at("workflow-9", 5, Map.of()));
    save(at("workflow-1", 1, Map.of()));

    assertThat(checkpoints.newest(SESSION).orElseThrow().value().workflowId())
        .isEqualTo("workflow-1");
  }

  @Test
  void oneThatIsTooLargeIsRefusedNamingTheLargestVariables() {
    save(at("workflow-1", 1, Map.of()));
    var large = Json.NODES.stringNode("x".repeat(105 << 20));

    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> save(at("workflow-1", 2, Map.of("big", large, "small", Json.parse("1")))))
        .satisfies(e -> assertThat(e.why()).contains("big (110100480 characters), small"));
    assertThat(checkpoints.newest(SESSION).orElseThrow().value().currentStepIndex()).isEqualTo(1);
  }

  @Test
  void checkpointsOfTheOriginalToolAreRead() throws Exception {
    Path file = root.resolve("state/" + SESSION + "/checkpoints/workflow-7.checkpoint.json");
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        """
        {"workflow_id":"workflow-7","session_id":"%s",
         "execution_state":{"current_step_index":1,"total_steps":3,"status":"Interrupted",
           "start_time":"2025-01-11T12:00:00Z","last_checkpoint":"2025-01-11T12:00:00Z",
           "current_iteration":null,"total_iterations":null},
         "completed_steps":[{"step_index":0,"command":"shell: a","success":true,"output":"o",
           "captured_variables":{},"duration":{"secs":1,"nanos":0},
           "completed_at":"2025-01-11T12:00:00Z","retry_state":null}],
         "variable_state":{"__error_message":"boom","__failed_step_index":1,
           "__error_timestamp":"2025-01-11T12:00:05Z"},
         "mapreduce_state":null,"timestamp":"2025-01-11T12:00:00Z","version":1,
         "workflow_hash":"x-3","total_steps":3}
        """
            .formatted(SESSION));

    WorkflowCheckpoint read = checkpoints.newest(SESSION).orElseThrow().value();

    assertThat(read.status()).isEqualTo(WorkflowCheckpoint.Status.INTERRUPTED);
    assertThat(read.completedSteps()).hasSize(1);
    assertThat(read.failedStep())
        .isEqualTo(new WorkflowCheckpoint.FailedStep(1, "boom", NOON.plusMillis(4877)));
  }
}
