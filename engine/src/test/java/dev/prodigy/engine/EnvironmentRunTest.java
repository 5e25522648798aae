package dev.prodigy.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The environment as the commands of whole runs see it.
class EnvironmentRunTest {
  @TempDir Path home;
  private Sessions sessions;

  @BeforeEach
  void open() {
    sessions = new Sessions(home);
    sessions.environment.put("PRODIGY_AUTO_CLEANUP", "false");
  }

  @Test
  void commandsGiveValuesOncePerRunOrBeforeEachStep() {
    var run =
        sessions.run(
            """
            env:
              ONCE: {command: "date +%s%N", cache: true}
              AGAIN: {command: "echo $WORD; wc -l < log", cache: false}
              WORD: at
              BOTH: "${WORD} ${ONCE}"
            commands:
              - shell: echo $ONCE >> log; echo $AGAIN; test "$BOTH" = "at $ONCE"
              - shell: echo $ONCE >> log; echo $AGAIN
              - shell: test -f ../go && echo $ONCE >> log
            """
                .replace("wc -l < log", "cat log 2>&1 | wc -l"));
    assertThat(run.status()).isEqualTo(RunResult.Status.FAILED);
    assertThat(sessions.lines).contains("at 1", "at 1");
    create(sessions.worktreePath(run.session()).resolveSibling("go"));

    assertThat(sessions.resume(run.session()).status()).isEqualTo(RunResult.Status.COMPLETED);

    var lines = sessions.read(run.session(), "log").lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.stream().distinct()).hasSize(1);
  }

  @Test
  void aFailingCommandOfTheEnvironmentFailsTheStepBeforeItBegins() {
    var run =
        sessions.run(
            """
            env: {BAD: {command: "echo no luck >&2; exit 3"}}
            commands:
              - shell: touch begun
            """);

    assertThat(run.status()).isEqualTo(RunResult.Status.FAILED);
    assertThat(String.valueOf(run.failure()))
        .contains("Dynamic environment command failed: BAD", "exit code 3: no luck");
    assertThat(sessions.worktreePath(run.session()).resolve("begun")).doesNotExist();
  }

  @Test
  void stepsHaveAnEnvironmentOfTheirOwn() {
    sessions.environment.put("FOO", "inherited");
    var run =
        sessions.run(
            """
            env: {X: "2", N: 1}
            profiles: {dev: {X: "3"}}
            active_profile: dev
            commands:
              - shell: echo "a $X $N $FOO $PRODIGY_PROFILE $PROFILE"
              - shell: echo "b $X ${FOO-none}"
                env: {X: "4", FOO: null}
              - shell: echo "c $M ${X-none} ${N-none} ${FOO-none} $PRODIGY_AUTOMATION"
                clear_env: true
                env: {M: full}
              - shell: echo "d $X"
            """);

    assertThat(run.status()).isEqualTo(RunResult.Status.COMPLETED);
    assertThat(sessions.lines)
        .contains("a 3 1 inherited dev dev", "b 4 none", "c full none none none true", "d 3");
  }

  @Test
  void aVariableThatIsGoneKeepsARunFromResuming() {
    sessions.environment.put("FOO", "s3cret-of-mine");
    sessions.environment.put("BAR", "one");
    var run = sessions.run("- shell: test \"$FOO$BAR\" = x");
    assertThat(run.status()).isEqualTo(RunResult.Status.FAILED);
    assertThat(sessions.filesContaining("s3cret-of-mine")).isEmpty();
    assertThat(sessions.filesContaining("sha256:")).isNotEmpty();
    sessions.environment.remove("FOO");
    sessions.environment.put("BAR", "two");

    assertThatThrownBy(() -> sessions.resume(run.session()))
        .hasMessage("Environment has changed since checkpoint")
        .satisfies(
            e -> assertThat(((EngineException) e).why()).isEqualTo("FOO=*** is not set any more"));

    sessions.resume(run.session(), new ResumeOptions(true, false, false, null));
    assertThat(sessions.lines)
        .contains("warning: Environment has changed since checkpoint: BAR, FOO");
  }

  @Test
  void theProfileOfARunIsTheOneItIsResumedWith() {
    sessions.environment.put("PRODIGY_PROFILE", "b");
    var run =
        sessions.run(
            """
            profiles: {a: {X: is-a}, b: {X: is-b}}
            commands:
              - shell: test -f ../go && echo $X
            """);
    create(sessions.worktreePath(run.session()).resolveSibling("go"));
    sessions.environment.put("PRODIGY_PROFILE", "a");

    sessions.resume(run.session());

    assertThat(sessions.lines).contains("is-b");
  }

  @Test
  void aSecretComesBackIntoCapturedVariablesOnResume() {
    sessions.environment.put("TOK", "s3cr3t-value");
    var run =
        sessions.run(
            """
            secrets: {T: "${env:TOK}"}
            commands:
              - shell: echo "[$T]"; echo "$T" | base64
                capture_output: got
              - shell: test -f ../go
              - shell: case '${got}' in "[$T]"*) ;; *) exit 1 ;; esac
            """);
    create(sessions.worktreePath(run.session()).resolveSibling("go"));

    assertThat(sessions.lines).contains("[***]", "***Cg==");
    assertThat(sessions.filesContaining("s3cr3t-value")).isEmpty();
    assertThat(sessions.filesContaining("czNjcjN0LXZhbHVl")).isEmpty();
    assertThat(sessions.resume(run.session()).status()).isEqualTo(RunResult.Status.COMPLETED);
  }

  @Test
  void theWholeRunHasALimit() {
    var run =
        sessions.run(
            """
            timeout: 1s
            commands:
              - shell: sleep 4911
            """);

    assertThat(String.valueOf(run.failure()))
        .contains("timed out after 1 seconds (timeout of the workflow)");
    assertThat(dev.prodigy.testkit.Processes.alive("sleep 4911")).isEmpty();
  }

  private static void create(Path file) {
    try {
      Files.createFile(file);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
