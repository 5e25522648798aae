package dev.prodigy.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.SessionId;
import dev.prodigy.model.SessionStatus;
import dev.prodigy.model.WorktreeRecord;
import dev.prodigy.testkit.ForkedJvm;
import dev.prodigy.testkit.Processes;
import dev.prodigy.testkit.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumeTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private static final String FIVE_STEPS =
      """
      - shell: echo 1 >> log; echo one
        capture_output: first
        id: a
      - shell: echo 2 >> log
      - shell: echo 3 >> log; test -f ../go || sleep 4714
      - shell: echo 4 >> log
      - shell: echo "5 ${first} ${a.output} ${a.success}" >> log
      """;

  @TempDir Path home;
  private Sessions sessions;

  @BeforeEach
  void open() {
    sessions = new Sessions(home);
    sessions.environment.put("PRODIGY_AUTO_CLEANUP", "false");
  }

  /// A killed run's own command has nobody who could end it.
  @AfterEach
  void killLeftOvers() {
    Processes.alive("sleep 4714")
        .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
  }

  /// Runs the five steps in a process of its own.
  static final class Victim {
    private Victim() {}

    public static void main(String[] args) {
      var result = Sessions.reopen(Path.of(args[0])).run(FIVE_STEPS);
      System.out.println("ended: " + result.status());
    }
  }

  @Test
  void aKilledRunGoesOnWithTheStepItWasAt() throws Exception {
    SessionId session;
    try (var victim = ForkedJvm.start(Victim.class, home.toString())) {
      Processes.waitAlive("sleep 4714", LONG);
      session = sessions.store.sessions().list().getFirst().id();
      victim.kill();
    }
    assertThat(sessions.session(session).status()).isEqualTo(SessionStatus.RUNNING);
    Files.createFile(sessions.worktreePath(session).resolveSibling("go"));

    var resumed = sessions.resume(session);

    assertThat(resumed.status()).isEqualTo(RunResult.Status.COMPLETED);
    assertThat(Processes.alive("sleep 4714")).isEmpty();
    assertThat(sessions.read(session, "log").lines())
        .containsExactly("1", "2", "3", "3", "4", "5 one one true");
    assertThat(sessions.events(session)).contains("JobResumed").endsWith("JobCompleted");
  }

  @Test
  void anInterruptedRunIsPausedAndResumes() {
    var stopping = new StopSignal();
    sessions.stop = stopping;
    Thread.ofVirtual()
        .start(
            () -> {
              Processes.waitAlive("sleep 4715", LONG);
              stopping.raise("SIGINT");
            });

    var paused = sessions.run("- shell: echo 1 >> log\n- shell: 'test -f ../go || sleep 4715'\n");

    assertThat(paused.status()).isEqualTo(RunResult.Status.PAUSED);
    assertThat(sessions.session(paused.session()).status()).isEqualTo(SessionStatus.PAUSED);
    assertThat(sessions.worktree(paused.session()).status())
        .isEqualTo(WorktreeRecord.Status.INTERRUPTED);
    assertThat(sessions.events(paused.session())).endsWith("JobPaused");
    assertThat(sessions.lines)
        .contains("Session interrupted. Resume with: prodigy resume " + paused.session());
    Processes.waitGone("sleep 4715", LONG);
    create(sessions.worktreePath(paused.session()).resolveSibling("go"));

    assertThat(sessions.resume(paused.session()).status()).isEqualTo(RunResult.Status.COMPLETED);
    assertThat(sessions.read(paused.session(), "log").lines()).hasSize(1);
  }

  @Test
  void aDeletedWorktreeComesBackWithItsUncommittedFiles() throws IOException {
    var failed =
        sessions.run(
            """
            - shell: echo a > a; git add a; git commit -q -m a; echo draft > draft
            - shell: test -f ../go
            - shell: cat a draft > both
            - shell: "false"
            """);
    Path worktree = sessions.worktreePath(failed.session());
    deleteTree(worktree);
    sessions.repository.git("worktree", "prune");
    sessions.repository.git("branch", "-D", "prodigy-" + failed.session());
    create(worktree.resolveSibling("go"));

    sessions.resume(failed.session());

    assertThat(sessions.read(failed.session(), "both")).isEqualTo("a\ndraft\n");
    assertThat(TestRepository.gitIn(worktree, "log", "-1", "--format=%s")).isEqualTo("a");
  }

  @Test
  void stepsStillToComeMayBeRepairedFinishedOnesMayNot() {
    String yaml =
        """
        - shell: echo 1 >> log
        - shell: echo 2 >> log
        - shell: exit 9
        """;
    var failed = sessions.run(yaml);

    sessions.workflow(yaml.replace("echo 1", "echo one"));
    assertThatThrownBy(() -> sessions.resume(failed.session()))
        .hasMessageContaining("Workflow has changed since the checkpoint: step 1");

    sessions.workflow(yaml.replace("exit 9", "echo 3 >> log"));
    assertThat(sessions.resume(failed.session()).succeeded()).isTrue();
    assertThat(sessions.lines)
        .anyMatch(line -> line.contains("changed since the checkpoint: step 3"));
    assertThat(sessions.read(failed.session(), "log").lines()).containsExactly("1", "2", "3");
  }

  @Test
  void changedFinishedStepsAreAcceptedByForceAndStayFinished() {
    String yaml = "- shell: echo 1 >> log\n- shell: test -f ../go && echo 2 >> log\n";
    var failed = sessions.run(yaml);
    sessions.workflow(yaml.replace("echo 1", "echo one"));
    create(sessions.worktreePath(failed.session()).resolveSibling("go"));

    var forced = sessions.resume(failed.session(), new ResumeOptions(true, false, false, null));

    assertThat(forced.succeeded()).isTrue();
    assertThat(sessions.read(failed.session(), "log").lines()).containsExactly("1", "2");
  }

  @Test
  void aDeletedWorkflowFileIsReplacedByTheCopy() throws IOException {
    var failed = sessions.run("- shell: echo 1 >> log\n- shell: test -f ../go\n");
    Files.delete(sessions.workflowFile());
    create(sessions.worktreePath(failed.session()).resolveSibling("go"));

    assertThat(sessions.resume(failed.session()).succeeded()).isTrue();
    assertThat(sessions.lines).anyMatch(line -> line.contains("using the copy"));
  }

  @Test
  void aCompletedSessionRunsAgainOnlyFromTheStart() {
    var done = sessions.run("- shell: echo x >> log; git add -A; git commit -q -m work\n");

    assertThatThrownBy(() -> sessions.resume(done.session()))
        .hasMessageContaining("has already completed and cannot be resumed");

    var again = sessions.resume(done.session(), new ResumeOptions(false, true, false, null));

    assertThat(again.succeeded()).isTrue();
    assertThat(sessions.read(done.session(), "log").lines()).hasSize(1);
    assertThat(sessions.repository.git("for-each-ref", "refs/prodigy/abandoned")).isNotEmpty();
  }

  @Test
  void secretsAreTakenUpAgainFromTheEnvironment() {
    sessions.environment.put("KEY_SOURCE", "s3cret-value-42");
    String yaml =
        """
        secrets:
          API_KEY: "${env:KEY_SOURCE}"
        commands:
          - shell: echo "key $API_KEY"
            capture_output: seen
          - shell: 'test -f ../go'
          - shell: 'test "${seen}" = "key $API_KEY"'
        """;
    var failed = sessions.run(yaml);
    create(sessions.worktreePath(failed.session()).resolveSibling("go"));

    assertThat(sessions.filesContaining("s3cret-value-42")).isEmpty();
    sessions.environment.remove("KEY_SOURCE");
    assertThatThrownBy(() -> sessions.resume(failed.session()))
        .hasMessage("Environment has changed since checkpoint");
    sessions.environment.put("KEY_SOURCE", "s3cret-value-42");
    assertThat(sessions.resume(failed.session()).succeeded()).isTrue();
  }

  @Test
  void aLiveSessionCannotBeResumed() throws Exception {
    try (var owner = ForkedJvm.start(Victim.class, home.toString())) {
      Processes.waitAlive("sleep 4714", LONG);
      var session = sessions.store.sessions().list().getFirst().id();

      assertThatThrownBy(() -> sessions.resume(session))
          .hasMessageContaining("Resume already in progress")
          .extracting(e -> ((ProdigyException) e).why())
          .asString()
          .contains("PID " + owner.pid());
      owner.kill();
    }
  }

  @Test
  void anUnknownSessionIsSaidToBe() {
    assertThatThrownBy(() -> sessions.resume(new SessionId("session-nope")))
        .hasMessage("Session not found: session-nope");
  }

  private static void create(Path file) {
    try {
      Files.createFile(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void deleteTree(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static final String RETRIED =
      """
      - shell: echo r >> log; echo "$(wc -l < log)"; exit 7
        retry: {attempts: 5, initial_delay: 1ms, backoff: {custom: {delays: [1ms, 4s, 1ms, 1ms]}}}
      """;

  /// Waits for its third attempt until it is killed.
  static final class Waiting {
    private Waiting() {}

    public static void main(String[] args) {
      var _ = Sessions.reopen(Path.of(args[0])).run(RETRIED);
    }
  }

  @Test
  void attemptsMadeBeforeAKillCount() throws Exception {
    SessionId session;
    try (var victim = ForkedJvm.start(Waiting.class, home.toString())) {
      org.awaitility.Awaitility.await()
          .atMost(LONG)
          .until(
              () ->
                  !sessions.filesContaining("\"attempt_number\": 2,").isEmpty() && logLines() == 2);
      session = sessions.store.sessions().list().getFirst().id();
      victim.kill();
    }
    var checkpoint = sessions.repositoryStore().workflowCheckpoints().newest(session).orElseThrow();
    var state =
        java.util.Objects.requireNonNull(checkpoint.value().retryCheckpointState())
            .commandRetryStates()
            .get("commands[0]");
    assertThat(java.util.Objects.requireNonNull(state).attemptCount()).isEqualTo(2);
    assertThat(state.retryHistory()).hasSize(2);

    var resumed = sessions.resume(session);

    assertThat(resumed.status()).isEqualTo(RunResult.Status.FAILED);
    assertThat(logLines()).isEqualTo(5);
    assertThat(String.valueOf(resumed.failure())).contains("after 5 attempts");
  }

  private long logLines() {
    return sessions.store.sessions().list().stream()
        .map(s -> sessions.worktreePath(s.id()).resolve("log"))
        .filter(Files::exists)
        .mapToLong(
            file -> {
              try {
                return Files.readAllLines(file).size();
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            })
        .sum();
  }
}
