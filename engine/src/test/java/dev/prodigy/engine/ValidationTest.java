package dev.prodigy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.engine.StepOutcome.Kind;
import dev.prodigy.engine.StepOutcome.Status;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidationTest {
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
  void gapsAreFilledUntilTheWorkIsComplete() {
    bench.repository.write("r.json", "{\"score\":50,\"gaps\":[\"x\"]}");

    var step =
        bench.runOne(
            """
            - shell: echo done
              id: work
              validate:
                shell: cat r.json
                threshold: 80
                on_incomplete:
                  shell: |
                    echo '${validation.gaps:json} ${validation.attempt_number}' >> gaps
                    echo '{"score":90}' > r.json
            """);

    assertThat(step.status()).isEqualTo(Status.SUCCESS);
    assertThat(step.stdout()).isEqualTo("done\n");
    assertThat(bench.read("gaps")).isEqualTo("[\"x\"] 1\n");
    assertThat(bench.variable("validation.completion")).isEqualTo("90");
    assertThat(bench.variable("work.validation.status")).isEqualTo("complete");
    assertThat(bench.variable("shell.output")).isEqualTo("done");
  }

  @Test
  void gapsThatStayFailTheStep() {
    var outcome =
        bench.run(
            """
            - shell: "true"
              validate:
                shell: echo '{"score":50,"missing":["tests"]}'; exit 1
                on_incomplete: {shell: echo try >> tries}
            - shell: touch next
            """);

    var failed = outcome.failed().orElseThrow();
    assertThat(failed.message())
        .isEqualTo("Validation failed after 2 attempts. Completion: 50.0%\n  missing: tests");
    assertThat(failed.failureKind()).isEqualTo(Kind.VALIDATION);
    assertThat(failed.exitCode()).isEqualTo(1);
    assertThat(bench.read("tries")).isEqualTo("try\ntry\n");
    assertThat(bench.exists("next")).isFalse();
  }

  @Test
  void theHandlerOfTheStepSeesAFailedValidation() {
    var step =
        bench.runOne(
            """
            - shell: echo run >> runs
              validate: {shell: test -f fixed}
              on_failure: {shell: 'echo ${error.kind} > kind; touch fixed', max_attempts: 1}
              on_exit_code: {"*": {shell: touch wrong}}
            """);

    assertThat(step.status()).isEqualTo(Status.SUCCESS);
    assertThat(bench.read("kind")).isEqualTo("validation\n");
    assertThat(bench.read("runs")).isEqualTo("run\nrun\n");
    assertThat(bench.exists("wrong")).isFalse();
  }

  @Test
  void aFailingEntryOfSeveralEndsTheRound() {
    var step =
        bench.runOne(
            """
            - shell: "true"
              validate: ['echo "$PRODIGY_VALIDATION" > told', 'exit 3', 'touch never']
            """);

    assertThat(step.message())
        .startsWith("Validation incomplete: 0.0% complete (threshold: 100.0%)")
        .contains("missing: Validation step 2 failed: Step 'shell: exit 3' failed");
    assertThat(bench.read("told")).isEqualTo("true\n");
    assertThat(bench.exists("never")).isFalse();
  }

  @Test
  void anyFormOfResultIsUnderstood() {
    assertThat(completion("echo working; echo '{\"completion\": \"95%\"}'")).isEqualTo("95");
    assertThat(completion("echo '{\"complete\": true, \"note\": \"a } b\"}'")).isEqualTo("100");
    assertThat(completion("printf 'a\\nScore: 42.5\\n'")).isEqualTo("42.5");
    assertThat(completion("exit 2")).isEqualTo("0");
    assertThat(completion("true")).isEqualTo("100");
    assertThat(completion("echo '{\"score\": 120}'")).isEqualTo("0");
    assertThat(completion("echo '{\"other\": 1}'")).isEqualTo("0");
    assertThat(bench.variable("validation.status")).isEqualTo("failed");
    assertThat(bench.variable("validation.other")).isEqualTo("1");
  }

  private String completion(String command) {
    bench.run(
        "- validate:\n    threshold: 0\n    shell: |\n      %s\n  on_failure: true\n"
            .formatted(command));
    return bench.variable("validation.completion");
  }

  @Test
  void aResultFileMustBeWrittenInTheRound() {
    bench.repository.write("old.json", "{\"score\":100}");
    Path old = bench.repository.path("old.json");
    assertThat(old.toFile().setLastModified(1_000_000_000_000L)).isTrue();

    var stale = bench.runOne("- validate: {shell: 'true', result_file: old.json}\n");
    var fresh =
        bench.runOne(
            "- validate: {claude: /check, result_file: new.json}\n  env: {A: b}\n  when: 'false'\n");
    var written =
        bench.runOne(
            "- validate: {shell: 'cp old.json new.json; exit 1', result_file: new.json}\n");
    var read = bench.runOne("- validate: {result_file: old.json}\n");

    assertThat(stale.message()).contains("was not written anew");
    assertThat(fresh.status()).isEqualTo(Status.SKIPPED);
    assertThat(written.status()).isEqualTo(Status.SUCCESS);
    assertThat(read.status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void theResultMustFitItsSchema() {
    bench.repository.write("s.json", "{\"required\":[\"gaps\"]}");

    var inline =
        bench.runOne(
            """
            - validate:
                shell: echo '{"score":100}'
                expected_schema: {type: object, required: [reviewer]}
            """);
    var inFile =
        bench.runOne("- validate: {shell: 'echo ''{\"score\":100}''', expected_schema: s.json}\n");

    assertThat(inline.message()).contains("result lacks 'reviewer'");
    assertThat(inFile.message()).contains("result lacks 'gaps'");
  }

  @Test
  void incompleteWorkCanBeAcceptedByRuleOrPerson() {
    String yaml =
        """
        - shell: "true"
          validate:
            shell: 'false'
            on_incomplete: {shell: "true", max_attempts: 1, %s}
        """;
    assertThat(bench.runOne(yaml.formatted("fail_workflow: false")).status())
        .isEqualTo(Status.SUCCESS);
    assertThat(bench.warnings).anyMatch(text -> text.contains("is incomplete: 0.0%"));
    String asking = yaml.formatted("prompt: 'Take ${validation.completion}%?'");
    assertThat(bench.runOne(asking).status()).isEqualTo(Status.FAILED);
    bench.scope().confirm("Take 0%?"::equals);
    assertThat(bench.runOne(asking).status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void aGapCommandThatFailsOrDoesNotCommitEndsTheLoop() {
    String yaml =
        """
        - shell: "true"
          validate:
            shell: 'false'
            on_incomplete: {%s, max_attempts: 3}
        """;
    assertThat(bench.runOne(yaml.formatted("shell: 'echo x >> f; exit 1'")).message())
        .startsWith("Validation failed after 1 attempts");
    assertThat(bench.runOne(yaml.formatted("shell: 'true', commit_required: true")).message())
        .startsWith("Validation failed after 1 attempts");
    assertThat(bench.read("f")).isEqualTo("x\n");
  }

  @Test
  void anAgentValidatesByItsAnswer() {
    bench
        .claude
        .on("^/check")
        .answer("Here it is: {\"completion_percentage\": 99.5, \"gaps\": {}} done")
        .install();

    var step = bench.runOne("- validate: {claude: /check, threshold: 99}\n");

    assertThat(step.status()).isEqualTo(Status.SUCCESS);
    assertThat(bench.variable("validation.completion")).isEqualTo("99.5");
  }

  @Test
  void stepValidationsCountHowManyPass() {
    String yaml =
        """
        - shell: "true"
          step_validate:
            commands:
              - {command: "echo ready", expect_output: "^rea"}
              - {command: "exit 3", expect_exit_code: 3}
              - "false"
            success_criteria: %s
            max_attempts: 2
            retry_delay: 0
        """;
    assertThat(bench.runOne(yaml.formatted("{at_least: 2}")).status()).isEqualTo(Status.SUCCESS);
    assertThat(bench.runOne(yaml.formatted("any")).status()).isEqualTo(Status.SUCCESS);
    var failed = bench.runOne(yaml.formatted("all"));
    assertThat(failed.failureKind()).isEqualTo(Kind.VALIDATION);
    assertThat(failed.message())
        .isEqualTo(
            "Step validation failed: 2 of 3 passed, 3 needed\n"
                + "  shell: false: exit code 1, expected 0");
    assertThat(bench.runOne(yaml.formatted("all") + "  ignore_validation_failure: true\n").status())
        .isEqualTo(Status.SUCCESS);
  }
}
