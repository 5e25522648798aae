package dev.prodigy.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.cli.CommandRun;
import dev.prodigy.cli.ExitCode;
import dev.prodigy.testkit.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sequential workflows that a step of another workflow runs.
class WorkflowWithinTest {
  @TempDir Path home;
  private TestRepository repository;

  @BeforeEach
  void open() {
    repository = TestRepository.create(home.resolve("project"));
  }

  private CommandRun.Result prodigy(String... args) {
    return CommandRun.in(repository.path())
        .env("HOME", home.toString())
        .env("PATH", System.getenv("PATH"))
        .run(args);
  }

  private List<String> lines(String file) throws IOException {
    return Files.readAllLines(home.resolve(file));
  }

  private static String first(String line) {
    return line.substring(0, line.indexOf(' '));
  }

  private void workflows(String caller, String child) {
    repository.write("flow.yml", caller).write("child.yml", child).commit("workflows");
  }

  @Test
  void itsEnvironmentMayBeWhatCommandsPrint() throws IOException {
    workflows(
        """
        env: {OUTER: o}
        workflows: {child: {source: child.yml}}
        commands:
          - workflow: child
          - shell: "echo after=[$ONCE]"
        """,
        """
        env:
          ONCE: {command: "echo run >> $HOME/once; date +%s%N", cache: true}
          EACH: {command: "date +%s%N; echo run >> $HOME/each"}
          BOTH: "${OUTER}-${ONCE}"
        commands:
          - shell: "echo $ONCE $EACH >> $HOME/seen"
          - shell: "echo $ONCE $EACH >> $HOME/seen; echo $BOTH > $HOME/both"
          - shell: "echo $ONCE $EACH >> $HOME/seen; test ! -e $HOME/broken"
        """);
    Files.createFile(home.resolve("broken"));
    assertThat(prodigy("run", "flow.yml", "-y").code()).isEqualTo(ExitCode.FAILED);
    Files.delete(home.resolve("broken"));

    var resumed = prodigy("resume", "-y");

    assertThat(resumed.code()).isZero();
    assertThat(resumed.out()).contains("after=[]");
    List<String> seen = lines("seen");
    assertThat(seen).hasSize(4);
    assertThat(seen.stream().map(WorkflowWithinTest::first).distinct()).hasSize(1);
    assertThat(new HashSet<>(seen)).hasSize(4);
    assertThat(lines("once")).hasSize(1);
    assertThat(lines("each")).hasSize(4);
    assertThat(lines("both")).containsExactly("o-" + first(seen.getFirst()));
  }

  @Test
  void aCommandOfItsEnvironmentThatFailsFailsIt() {
    workflows(
        """
        workflows: {child: {source: child.yml}}
        commands:
          - workflow: child
        """,
        """
        env: {BAD: {command: "echo no such thing >&2; exit 4"}}
        commands:
          - shell: "touch $HOME/ran"
        """);

    var result = prodigy("run", "flow.yml", "-y");

    assertThat(result.code()).isEqualTo(ExitCode.FAILED);
    assertThat(result.err())
        .contains("Sub-workflow 'child' failed: ")
        .contains("Dynamic environment command failed: BAD")
        .contains("no such thing");
    assertThat(home.resolve("ran")).doesNotExist();
  }

  @Test
  void aSecretInWhatIsKeptOfItsEnvironmentIsHidden() throws IOException {
    workflows(
        """
        workflows: {child: {source: child.yml}}
        commands:
          - workflow: child
          - shell: "false"
        """,
        """
        secrets: {TOKEN: "${env:TOK}"}
        env: {URL: {command: "echo https://$TOKEN@example.org", cache: true}}
        commands:
          - shell: "test $URL = https://$TOKEN@example.org"
          - shell: "echo $URL; test -e $HOME/whole"
        """);
    CommandRun run =
        CommandRun.in(repository.path())
            .env("HOME", home.toString())
            .env("PATH", System.getenv("PATH"))
            .env("TOK", "s3cr3t-of-the-child");

    var result = run.run("run", "flow.yml", "-y");

    assertThat(result.code()).isEqualTo(ExitCode.FAILED);
    assertThat(result.out() + result.err()).doesNotContain("s3cr3t-of-the-child");
    try (var files = Files.walk(home.resolve(".prodigy"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1))
            .as(file.toString())
            .doesNotContain("s3cr3t-of-the-child");
      }
    }
  }

  @Test
  void theLimitOfTheStepIsItsLimit() {
    workflows(
        """
        workflows: {child: {source: child.yml}}
        commands:
          - workflow: child
            timeout: 1
        """,
        """
        commands:
          - shell: "sleep 0.1"
          - shell: "sleep 60"
        """);

    var result = prodigy("run", "flow.yml", "-y");

    assertThat(result.code()).isEqualTo(ExitCode.FAILED);
    assertThat(result.err()).contains("Command timed out after 1 second (timeout)");
  }

  private static final String BESIDE =
      """
      name: beside
      workflows:
        left:
          parallel: true
          outputs: [word]
          commands:
            - shell: "echo l1 >> $HOME/steps; echo l > left.txt; git add . && git commit -qm l"
            - shell: "echo left"
              capture: word
        right:
          parallel: true
          max_iterations: 2
          commands:
            - shell: "echo r1 >> $HOME/steps; echo r >> right.txt; git add . && git commit -qm r"
            - shell: "echo r2 >> $HOME/steps; echo late >> draft.txt"
            - shell: "test -e $HOME/passed || { touch $HOME/passed; %s; }"
      commands:
        - shell: "echo word=${left.word}"
      """;

  @Test
  void inWorktreesOfTheirOwnTheyGoOnWhereTheyFailed() throws IOException {
    repository.write("flow.yml", BESIDE.formatted("false")).commit("workflow");
    assertThat(prodigy("run", "flow.yml", "-y").code()).isEqualTo(ExitCode.FAILED);

    var resumed = prodigy("resume", "-y");

    assertThat(resumed.code()).as(resumed.out() + resumed.err()).isZero();
    assertThat(resumed.out()).contains("word=left");
    assertThat(lines("steps").stream().filter("l1"::equals)).hasSize(1);
    assertThat(lines("steps").stream().filter(line -> line.startsWith("r")))
        .containsExactly("r1", "r2", "r1", "r2");
    assertThat(Files.readAllLines(repository.path().resolve("right.txt"))).hasSize(2);
    assertThat(repository.git("log", "--format=%s").lines().filter("r"::equals)).hasSize(2);
    assertThat(repository.git("branch", "--list", "prodigy-*")).isEmpty();
    assertThat(repository.git("worktree", "list").lines()).hasSize(1);
  }

  @Test
  void aWorktreeOfTheirOwnThatIsGoneIsMadeAnew() throws IOException {
    repository.write("flow.yml", BESIDE.formatted("false")).commit("workflow");
    assertThat(prodigy("run", "flow.yml", "-y").code()).isEqualTo(ExitCode.FAILED);
    String right =
        repository
            .git("worktree", "list", "--porcelain")
            .lines()
            .filter(line -> line.endsWith("workflows.right"))
            .findFirst()
            .orElseThrow()
            .substring("worktree ".length());
    repository.git("worktree", "remove", "--force", right);

    var resumed = prodigy("resume", "-y");

    assertThat(resumed.code()).as(resumed.out() + resumed.err()).isZero();
    assertThat(lines("steps").stream().filter("l1"::equals)).hasSize(1);
    assertThat(lines("steps").stream().filter("r1"::equals)).hasSize(3);
    assertThat(Files.readAllLines(repository.path().resolve("right.txt"))).hasSize(2);
    assertThat(repository.git("for-each-ref", "refs/prodigy/abandoned")).contains("/right-");
    assertThat(repository.git("branch", "--list", "prodigy-*")).isEmpty();
  }

  @Test
  void theirWorktreesBelongToTheSession() throws IOException {
    repository.write("flow.yml", BESIDE.formatted("false")).commit("workflow");
    assertThat(prodigy("run", "flow.yml", "-y").code()).isEqualTo(ExitCode.FAILED);

    prodigy("worktree", "clean", "--all", "--yes");
    assertThat(repository.git("worktree", "list").lines()).hasSizeGreaterThan(1);

    prodigy("worktree", "clean", "--all", "--yes", "--include-resumable", "--force");
    assertThat(repository.git("worktree", "list").lines()).hasSize(1);
  }

  @Test
  void resetTakesThemBackToTheirBeginning() throws IOException {
    repository.write("flow.yml", BESIDE.formatted("false")).commit("workflow");
    assertThat(prodigy("run", "flow.yml", "-y").code()).isEqualTo(ExitCode.FAILED);

    var resumed = prodigy("resume", "-y", "--reset-step");

    assertThat(resumed.code()).as(resumed.out() + resumed.err()).isZero();
    assertThat(lines("steps").stream().filter("r1"::equals)).hasSize(3);
    assertThat(Files.readAllLines(repository.path().resolve("right.txt"))).hasSize(2);
    assertThat(repository.git("branch", "--list", "prodigy-*")).isEmpty();
  }
}
