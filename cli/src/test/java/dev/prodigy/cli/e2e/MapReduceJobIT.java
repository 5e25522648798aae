package dev.prodigy.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.testkit.Processes;
import dev.prodigy.testkit.ProdigyCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Whole jobs through the real executable, on a real repository.
class MapReduceJobIT {
  @TempDir Path directory;

  private JobHarness harness;

  @BeforeEach
  void makeRepository() {
    harness = new JobHarness(directory);
  }

  private static final String THREE_COMMITTING_ITEMS =
      """
      name: three
      mode: mapreduce
      setup:
        - shell: "echo '[{\\"id\\":1},{\\"id\\":2},{\\"id\\":3}]' > items.json"
      map:
        input: items.json
        max_parallel: 2
        agent_template:
          - shell: "echo ${item.id} > f${item.id} && git add . && git commit -qm i${item.id}"
      """;

  @Test
  void everyItemsCommitsReachTheBranchAndNothingIsLeftBehind() {
    ProdigyCommand.Result result = harness.run(THREE_COMMITTING_ITEMS);

    assertThat(result.exitCode()).as(result.toString()).isZero();
    String main = harness.repository.git("log", "--format=%s", "main");
    assertThat(main.lines().filter(line -> line.startsWith("Merge agent "))).hasSize(3);
    for (int id = 1; id <= 3; id++) {
      assertThat(harness.repository.fileAt("main", "f" + id)).isEqualTo(id + "\n");
    }
    JsonNode last = harness.events(harness.job()).getLast();
    assertThat(last.get("type").asString()).isEqualTo("JobCompleted");
    assertThat(last.get("success_count").intValue()).isEqualTo(3);
    harness.assertNothingLeft();
  }

  private static String oneFails(String more) {
    return """
        name: one-fails
        mode: mapreduce
        map:
          input: '[{"id":1},{"id":2},{"id":3}]'
          agent_template:
            - shell: "test ${item.id} != 2 || exit 7; echo ${item.id} > f${item.id}; \
        git add .; git commit -qm i${item.id}"
        reduce:
          - shell: "echo ${map.successful}/${map.total} > %s"
        """
            .formatted("$RESULT")
        + more;
  }

  @Test
  void aFailingItemGoesToTheDeadLetterQueueAndTheRestIsMerged() {
    Path out = directory.resolve("out");
    ProdigyCommand.Result result =
        run(harness.prodigy.with("RESULT", out.toString()), oneFails(""));

    assertThat(result.exitCode()).as(result.toString()).isZero();
    List<JsonNode> letters = harness.deadLetters(harness.job());
    assertThat(letters).hasSize(1);
    JsonNode letter = letters.getFirst();
    assertThat(letter.at("/failure_history/0/error_type/CommandFailed/exit_code").intValue())
        .isEqualTo(7);
    assertThat(letter.get("reprocess_eligible").booleanValue()).isTrue();
    assertThat(JobHarness.read(out)).isEqualTo("2/3\n");
    assertThat(result.stdout()).contains("prodigy dlq retry " + harness.job());
  }

  @Test
  void maxFailuresStopsTheJobBeforeReduceAndItCanBeResumed() {
    Path out = directory.resolve("out");
    ProdigyCommand.Result result =
        run(harness.prodigy.with("RESULT", out.toString()), oneFails("max_failures: 1\n"));

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(harness.events(harness.job()).getLast().get("type").asString())
        .isEqualTo("JobFailed");
    assertThat(out).doesNotExist();
    assertThat(result.stderr() + result.stdout()).contains("prodigy resume ");
  }

  @Test
  void aRetriedItemSucceedsOnItsThirdAttempt() {
    ProdigyCommand.Result result =
        harness.run(
            """
            name: retry
            mode: mapreduce
            error_policy:
              retry_config: {max_attempts: 3, backoff: {fixed: {delay: 100ms}}}
            map:
              input: '[1]'
              agent_template:
                - shell: "echo x >> %1$s; test $(wc -l < %1$s) -ge 3"
            """
                .formatted(directory.resolve("count")));

    assertThat(result.exitCode()).as(result.toString()).isZero();
    String job = harness.job();
    assertThat(harness.events(job, "AgentRetrying"))
        .hasSize(2)
        .allMatch(event -> event.get("backoff_ms").intValue() == 100);
    assertThat(harness.events(job, "AgentCompleted"))
        .singleElement()
        .matches(event -> event.get("attempt").intValue() == 3);
    assertThat(harness.deadLetters(job)).isEmpty();
  }

  @Test
  void filterSortDistinctOffsetAndLimitPickTheItem() {
    Path out = directory.resolve("out");
    harness.run(
        """
        name: pick
        mode: mapreduce
        map:
          input: '[{"n":"A","score":8,"c":"docs"},{"n":"B","score":3,"c":"code"},
            {"n":"C","score":6,"c":"docs"},{"n":"D","score":9,"c":"docs"},
            {"n":"E","score":7,"c":"code"},{"n":"F","score":4,"c":"docs"}]'
          filter: "score >= 5"
          sort_by: "score DESC"
          distinct: "c"
          offset: 1
          max_items: 2
          agent_template:
            - shell: "echo ${item.n} >> %s"
        """
            .formatted(out));

    assertThat(JobHarness.read(out)).isEqualTo("E\n");
  }

  @Test
  void commandInputGivesOneItemPerLine() {
    Path out = directory.resolve("out");
    harness.run(
        """
        name: lines
        mode: mapreduce
        map:
          input: "printf 'x\\\\ny\\\\n'"
          max_parallel: 1
          agent_template:
            - shell: "echo ${item.item} >> %s"
        """
            .formatted(out));

    assertThat(JobHarness.read(out)).isEqualTo("x\ny\n");
  }

  @Test
  void deepPathsOfInlineItemsResolve() {
    ProdigyCommand.Result result =
        harness.run(
            """
            name: deep
            mode: mapreduce
            map:
              input: '[{"a":{"b":[7]}}]'
              agent_template:
                - shell: "test ${item.a.b[0]} = 7"
            """);

    assertThat(result.exitCode()).as(result.toString()).isZero();
    assertThat(harness.deadLetters(harness.job())).isEmpty();
  }

  @Test
  void anAgentThatRunsTooLongIsKilledWithAllItStarted() {
    ProdigyCommand.Result result =
        harness.run(
            """
            name: slow
            mode: mapreduce
            map:
              input: '[1]'
              agent_timeout_secs: 1
              agent_template:
                - shell: "sleep 61.5 & sleep 61.5"
            """);

    assertThat(result.exitCode()).as(result.toString()).isZero();
    assertThat(harness.deadLetters(harness.job()))
        .singleElement()
        .matches(letter -> letter.at("/failure_history/0/error_type").asString().equals("Timeout"));
    Processes.waitGone("sleep 61.5", Duration.ofSeconds(3));
  }

  @Test
  void aMissingCommitIsACaseForReview() {
    harness.run(
        """
        name: commit
        mode: mapreduce
        map:
          input: '[1]'
          agent_template:
            - shell: "true"
              commit_required: true
        """);

    assertThat(harness.deadLetters(harness.job()))
        .singleElement()
        .matches(letter -> letter.get("manual_review_required").booleanValue())
        .matches(letter -> letter.toString().contains("CommitValidationFailed"));
  }

  @Test
  void theSecondOfTwoConflictingItemsIsKeptAndARetrySucceeds() throws Exception {
    Path meet = Files.createDirectory(directory.resolve("meet"));
    ProdigyCommand.Result result =
        harness.run(
            """
            name: conflict
            mode: mapreduce
            map:
              input: '[1,2]'
              max_parallel: 2
              agent_template:
                - shell: "while [ $(ls %1$s | wc -l) -lt 2 ]; do touch %1$s/${item}; sleep 0.05; \
            done; echo ${item} > same; git add same; git commit -qm c${item}"
            """
                .formatted(meet));

    assertThat(result.exitCode()).as(result.toString()).isZero();
    String job = harness.job();
    assertThat(harness.deadLetters(job))
        .singleElement()
        .matches(l -> l.at("/failure_history/0/error_type").asString().equals("MergeConflict"))
        .matches(l -> !l.at("/worktree_artifacts/branch_name").asString().isEmpty());

    ProdigyCommand.Result retry = harness.prodigy.run("dlq", "retry", job, "-y");
    assertThat(retry.exitCode()).as(retry.toString()).isZero();
    assertThat(harness.deadLetters(job)).isEmpty();
  }

  @Test
  void neverMoreAgentsThanAllowedAreAtWork() {
    harness.run(
        """
        name: parallel
        mode: mapreduce
        map:
          input: '[1,2,3,4,5,6,7,8]'
          max_parallel: 4
          agent_template:
            - shell: "sleep 0.3"
        """);

    int active = 0;
    int most = 0;
    for (JsonNode event : harness.events(harness.job())) {
      switch (event.get("type").asString()) {
        case "AgentStarted" -> most = Math.max(most, ++active);
        case "AgentCompleted", "AgentFailed" -> active--;
        default -> {}
      }
    }
    assertThat(most).isBetween(2, 4);
  }

  @Test
  void anInterruptedJobPausesAndResumesEachRemainingItemOnce() {
    Path ran = directory.resolve("ran");
    Path workflow =
        harness.workflow(
            """
            name: interrupt
            mode: mapreduce
            map:
              input: "seq 1 12"
              max_parallel: 2
              agent_template:
                - shell: "sleep 0.2; echo ${item} >> %s; echo a > f${item}; git add .; \
            git commit -qm ${item}"
            """
                .formatted(ran));
    try (var running = harness.prodigy.start("run", workflow.toString(), "-y")) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> Files.exists(ran) && JobHarness.read(ran).lines().count() >= 4);
      running.signal("INT");
      ProdigyCommand.Result result = running.await(Duration.ofSeconds(30));
      assertThat(result.exitCode()).as(result.toString()).isEqualTo(130);
      assertThat(result.stdout() + result.stderr()).contains("Resume with: prodigy resume ");
    }
    String job = harness.job();
    assertThat(harness.events(job).getLast().get("type").asString()).isEqualTo("JobPaused");

    ProdigyCommand.Result resumed = harness.prodigy.run("resume", job, "-y");
    assertThat(resumed.exitCode()).as(resumed.toString()).isZero();
    assertThat(harness.events(job, "AgentCompleted"))
        .extracting(event -> event.get("item_id").asString())
        .hasSize(12)
        .doesNotHaveDuplicates();
    harness.assertNothingLeft();
  }

  @Test
  void anUnknownVariableOrNoParallelismIsRefusedBeforeAnythingIsMade() {
    for (String value : List.of("\"$NOPE\"", "0")) {
      ProdigyCommand.Result result =
          harness.run(
              """
              name: bad
              mode: mapreduce
              map:
                input: '[1]'
                max_parallel: %s
                agent_template:
                  - shell: "true"
              """
                  .formatted(value));

      assertThat(result.exitCode()).as(result.toString()).isNotZero();
      assertThat(result.stderr()).contains(value.equals("0") ? "max_parallel" : "NOPE");
      assertThat(harness.jobs()).isEmpty();
      harness.assertNothingLeft();
    }
  }

  @Test
  void aDryRunTouchesNothing() {
    ProdigyCommand.Result result = harness.run(THREE_COMMITTING_ITEMS, "--dry-run");

    assertThat(result.exitCode()).as(result.toString()).isZero();
    assertThat(result.stdout() + result.stderr()).contains("items unknown until");
    assertThat(harness.prodigy.files("")).isEmpty();
    harness.assertNothingLeft();
  }

  @Test
  void resultsOfManyItemsSurviveTheShell() {
    Path out = directory.resolve("out");
    ProdigyCommand.Result result =
        harness.run(
            """
            name: many
            mode: mapreduce
            map:
              input: "seq 1 60"
              max_parallel: 4
              agent_template:
                - shell: "head -c 2000 /dev/zero | tr '\\\\0' 'x'; printf 'it'\\\\''s \\"q\\" \\n'"
            reduce:
              - shell: "echo '${map.results}' | jq length > %s"
            """
                .formatted(out));

    assertThat(result.exitCode()).as(result.toString()).isZero();
    assertThat(JobHarness.read(out).strip()).isEqualTo("60");
  }

  private ProdigyCommand.Result run(ProdigyCommand prodigy, String yaml) {
    return prodigy.run("run", harness.workflow(yaml).toString(), "-y");
  }
}
