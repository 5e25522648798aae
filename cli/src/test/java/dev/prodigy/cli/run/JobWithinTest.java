package dev.prodigy.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.cli.CommandRun;
import dev.prodigy.cli.ExitCode;
import dev.prodigy.model.Json;
import dev.prodigy.testkit.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// MapReduce workflows that a step of another workflow runs.
class JobWithinTest {
  private static final String CALLER =
      """
      name: outer
      secrets: {TOKEN: "${env:TOKEN}"}
      workflows:
        fan:
          source: fan.yml
          inputs: {greeting: "${greeting}"}
          outputs: {done: map.successful, sum: summary}
      commands:
        - shell: "printf '[\\"a\\",\\"b\\",\\"c\\"]' > items.json; echo hi"
          capture: greeting
        - workflow: fan
        - shell: "echo done=${fan.done} sum=${sum} ok=${fan.success}"
      """;

  private static final String JOB =
      """
      name: fan
      mode: mapreduce
      map:
        input: items.json
        max_parallel: 2
        agent_template:
          - shell: "echo token $TOKEN; echo ${item} >> $HOME/ran"
          - shell: "test ${item} != b || test ! -e $HOME/broken"
          - shell: "echo '${greeting} ${item}' > ${item}.txt; git add . && git commit -qm ${item}"
            commit_required: true
      reduce:
        - shell: "echo ${map.successful} of ${map.total}"
          capture: summary
      error_policy: {on_item_failure: stop}
      """;

  @TempDir Path home;
  private TestRepository repository;

  @BeforeEach
  void open() {
    repository = TestRepository.create(home.resolve("project"));
    repository.write("fan.yml", JOB).write("flow.yml", CALLER).commit("workflows");
  }

  private CommandRun.Result prodigy(String... args) {
    return CommandRun.in(repository.path())
        .env("HOME", home.toString())
        .env("PATH", System.getenv("PATH"))
        .env("TOKEN", "s3cr3t-of-the-caller")
        .run(args);
  }

  private List<String> ran() {
    try {
      return Files.readAllLines(home.resolve("ran")).stream().sorted().toList();
    } catch (IOException _) {
      return List.of();
    }
  }

  @Test
  void aJobRunsAsAStep() throws IOException {
    var result = prodigy("run", "flow.yml", "-y");

    assertThat(result.out()).contains("done=3 sum=3 of 3 ok=true");
    assertThat(result.code()).isZero();
    assertThat(Files.readString(repository.path().resolve("b.txt"))).isEqualTo("hi b\n");
    assertThat(repository.git("branch", "--list", "prodigy-*")).isEmpty();
    assertThat(prodigy("worktree", "ls").out()).doesNotContain("session-");
    assertThat(prodigy("resume-job", "list").out()).isEmpty();
    assertThat(prodigy("storage", "verify").code()).isZero();
    assertThat(filesWithTheToken()).isEmpty();
    assertThat(result.out() + result.err()).doesNotContain("s3cr3t-of-the-caller");
  }

  private List<Path> filesWithTheToken() throws IOException {
    try (Stream<Path> files = Files.walk(home.resolve(".prodigy"))) {
      return files.filter(Files::isRegularFile).filter(JobWithinTest::hasTheToken).toList();
    }
  }

  private static boolean hasTheToken(Path file) {
    try {
      return Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1)
          .contains("s3cr3t-of-the-caller");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aFailedJobGoesOnWithItsCaller() throws IOException {
    Files.createFile(home.resolve("broken"));
    var failed = prodigy("run", "flow.yml", "-y");

    assertThat(failed.code()).isEqualTo(ExitCode.FAILED);
    assertThat(failed.err()).contains("Sub-workflow 'fan' failed: ");
    assertThat(failed.out()).contains("Resume with: prodigy resume session-");
    assertThat(failed.out()).doesNotContain("prodigy resume mapreduce-");

    Files.delete(home.resolve("broken"));
    List<String> before = ran();
    var resumed = prodigy("resume", "-y");

    assertThat(resumed.out() + resumed.err()).contains("done=");
    assertThat(resumed.code()).isZero();
    assertThat(before).contains("a", "b");
    assertThat(ran().stream().filter("a"::equals)).hasSize(1);
    assertThat(repository.git("log", "--format=%s").lines().filter("a"::equals)).hasSize(1);
    assertThat(repository.git("branch", "--list", "prodigy-*")).isEmpty();
  }

  @Test
  void aJobOfAStepIsNotResumedByItself() throws IOException {
    Files.createFile(home.resolve("broken"));
    prodigy("run", "flow.yml", "-y");
    String job =
        prodigy("sessions", "ls", "--json")
            .out()
            .lines()
            .flatMap(line -> Stream.of(line.split("\"", -1)))
            .filter(word -> word.startsWith("mapreduce-2"))
            .findFirst()
            .orElseThrow();

    var refused = prodigy("resume", job);

    assertThat(refused.err())
        .contains("Job " + job + " is a step of session session-")
        .contains("prodigy resume session-");
    assertThat(refused.code()).isEqualTo(ExitCode.FAILED);
    assertThat(prodigy("resume-job", "list").out()).doesNotContain(job);
    assertThat(prodigy("sessions", "ls", "--resumable").out().lines()).hasSize(1);
  }

  @Test
  void whatAJobOfAStepNeedsIsKeptAsLongAsItsCallerCanBeResumed() throws IOException {
    Files.createFile(home.resolve("broken"));
    prodigy("run", "flow.yml", "-y");
    prodigy("clean", "worktrees", "--force");
    assertThat(repository.git("worktree", "list").lines()).hasSize(3);

    String caller =
        prodigy("sessions", "ls", "--output-format", "jsonl")
            .out()
            .lines()
            .map(Json::parse)
            .filter(session -> session.path("resumable").asBoolean())
            .map(session -> session.path("id").asString())
            .findFirst()
            .orElseThrow();
    assertThat(prodigy("sessions", "cancel", caller).code()).isZero();
    prodigy("clean", "worktrees", "--force");

    assertThat(repository.git("worktree", "list").lines()).hasSize(1);
  }

  @Test
  void aPhaseOfAJobGoesOnWithinItsStep() throws IOException {
    repository.write("items.json", "[\"x\"]");
    repository.write(
        "flow.yml",
        """
        name: phases
        mode: mapreduce
        workflows:
          prepare:
            commands:
              - shell: "echo one >> $HOME/steps"
              - shell: "echo two >> $HOME/steps; test ! -e $HOME/broken"
          finish:
            isolation: worktree
            commands:
              - shell: "echo three >> $HOME/steps; echo r > r.txt; git add . && git commit -qm r"
              - shell: "echo four >> $HOME/steps; test ! -e $HOME/broken2"
        setup:
          - shell: "echo zero >> $HOME/steps"
          - workflow: prepare
        map:
          input: items.json
          agent_template: [{shell: "echo ${item} >> $HOME/ran"}]
        reduce:
          - workflow: finish
        """);
    Files.createFile(home.resolve("broken"));
    Files.createFile(home.resolve("broken2"));
    assertThat(prodigy("run", "flow.yml", "-y").code()).isEqualTo(ExitCode.FAILED);
    Files.delete(home.resolve("broken"));
    assertThat(prodigy("resume", "-y").code()).isEqualTo(ExitCode.FAILED);
    Files.delete(home.resolve("broken2"));

    var resumed = prodigy("resume", "-y");

    assertThat(resumed.code()).as(resumed.out() + resumed.err()).isZero();
    assertThat(Files.readAllLines(home.resolve("steps")))
        .containsExactly("zero", "one", "two", "two", "three", "four", "four");
    assertThat(ran()).containsExactly("x");
    assertThat(repository.path().resolve("r.txt")).exists();
    assertThat(repository.git("branch", "--list", "prodigy-*")).isEmpty();
    assertThat(repository.git("worktree", "list").lines()).hasSize(1);
  }

  @Test
  void aMissingOutputIsTheJobsFailure() {
    repository.write("flow.yml", CALLER.replace("sum: summary", "sum: nothing"));

    var result = prodigy("run", "flow.yml", "-y");

    assertThat(result.err()).contains("[E5007] declared output 'sum' was not produced");
    assertThat(result.code()).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void aProfileOfTheCallerMeansNothingToAJobThatHasOthers() {
    repository.write("flow.yml", CALLER + "profiles: {mine: {P: caller}}\n");
    repository.write("fan.yml", JOB + "profiles: {its: {P: job}}\n");

    var result = prodigy("run", "flow.yml", "-y", "--profile", "mine");

    assertThat(result.out()).contains("done=3 sum=3 of 3 ok=true");
    assertThat(result.code()).as(result.err()).isZero();
  }

  @Test
  void aJobHasALimit() {
    repository.write(
        "flow.yml",
        CALLER.replace(
            "source: fan.yml", "source: fan.yml\n    timeout: 1s\n    continue_on_error: true"));
    repository.write("fan.yml", JOB.replace("token $TOKEN", "x; sleep 60"));

    var result = prodigy("run", "flow.yml", "-y");

    assertThat(result.err()).contains("Sub-workflow 'fan' failed: timed out after 1.000 seconds");
    assertThat(result.out()).contains("ok=false");
    assertThat(result.code()).isZero();
  }

  @Test
  void agentsAndPhasesRunJobsToo() throws IOException {
    repository.write("items.json", "[\"x\",\"y\"]");
    repository.write(
        "flow.yml",
        """
        name: twice
        mode: mapreduce
        workflows:
          fan: {source: fan.yml, inputs: {greeting: "${item}"}}
        map:
          input: items.json
          agent_template:
            - shell: "mkdir ${item}; echo '[\\"${item}1\\",\\"${item}2\\"]' > ${item}/items.json"
            - workflow: fan
        """);
    repository.write(
        "fan.yml", JOB.replace("input: items.json", "input: '${greeting}/items.json'"));

    var result = prodigy("run", "flow.yml", "-y");

    assertThat(result.code()).as(result.out() + result.err()).isZero();
    assertThat(Files.readString(repository.path().resolve("y2.txt"))).isEqualTo("y y2\n");
    assertThat(Files.readString(repository.path().resolve("x1.txt"))).isEqualTo("x x1\n");
    assertThat(repository.git("branch", "--list", "prodigy-*")).isEmpty();
  }

  @Test
  void aJobHasNoWorkingDirectory() {
    repository.write(
        "flow.yml", CALLER.replace("source: fan.yml", "source: fan.yml\n    working_dir: sub"));

    var result = prodigy("validate", "flow.yml");

    assertThat(result.out() + result.err())
        .contains("sub-workflow `fan` is a MapReduce workflow, which has no `working_dir`");
  }
}
