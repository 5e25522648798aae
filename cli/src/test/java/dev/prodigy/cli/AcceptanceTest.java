package dev.prodigy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.testkit.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Small workflows from their text to what is left in the repository.
class AcceptanceTest {
  @TempDir Path home;
  private TestRepository repository;

  @BeforeEach
  void open() {
    repository = TestRepository.create(home.resolve("project"));
  }

  private CommandRun.Result run(String yaml, String... options) {
    repository.write("flow.yml", yaml);
    var args = new ArrayList<>(List.of("run", "flow.yml"));
    args.addAll(List.of(options));
    return CommandRun.in(repository.path())
        .env("HOME", home.resolve("home").toString())
        .env("PATH", System.getenv("PATH"))
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .run(args.toArray(String[]::new));
  }

  @Test
  void whatIsNotAskedForIsNotMerged() {
    var result = run("- shell: echo x > x; git add x; git commit -q -m work\n");

    assertThat(result.code()).isZero();
    assertThat(repository.path("x")).doesNotExist();
    assertThat(repository.branches()).hasSize(2);
    assertThat(result.out() + result.err()).contains("prodigy worktree merge");
  }

  @Test
  void mergeStepsHaveHandlersToo() {
    var result =
        run(
            """
            commands:
              - shell: echo x > x; git add x; git commit -q -m work
            merge:
              - shell: test -f ready
                on_failure: {shell: touch ready, max_attempts: 1}
              - shell: git -C ${project.root} merge -q --ff-only ${merge.source_branch}
            """,
            "-y");

    assertThat(result.code()).as(result.err()).isZero();
    assertThat(repository.path("x")).hasContent("x");
  }

  @Test
  void goingBackToAnEarlierCommitIsNoCommit() {
    repository.write("a", "a").commit("second");

    var result = run("- shell: git reset -q --hard HEAD~1\n  commit_required: true\n");

    assertThat(result.code()).isEqualTo(ExitCode.FAILED);
    assertThat(result.err()).contains("no commits were created");
  }

  @Test
  void atTheNumberOfFailuresAllowedNoFurtherItemStarts() {
    var result =
        run(
            """
            name: job
            mode: mapreduce
            map:
              input: [1, 2, 3]
              max_parallel: 1
              agent_template:
                - shell: "echo ${item} >> %s/started; false"
            error_policy: {max_failures: $MOST}
            env: {MOST: "2"}
            """
                .formatted(home));

    assertThat(result.code()).isEqualTo(ExitCode.FAILED);
    assertThat(home.resolve("started")).hasContent("1\n2");
  }

  @Test
  void numbersThatVariablesDoNotHoldAreRefusedBeforeAnythingHappens() {
    var result = run("env: {N: x}\ncommands: [{shell: a, retry: {attempts: $N}}]\n");

    assertThat(result.code()).isEqualTo(ExitCode.FAILED);
    assertThat(result.err()).contains("Failed to parse environment variable 'N' value 'x'");
    assertThat(repository.branches()).containsExactly("main");
  }

  @Test
  void retriesAreEventsWithTheirDelays() throws IOException {
    run(
        """
        name: job
        mode: mapreduce
        map:
          input: [1]
          agent_template:
            - shell: "echo x >> %1$s/runs; test $(wc -l < %1$s/runs) -eq 3"
              retry: {attempts: 3, initial_delay: 10ms}
        """
            .formatted(home));

    try (Stream<Path> files = Files.walk(home.resolve("home/.prodigy/events"))) {
      List<String> retries =
          files
              .filter(file -> file.toString().endsWith(".jsonl"))
              .flatMap(file -> read(file).lines())
              .filter(line -> line.contains("\"StepRetrying\""))
              .toList();
      assertThat(retries).hasSize(2);
      assertThat(retries.get(0)).contains("\"backoff_ms\":10,");
      assertThat(retries.get(1)).contains("\"backoff_ms\":20,");
    }
  }

  @Test
  void aDryRunOfAJobTellsItsPhasesAndRunsNothing() {
    var result =
        run(
            """
            name: job
            mode: mapreduce
            map:
              input: "${cmd:touch made}[1, 2, 3]"
              filter: "_value > 1"
              agent_template:
                - shell: "check ${item}"
                  on_failure: {claude: "/fix"}
                  validate: {shell: measure, threshold: 80}
                - claude: "/x ${undefined_here}"
            merge:
              - shell: "bring home"
            """,
            "--dry-run");

    assertThat(repository.path("made")).doesNotExist();
    assertThat(result.out().lines())
        .contains(
            "[DRY RUN] MapReduce workflow execution simulation mode",
            "[DRY RUN] Would execute: shell: check ${item}",
            "[DRY RUN]   Would run validation: shell: measure",
            "[DRY RUN]   Validation threshold: 80.0%",
            "[DRY RUN]   on failure: claude: /fix",
            "[DRY RUN] Merge phase: 1 command(s)");
    assertThat(result.err()).contains("`undefined_here` is not defined");
  }

  @Test
  void unknownFieldsWarnAndTheRunGoesOn() {
    var result = run("- shell: echo done\n  timeot: 3\n");

    assertThat(result.code()).isZero();
    assertThat(result.err())
        .contains("flow.yml:2:3: ", "unknown field `timeot`, did you mean `timeout`?");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
