package dev.prodigy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.engine.StepOutcome.Status;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What steps commit, put out, and learn of each other's changes.
class GitStepsTest {
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
  void aStepKnowsWhatTheOneBeforeItChanged() {
    bench.repository.write("dirty", "before");

    var outcome =
        bench.run(
            """
            - shell: |
                mkdir specs src; echo a > specs/a.md; printf '1\\n2\\n' > src/b.c
                git add specs src; git commit -q -m work; echo n > new; rm README.md
              on_success: {shell: 'echo "own ${step.files_added}" > own'}
            - shell: |
                echo '${step.files_added:specs/*.md} ${step.files_added:json}'
                echo ${step.commit_count} ${step.insertions} ${step.files_deleted:csv}
            - shell: echo "[${step.files_added}] ${step.commits|length}"
            - shell: echo x >> src/b.c
              when: step.commit_count == 0
            - shell: echo '${step.files_changed}' "${git.modified_files:*.c}"
            """);

    assertThat(outcome.success()).isTrue();
    assertThat(outcome.outcomes().get(1).stdout())
        .isEqualTo("specs/a.md [\"new\",\"own\",\"specs/a.md\",\"src/b.c\"]\n1 3 README.md\n");
    assertThat(bench.read("own")).isEqualTo("own new specs/a.md src/b.c\n");
    assertThat(outcome.outcomes().get(2).stdout()).isEqualTo("[] 0\n");
    assertThat(outcome.outcomes().get(4).stdout()).isEqualTo("src/b.c src/b.c\n");
  }

  @Test
  void takenBackAndCommittedChangesAreCountedOnce() {
    var outcome =
        bench.run(
            """
            - shell: echo a > a; echo b > b; echo c >> README.md
            - shell: git add a; git commit -q -m a; rm b; git checkout -q README.md
            - shell: echo "${step.files_added}/${step.files_modified}/${step.files_deleted}"
            """);

    assertThat(outcome.outcomes().get(2).stdout()).isEqualTo("a/README.md/b\n");
  }

  @Test
  void automaticCommitsTakeChosenFilesOnly() {
    var step =
        bench.runOne(
            """
            - shell: mkdir src; echo a > src/a.c; echo l > src/a.log; echo m > notes.txt
              name: Work
              auto_commit: true
              commit_config:
                message_template: "fix: ${step.name} ${step.files_added:*.c}"
                message_pattern: "^fix: "
                author: "Some One <some@one>"
                include_files: ["src/**"]
                exclude_files: ["*.log"]
            """);

    assertThat(step.status()).isEqualTo(Status.SUCCESS);
    assertThat(bench.repository.git("log", "-1", "--format=%s|%an|%ae", "--name-only"))
        .isEqualTo("fix: Work src/a.c|Some One|some@one\n\nsrc/a.c");
    assertThat(bench.repository.git("status", "--porcelain", "-uall"))
        .contains("src/a.log", "notes.txt");
  }

  @Test
  void aCommitThatMayNotBeMadeStagesNothing() {
    var message =
        bench.runOne(
            """
            - shell: echo a > a
              auto_commit: true
              commit_config: {message_pattern: "^fix: "}
            """);
    var files =
        bench.runOne(
            "- shell: 'true'\n  auto_commit: true\n  commit_config: {include_files: ['*.x']}\n");

    assertThat(message.message())
        .isEqualTo("Commit message 'Auto-commit: shell: echo a > a' does not match ^fix: ");
    assertThat(files.message()).isEqualTo("No files match the specified patterns");
    assertThat(bench.repository.git("status", "--porcelain")).isEqualTo("?? a");
  }

  @Test
  void withoutAKeyACommitIsMadeUnsigned() {
    bench.repository.git("config", "gpg.program", "false");

    var step =
        bench.runOne("- shell: echo a > a\n  auto_commit: true\n  commit_config: {sign: true}\n");

    assertThat(step.status()).isEqualTo(Status.SUCCESS);
    assertThat(bench.repository.git("status", "--porcelain")).isEmpty();
    assertThat(bench.warnings).anyMatch(text -> text.startsWith("commit is not signed"));
  }

  @Test
  void outputsArePathsOfFilesTheStepMade() {
    var outcome =
        bench.run(
            """
            - shell: |
                mkdir specs; echo a > specs/old-spec.md; git add -A; git commit -q -m old
                echo b > specs/new-spec.md; git add -A; git commit -q -m new; echo c > report.txt
              id: plan
              outputs:
                spec: {file_pattern: "*-spec.md"}
                report: {file_pattern: report}
            - shell: cat ${plan.spec} ${plan.report}
            - shell: "true"
              id: none
              outputs: {x: {file_pattern: "*.zip"}}
            """);

    assertThat(outcome.outcomes().get(1).stdout()).isEqualTo("b\nc\n");
    assertThat(outcome.failed().orElseThrow().message())
        .isEqualTo("No files found matching pattern '*.zip'");
    assertThat(outcome.failed().orElseThrow().failureKind()).isEqualTo(StepOutcome.Kind.OUTPUTS);
  }

  @Test
  void aClearEnvironmentHoldsOnlyWhatIsSaid() {
    bench.scope().environment(plus(bench.environment, "FROM_WORKFLOW", "x"));

    var step = bench.runOne("- shell: env\n  clear_env: true\n  env: {M: '${FROM_WORKFLOW}'}\n");

    assertThat(step.stdout()).contains("M=x\n", "PATH=").doesNotContain("FROM_WORKFLOW");
  }

  private static java.util.Map<String, String> plus(
      java.util.Map<String, String> map, String name, String value) {
    var all = new java.util.HashMap<>(map);
    all.put(name, value);
    return all;
  }
}
