package dev.prodigy.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.testkit.ProdigyCommand;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `kill -9` of the coordinator: at every named step of an item's life, and at random.
class KillNineIT {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          sessions | session-       | Initializing
          state    | job-state      | job_id
          events   | events-        | "type":"JobStarted"
          state    | setup-         | "current_step": 1
          state    | map-checkpoint | pending_items
          state    | map-progress   | "outcome":"Started"
          events   | events-        | "type":"WorktreeCreated"
          state    | map-progress   | "outcome":"Completed"
          state    | map-progress   | "outcome":"Merged"
          events   | events-        | "type":"AgentCompleted"
          events   | events-        | "type":"MapPhaseCompleted"
          state    | reduce-        | current_step
          events   | events-        | "type":"JobCompleted"
          worktrees | session-      | "status": "merged"
          """)
  void killedAtANamedStep(String under, String file, String text) throws InterruptedException {
    var harness = new KillHarness(directory);

    harness.survive(harness.when(under, file, text), 1);
  }

  @Test
  void killedAtRandomAgainAndAgain() throws InterruptedException {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);

    new KillHarness(directory).survive(KillHarness.randomly(new Random(seed), 3000), 6);
  }

  /// Two processes never work on one job.
  @Test
  void aSecondRunOfALiveJobIsRefused() throws InterruptedException {
    var harness = new JobHarness(directory);
    Path workflow =
        harness.workflow(
            """
            name: live
            mode: mapreduce
            map:
              input: '[1]'
              agent_template:
                - shell: "sleep 3"
            """);
    try (ProdigyCommand.Running _ = harness.prodigy.start("run", workflow.toString(), "-y")) {
      while (harness.jobs().isEmpty()
          || harness.prodigy.files("resume_locks").isEmpty()
          || harness.events(harness.job(), "AgentStarted").isEmpty()) {
        Thread.sleep(5);
      }
      ProdigyCommand.Result second = harness.prodigy.run("resume", harness.job(), "-y");

      assertThat(second.exitCode()).as(second.toString()).isEqualTo(4);
      assertThat(second.stderr()).contains("Lock held by: PID");
    }
  }
}
