package dev.prodigy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.engine.StepOutcome.Kind;
import dev.prodigy.engine.StepOutcome.Status;
import dev.prodigy.model.Json;
import dev.prodigy.testkit.Processes;
import dev.prodigy.testkit.RecordedStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepRunnerTest {
  @TempDir Path home;
  private Bench bench;

  @BeforeEach
  void open() {
    bench = new Bench(home);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void aFailedStepEndsTheListAndSaysWhy() {
    var outcome = bench.run("- shell: 'echo oops >&2; false'\n- shell: touch x\n");

    assertThat(outcome.success()).isFalse();
    assertThat(outcome.outcomes()).hasSize(1);
    assertThat(outcome.failed().orElseThrow().message())
        .isEqualTo(
            "Step 'shell: echo oops >&2; false' failed with exit code 1\n"
                + "=== Error Output (stderr) ===\noops");
    assertThat(bench.exists("x")).isFalse();
  }

  @Test
  void aLongErrorIsShownFromBothEnds() {
    var failed = bench.runOne("- shell: 'seq 1 120 >&2; false'\n");

    assertThat(failed.message().lines())
        .hasSize(2 + 25 + 1 + 25)
        .contains("25", "... (70 lines truncated) ...", "96")
        .doesNotContain("26", "95");
  }

  @Test
  void toleratedFailuresAreVisibleToLaterSteps() {
    var outcome =
        bench.run(
            """
            - shell: exit 3
              id: a
              on_failure: true
            - shell: echo ${a.exit_code} ${a.success} ${a.status}
            """);

    assertThat(outcome.success()).isTrue();
    assertThat(outcome.outcomes().get(0).status()).isEqualTo(Status.TOLERATED);
    assertThat(outcome.outcomes().get(0).exitCode()).isEqualTo(3);
    assertThat(outcome.outcomes().get(1).stdout()).isEqualTo("3 false failed_tolerated\n");
  }

  @Test
  void aHandlerRepairsAndTheStepRunsAgain() {
    var step =
        bench.runOne(
            """
            - shell: echo run >> runs; test -f fixed
              on_failure:
                shell: echo fix >> fixes; touch fixed
                max_attempts: 2
            """);

    assertThat(step.status()).isEqualTo(Status.SUCCESS);
    assertThat(bench.read("runs").lines()).hasSize(2);
    assertThat(bench.read("fixes").lines()).hasSize(1);
  }

  @Test
  void anAgentGetsThreeCyclesByDefaultAndTheWorkflowGoesOn() {
    bench.claude.on("^/fix").replay(RecordedStream.SUCCESS).install();
    String yaml =
        """
        - shell: echo r >> runs; false
          on_failure:
            claude: /fix
        """;

    assertThat(bench.runOne(yaml).status()).isEqualTo(Status.TOLERATED);
    assertThat(bench.read("runs").lines()).hasSize(4);

    var fatal = bench.runOne(yaml + "    fail_workflow: true\n");

    assertThat(fatal.failed()).isTrue();
    assertThat(fatal.message())
        .startsWith("Step 'shell: echo r >> runs; false' failed after 4 runs;");
  }

  @Test
  void aHandlerThatMustSucceedDoesNotHideTheFailure() {
    var step =
        bench.runOne(
            """
            - shell: "false"
              on_failure:
                shell: echo x >> handled
                fail_workflow: true
            """);

    assertThat(step.failed()).isTrue();
    assertThat(bench.read("handled").lines()).hasSize(1);
  }

  @Test
  void aHandlerWithoutCyclesRecoversTheStep() {
    var outcome =
        bench.run(
            """
            - shell: echo lost; exit 7
              id: a
              on_failure:
                - shell: echo "$ERR ${error.exit_code} ${error.step}"
                  env: {ERR: handled}
            - shell: echo ${a.success} ${a.exit_code} ${a.original_exit_code} ${shell.output}
            """);

    assertThat(outcome.outcomes().get(0).status()).isEqualTo(Status.RECOVERED);
    assertThat(outcome.outcomes().get(0).exitCode()).isZero();
    assertThat(outcome.outcomes().get(0).stdout())
        .contains("lost", "--- on_failure output ---", "handled 7 shell: echo lost; exit 7");
    assertThat(outcome.outcomes().get(1).stdout()).isEqualTo("true 0 7 lost\n");
    assertThat(bench.variable("error.message")).isEqualTo("undefined");
  }

  @Test
  void longOutputsReachTheHandlerAsAFile() {
    var step =
        bench.runOne(
            """
            - shell: head -c 20000 /dev/zero | tr '\\0' x >&2; false
              on_failure:
                - shell: grep -c xxx "${shell.output}"; tail -n 1 '${shell.output}' | wc -c
            """);

    assertThat(step.status()).isEqualTo(Status.RECOVERED);
    assertThat(step.stdout()).contains("1\n20000");
    assertThat(
            bench
                .runOne(
                    "- shell: 'echo o; echo e >&2; false'\n"
                        + "  on_failure: [{shell: \"echo '${shell.output}'\"}]\n")
                .stdout())
        .contains("STDOUT:\no\n\n\nSTDERR:\ne");
  }

  @Test
  void aTimeoutKillsEverythingTheCommandStarted() {
    var step = bench.runOne("- shell: 'sleep 4711 & sleep 4711'\n  timeout: 1\n");

    assertThat(step.failed()).isTrue();
    assertThat(step.exitCode()).isEqualTo(124);
    assertThat(step.timedOut()).isTrue();
    assertThat(step.failureKind()).isEqualTo(Kind.TIMEOUT);
    assertThat(step.message()).contains("Command timed out after 1 second (timeout)");
    Processes.waitGone("sleep 4711", Duration.ofSeconds(5));
  }

  @Test
  void theSmallestLimitWinsAndIsNamed() {
    bench.scope().deadline(Deadline.after(Duration.ofMillis(300), "map.agent_timeout_secs"));

    var outcome = bench.run("- shell: sleep 4712\n  timeout: 30\n");

    assertThat(outcome.failed().orElseThrow().message()).contains("(map.agent_timeout_secs)");
    assertThat(bench.runOne("- shell: touch late\n").timedOut()).isTrue();
    assertThat(bench.exists("late")).isFalse();
  }

  @Test
  void requiredCommitsMustBeMade() {
    var failed = bench.runOne("- shell: echo hi > f\n  commit_required: true\n");

    assertThat(failed.failureKind()).isEqualTo(Kind.COMMIT);
    assertThat(failed.exitCode()).isEqualTo(1);
    assertThat(failed.message())
        .contains(
            "Step 'shell: echo hi > f' has commit_required=true but no commits were created",
            "Uncommitted changes:\n  f",
            "PRODIGY_NO_COMMIT_VALIDATION");

    var committed =
        bench.runOne("- shell: echo hi > f\n  commit_required: true\n  auto_commit: true\n");

    assertThat(committed.status()).isEqualTo(Status.SUCCESS);
    assertThat(bench.repository.log()).hasSize(2).contains("Auto-commit: shell: echo hi > f");
    assertThat(bench.runOne("- shell: git reset -q --hard HEAD~1\n  commit_required: true\n"))
        .matches(StepOutcome::failed);
    bench.scope().commitValidation(false);
    assertThat(bench.runOne("- shell: 'true'\n  commit_required: true\n").failed()).isFalse();
  }

  @Test
  void aCommitMadeByTheHandlerCounts() {
    var step =
        bench.runOne(
            """
            - shell: "true"
              commit_required: true
              on_failure:
                shell: git commit -q --allow-empty -m fixed
                max_attempts: 1
            """);

    assertThat(step.status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void conditionsSkipSteps() {
    String yaml =
        """
        - shell: echo main
          capture_output: b
        - shell: touch m
          id: second
          when: "${b} == 'WANTED'"
        """;

    assertThat(bench.run(yaml.replace("WANTED", "dev")).outcomes().get(1).status())
        .isEqualTo(Status.SKIPPED);
    assertThat(bench.exists("m")).isFalse();
    assertThat(bench.variable("second.skipped")).isEqualTo("true");
    assertThat(bench.run(yaml.replace("WANTED", "main")).success()).isTrue();
    assertThat(bench.exists("m")).isTrue();
  }

  @Test
  void filesAreWrittenBelowTheWorktreeOnly() throws IOException {
    assertThat(bench.runOne("- write_file: {path: '../x', content: a}\n").message())
        .contains("parent directory traversal not allowed");
    assertThat(bench.runOne("- write_file: {path: '" + home + "/y', content: a}\n").failed())
        .isTrue();
    Files.createSymbolicLink(bench.repository.path("out"), home);
    assertThat(bench.runOne("- write_file: {path: out/z, content: a}\n").message())
        .contains("outside the worktree");
    assertThat(home.resolve("x")).doesNotExist();
    assertThat(home.resolve("y")).doesNotExist();
    assertThat(home.resolve("z")).doesNotExist();
    assertThat(bench.runOne("- write_file: {path: a..b.txt, content: a}\n").failed()).isFalse();
    assertThat(bench.read("a..b.txt")).isEqualTo("a");
  }

  @Test
  void jsonIsLaidOutAndKeepsItsOrder() throws IOException {
    var step =
        bench.runOne(
            """
            - write_file:
                path: o/r.json
                content: '{"b":1,"a":[2]}'
                format: json
                mode: "0600"
                create_dirs: true
            """);

    assertThat(bench.read("o/r.json")).isEqualTo("{\n  \"b\": 1,\n  \"a\": [\n    2\n  ]\n}\n");
    assertThat(Files.getPosixFilePermissions(bench.repository.path("o/r.json")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(step.stdout()).isEqualTo("Wrote 33 bytes to o/r.json");
    assertThat(bench.runOne("- write_file: {path: n, content: '{', format: json}\n").message())
        .startsWith("Invalid JSON: ");
    assertThat(bench.exists("n")).isFalse();
    assertThat(bench.runOne("- write_file: {path: no/n, content: a}\n").message())
        .contains("create_dirs");
  }

  @Test
  void foreachRunsItsStepsForEveryItem() {
    var step =
        bench.runOne(
            """
            - foreach:
                items: [a, b, c]
                parallel: 2
                do:
                  - shell: echo ${index}/${total} ${item} >> log
            """);

    assertThat(step.stdout()).isEqualTo("Foreach completed: 3 total, 3 successful, 0 failed");
    assertThat(bench.read("log").lines()).containsExactlyInAnyOrder("0/3 a", "1/3 b", "2/3 c");
  }

  @Test
  void foreachGoesOnOrStopsAfterAFailedItem() {
    String yaml =
        """
        - foreach:
            items: [1, 2, 3]
            continue_on_error: GO_ON
            do:
              - shell: echo ${item} >> log; test ${item} != 2
        """;

    var all = bench.runOne(yaml.replace("GO_ON", "true"));

    assertThat(all.failed()).isTrue();
    assertThat(all.message()).contains("3 total, 2 successful, 1 failed");
    assertThat(bench.read("log").lines()).containsExactly("1", "2", "3");
    assertThat(bench.runOne(yaml.replace("GO_ON", "false")).message())
        .contains("3 total, 1 successful, 1 failed, 1 skipped");
    assertThat(bench.variable("foreach.successful")).isEqualTo("1");
  }

  @Test
  void foreachTakesItemsFromCommandsAndArrays() {
    bench.run(
        """
        - foreach: "printf 'x\\n\\ny\\n'"
          do: [{shell: "echo ${item} >> lines"}]
        - shell: echo '[{"n":1},{"n":2}]'
          capture_output: list
          capture_format: json
        - foreach: "${list}"
          do: [{shell: "echo n=${item.n} >> lines"}]
        """);

    assertThat(bench.read("lines").lines()).containsExactly("x", "y", "n=1", "n=2");
  }

  @Test
  void aLabelIsNotACommand() {
    var step = bench.runOne("- name: Build\n  shell: touch built\n");

    assertThat(bench.exists("built")).isTrue();
    assertThat(step.step().display()).isEqualTo("Build");
    assertThat(bench.claude.calls()).isEmpty();
  }

  @Test
  void anAgentsAnswerIsItsOutput() {
    bench.claude.on("^/plan main$").answer("the plan").install();

    var outcome =
        bench.run(
            """
            - shell: echo main
              capture_output: branch
            - claude: /plan ${branch}
            - shell: echo '${claude.output}' ${claude.success}
            """);

    assertThat(outcome.outcomes().get(2).stdout()).isEqualTo("the plan true\n");
    assertThat(outcome.outcomes().get(1).jsonLog()).isRegularFile();
    var call = bench.claude.calls().getFirst();
    assertThat(call.cwd()).isEqualTo(bench.repository.path());
    assertThat(call.environment()).containsEntry("PRODIGY_STEP", "claude: /plan ${branch}");
  }

  @Test
  void anAgentThatFailsIsHandledLikeAnyCommand() {
    bench.claude.on("^/go").exit(2).stderr("no luck\n").print(java.util.List.of()).install();

    var failed = bench.runOne("- claude: /go\n");
    assertThat(failed.failureKind()).isEqualTo(Kind.AGENT);
    assertThat(failed.message())
        .as("says once what failed and where its log is")
        .containsOnlyOnce("Claude command '/go' failed: no luck")
        .containsOnlyOnce("Log: ");
    assertThat(bench.runOne("- claude: /go\n  on_failure: {shell: touch handled}\n").status())
        .isEqualTo(Status.RECOVERED);
    assertThat(bench.exists("handled")).isTrue();
  }

  @Test
  void exitCodesChooseTheirOwnSteps() {
    String yaml =
        """
        - shell: exit CODE
          on_exit_code:
            0: {shell: touch zero}
            3: {shell: touch three}
            "*": {shell: "false"}
        """;

    assertThat(bench.runOne(yaml.replace("CODE", "0")).status()).isEqualTo(Status.SUCCESS);
    assertThat(bench.runOne(yaml.replace("CODE", "3")).status()).isEqualTo(Status.RECOVERED);
    assertThat(bench.runOne(yaml.replace("CODE", "4")).failed()).isTrue();
    assertThat(bench.exists("zero")).isTrue();
    assertThat(bench.exists("three")).isTrue();
  }

  @Test
  void successStepsRunAfterwardsAndCount() {
    var good = bench.runOne("- shell: echo a\n  on_success: {shell: echo b}\n");
    var bad = bench.runOne("- shell: echo a\n  on_success: {shell: exit 5}\n");

    assertThat(good.stdout()).isEqualTo("a\n--- on_success output ---\nb\n");
    assertThat(bad.failed()).isTrue();
  }

  @Test
  void commandsLeaveVariablesInAFile() {
    var step = bench.runOne("- shell: 'echo version=1.2 >> \"$PRODIGY_OUTPUT\"'\n");

    assertThat(bench.variable("version")).isEqualTo("1.2");
    assertThat(step.captured()).containsKey("version");
  }

  @Test
  void outputThatCannotBeReadFailsTheStep() {
    var step = bench.runOne("- shell: echo abc\n  capture_output: n\n  capture_format: number\n");

    assertThat(step.failureKind()).isEqualTo(Kind.CAPTURE);
    assertThat(step.message()).contains("abc");
  }

  @Test
  void aCapturedBooleanTakesTheExitCodeAsItsAnswer() {
    var step =
        bench.runOne("- shell: exit 1\n  capture_output: found\n  capture_format: boolean\n");

    assertThat(step.status()).isEqualTo(Status.SUCCESS);
    assertThat(bench.variable("found")).isEqualTo("false");
  }

  @Test
  void outputFilesAreWrittenAlsoOnFailure() {
    bench.runOne("- shell: echo kept; exit 1\n  output_file: out/log.txt\n");

    assertThat(bench.read("out/log.txt")).isEqualTo("kept\n");
  }

  @Test
  void hugeShellTextsRunFromAFile() {
    String text = "x".repeat(150_000);

    var step = bench.runOne("- shell: \"echo " + text + " | wc -c\"\n");

    assertThat(step.stdout().strip()).isEqualTo("150001");
  }

  @Test
  void aWorkingDirectoryMustExist() {
    bench.repository.write("sub/f", "1");

    assertThat(bench.runOne("- shell: cat f\n  working_dir: sub\n").stdout()).isEqualTo("1");
    assertThat(bench.runOne("- shell: cat f\n  working_dir: nope\n").message())
        .startsWith("Working directory not found: ");
    assertThat(bench.runOne("- shell: cat f\n  working_dir: ../..\n").failed()).isTrue();
  }

  @Test
  void secretsAreMaskedInWhatIsShownButNotForCommands() {
    bench.masking("hunter22");

    var outcome =
        bench.run(
            """
            - shell: echo hunter22; echo hunter22 >&2
              capture_output: word
            - shell: test "${word}" = hunter22 && echo same && exit 3
            """);

    assertThat(outcome.outcomes().get(0).stdout()).isEqualTo("***\n");
    assertThat(outcome.outcomes().get(0).captured())
        .containsEntry("word", Json.NODES.stringNode("***"));
    assertThat(outcome.outcomes().get(1).stdout()).isEqualTo("same\n");
  }

  @Test
  void nothingStartsOnceTheRunIsToStop() {
    var stop = new StopSignal();
    bench.scope().stop(stop);
    stop.raise("SIGINT");

    var outcome = bench.run("- shell: touch x\n");

    assertThat(outcome.stopped()).isTrue();
    assertThat(outcome.success()).isFalse();
    assertThat(outcome.failed()).isEmpty();
    assertThat(bench.exists("x")).isFalse();
  }
}
