package dev.prodigy.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prodigy.engine.MergeDecision.Answer;
import dev.prodigy.model.CompletedStep;
import dev.prodigy.model.SessionStatus;
import dev.prodigy.model.WorktreeRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SequentialRunTest {
  @TempDir Path home;
  private Sessions sessions;

  @BeforeEach
  void open() {
    sessions = new Sessions(home);
  }

  @Test
  void theRecordOfAStepSaysHowOftenItWasTriedAndWhatMadeUpForIt() {
    var result =
        sessions.run(
            """
            - shell: echo x >> tries; test $(wc -l < tries) = 2
              retry: {attempts: 3, initial_delay: 1ms}
            - shell: "false"
              retry: {attempts: 2, initial_delay: 1ms, on_failure: {fallback: echo instead}}
            - shell: "false"
              on_exit_code: {1: {shell: "true"}}
            - shell: "false"
              on_failure: {shell: "true", max_attempts: 0}
            - shell: "false"
              retry: {attempts: 2, initial_delay: 1ms, on_failure: continue}
            """);

    var steps =
        sessions
            .repositoryStore()
            .workflowCheckpoints()
            .newest(result.session())
            .orElseThrow()
            .value()
            .completedSteps();
    assertThat(steps)
        .extracting(step -> step.status() + " by " + step.recoveredBy())
        .containsExactly(
            "success by null",
            "recovered by fallback",
            "recovered by on_exit_code",
            "recovered by on_failure",
            "failed_tolerated by null");
    assertThat(steps.getFirst().retryState())
        .isEqualTo(
            new CompletedStep.RetryState(
                2,
                3,
                List.of(
                    "Step 'shell: echo x >> tries; test $(wc -l < tries) = 2' failed"
                        + " with exit code 1"),
                false));
    assertThat(steps.get(2).retryState()).isNull();
  }

  @Test
  void workIsDoneInAWorktreeAndMergedBack() {
    sessions.answer = Answer.YES;

    var result =
        sessions.run(
            """
            name: demo
            commands:
              - shell: echo work > result.txt; git add -A; git commit -q -m work
              - shell: echo "${workflow.name} in $(basename "$PWD") of ${project.name}" > note
            """);

    assertThat(result.succeeded()).isTrue();
    assertThat(result.merge()).isEqualTo(FinalStage.Result.MERGED);
    assertThat(sessions.repository.path("result.txt")).hasContent("work\n");
    assertThat(sessions.repository.path("note")).doesNotExist();
    assertThat(sessions.session(result.session()).status()).isEqualTo(SessionStatus.COMPLETED);
    assertThat(sessions.worktree(result.session()).status())
        .isEqualTo(WorktreeRecord.Status.CLEANED_UP);
    assertThat(sessions.worktreePath(result.session())).doesNotExist();
    assertThat(sessions.lines)
        .contains(
            "Starting session: " + result.session(),
            "Created worktree at: " + sessions.worktreePath(result.session()),
            "Session complete: 1 iterations, 1 files changed")
        .anyMatch(line -> line.startsWith("Executing step 1/2: shell: echo work"));
    assertThat(sessions.events(result.session()))
        .containsExactly(
            "JobStarted",
            "StepStarted",
            "StepCompleted",
            "StepStarted",
            "StepCompleted",
            "JobCompleted");
  }

  @Test
  void nobodyToAskMeansNotMerged() {
    var result = sessions.run("- shell: git commit -q --allow-empty -m work\n");

    assertThat(result.succeeded()).isTrue();
    assertThat(result.merge()).isEqualTo(FinalStage.Result.NOT_ASKED);
    assertThat(sessions.repository.log()).containsExactly("init");
    assertThat(sessions.worktreePath(result.session())).isDirectory();
    assertThat(sessions.repository.branches()).contains("prodigy-" + result.session());
    assertThat(sessions.lines)
        .anyMatch(line -> line.contains("prodigy worktree merge " + result.session()));
  }

  @Test
  void nothingToMergeIsSaidAndTidiedUp() {
    var result = sessions.run("- shell: 'true'\n");

    assertThat(result.merge()).isEqualTo(FinalStage.Result.NOTHING_TO_MERGE);
    assertThat(sessions.worktreePath(result.session())).doesNotExist();
    assertThat(sessions.lines).anyMatch(line -> line.startsWith("No new commits in worktree"));
  }

  @Test
  void aFailedStepKeepsTheWorktreeAndSaysHowToGoOn() {
    var result = sessions.run("- shell: touch made\n- shell: echo why >&2; exit 4\n");

    assertThat(result.status()).isEqualTo(RunResult.Status.FAILED);
    assertThat(result.failure())
        .hasMessageContaining("at step 'shell: echo why >&2; exit 4'")
        .hasMessageContaining("failed with exit code 4");
    var session = sessions.session(result.session());
    assertThat(session.status()).isEqualTo(SessionStatus.FAILED);
    assertThat(session.error()).contains("exit code 4");
    assertThat(session.owner()).isNull();
    assertThat(sessions.worktreePath(result.session()).resolve("made")).exists();
    assertThat(sessions.lines)
        .contains("Checkpoint saved. Resume with: prodigy resume " + result.session());
    assertThat(sessions.events(result.session())).endsWith("StepFailed", "JobFailed");
  }

  @Test
  void aMissingSecretStopsTheRunBeforeAnythingHappened() {
    assertThatThrownBy(
            () ->
                sessions.run(
                    """
                    secrets:
                      API_KEY: "${env:NO_SUCH_KEY}"
                    commands:
                      - shell: "true"
                    """))
        .hasMessage("Secret not found in environment: NO_SUCH_KEY");
    assertThat(sessions.store.sessions().list()).isEmpty();
    assertThat(sessions.repository.branches()).containsExactly("main");
  }

  @Test
  void aMissingAgentStopsOnlyWorkflowsThatNeedOne() {
    sessions.environment.put("PRODIGY_CLAUDE_BIN", "/no/such/claude");

    assertThatThrownBy(() -> sessions.run("- shell: 'true'\n  on_failure: [{claude: /fix}]\n"))
        .hasMessage("Claude CLI is not available");
    assertThat(sessions.store.sessions().list()).isEmpty();
    assertThat(sessions.run("- shell: 'true'\n").succeeded()).isTrue();
  }

  @Test
  void secretValuesAreNowhereInTheStore() {
    sessions.environment.put("KEY_SOURCE", "s3cret-value-42");

    var result =
        sessions.run(
            """
            secrets:
              API_KEY: "${env:KEY_SOURCE}"
            commands:
              - shell: echo "key $API_KEY"
                capture_output: seen
                id: first
              - shell: 'test "${seen}" = "key $API_KEY" && echo same > same && exit 1'
            """);

    assertThat(result.status()).isEqualTo(RunResult.Status.FAILED);
    assertThat(sessions.read(result.session(), "same")).isEqualTo("same\n");
    assertThat(sessions.filesContaining("s3cret-value-42")).isEmpty();
    assertThat(sessions.lines).contains("key ***");
  }

  @Test
  void iterationsEndWhenNothingChangesAnyMore() {
    var result =
        sessions.run(
            """
            - shell: |
                echo $ITERATION ${workflow.iteration} >> log
                if [ ${workflow.iteration} -lt 3 ]; then
                  git commit -q --allow-empty -m i${workflow.iteration}
                fi
            """,
            new SequentialRun.Options(10, false));

    assertThat(result.succeeded()).isTrue();
    assertThat(sessions.read(result.session(), "log").lines()).hasSize(3);
    assertThat(sessions.lines).contains("Stopping: No changes were made");
  }

  @Test
  void everyInputGetsItsTurn() {
    sessions.args = java.util.List.of("a", "b", "c");

    var result =
        sessions.run(
            "- shell: echo ${ARG} $PRODIGY_ARG ${INDEX}/${TOTAL} >> log; test ${ARG} != b\n");

    assertThat(result.status()).isEqualTo(RunResult.Status.FAILED);
    assertThat(result.failure()).hasMessageContaining("failed for b");
    assertThat(sessions.read(result.session(), "log").lines())
        .containsExactly("a a 1/3", "b b 2/3", "c c 3/3");

    var resumed = sessions.resume(result.session());

    assertThat(resumed.status()).isEqualTo(RunResult.Status.FAILED);
    assertThat(sessions.read(result.session(), "log").lines())
        .containsExactly("a a 1/3", "b b 2/3", "c c 3/3", "b b 2/3");
  }

  @Test
  void mergeStepsReplaceTheDefaultMerge() {
    sessions.answer = Answer.YES;

    var result =
        sessions.run(
            """
            commands:
              - shell: echo x > x; git add x; git commit -q -m 'add x'
                capture_output: made
            merge:
              - shell: >-
                  git -C ${project.root} merge -q --no-ff -m "custom ${merge.commit_count}
                  ${merge.file_list}" ${merge.source_branch}
            """);

    assertThat(result.merge()).isEqualTo(FinalStage.Result.MERGED);
    assertThat(sessions.repository.log()).first().isEqualTo("custom 1 x");
  }

  @Test
  void mergeStepsThatDoNotMergeAreNotBelieved() {
    sessions.answer = Answer.YES;

    var result =
        sessions.run(
            """
            commands:
              - shell: git commit -q --allow-empty -m work; echo a > a; git add a; git commit -qm a
            merge:
              - shell: echo pretending
            """);

    assertThat(result.succeeded()).isFalse();
    assertThat(result.merge()).isEqualTo(FinalStage.Result.FAILED);
    assertThat(sessions.session(result.session()).status()).isEqualTo(SessionStatus.COMPLETED);
    assertThat(sessions.worktreePath(result.session())).isDirectory();
    assertThat(sessions.lines).anyMatch(line -> line.contains("Merge steps finished but"));
  }

  @Test
  void anAgentIsAskedToResolveConflictsAndProvedRight() {
    sessions.answer = Answer.YES;
    sessions
        .claude
        .on("^/prodigy-merge-worktree main prodigy-session-")
        .run(
            "git merge -q --no-ff main >/dev/null; echo both > f; git add f;"
                + " git commit -q --no-edit")
        .install();

    var result =
        sessions.run(
            """
            - shell: >-
                echo mine > f; git add f; git commit -q -m mine;
                cd ${project.root}; echo theirs > f; git add f; git commit -q -m theirs
            """);

    assertThat(result.merge()).isEqualTo(FinalStage.Result.MERGED);
    assertThat(sessions.repository.path("f")).hasContent("both\n");
    assertThat(sessions.repository.log()).contains("mine", "theirs");
  }

  @Test
  void conflictsWithoutHelpLeaveEverythingInPlace() {
    sessions.answer = Answer.YES;
    sessions.environment.put("PRODIGY_MERGE_ASSIST", "false");

    var result =
        sessions.run(
            """
            - shell: >-
                echo mine > f; git add f; git commit -q -m mine;
                cd ${project.root}; echo theirs > f; git add f; git commit -q -m theirs
            """);

    assertThat(result.succeeded()).isFalse();
    assertThat(result.merge()).isEqualTo(FinalStage.Result.FAILED);
    assertThat(sessions.claude.calls()).isEmpty();
    assertThat(sessions.repository.path("f")).hasContent("theirs\n");
    assertThat(sessions.read(result.session(), "f")).isEqualTo("mine\n");
    assertThat(sessions.lines).anyMatch(line -> line.contains("Merge conflict in f"));
  }

  @Test
  void anAgentsRunIsFollowedInEvents() {
    var result = sessions.run("- claude: say hello\n");

    assertThat(result.succeeded()).isTrue();
    assertThat(sessions.events(result.session()))
        .contains(
            "ClaudeSessionStarted", "ClaudeMessage", "ClaudeTokenUsage", "ClaudeSessionEnded");
    assertThat(sessions.claude.calls().getFirst().environment())
        .containsEntry("PRODIGY_AUTOMATION", "true")
        .containsEntry("PRODIGY_SESSION_ID", result.session().value());
  }

  @Test
  void foreachLeavesTheMainCheckoutAlone() {
    var result =
        sessions.run(
            """
            - foreach: [a, b]
              do: [{shell: "echo ${item} > ${item}.txt"}]
            - shell: "false"
            """);

    assertThat(sessions.worktreePath(result.session()).resolve("a.txt")).exists();
    assertThat(sessions.repository.isClean()).isTrue();
  }

  @Test
  void theLimitOfTheWholeRunIsKept() {
    var result =
        sessions.run(
            """
            timeout: 1
            commands:
              - shell: "true"
              - shell: sleep 4713
            """);

    assertThat(result.status()).isEqualTo(RunResult.Status.FAILED);
    assertThat(result.failure()).hasMessageContaining("timeout of the workflow");
  }

  @Test
  void aSessionIsLockedWhileItRuns() throws Exception {
    var result = sessions.run("- shell: 'ls ../../../resume_locks > locks; false'\n");

    assertThat(sessions.read(result.session(), "locks")).contains(result.session() + ".lock");
    try (var left = Files.list(sessions.store.root().resolve("resume_locks"))) {
      assertThat(left.filter(file -> !file.getFileName().toString().startsWith("."))).isEmpty();
    }
  }
}
