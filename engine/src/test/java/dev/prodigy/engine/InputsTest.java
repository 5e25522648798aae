package dev.prodigy.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prodigy.engine.MergeDecision.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Inputs of sequential runs, and what happens around their steps: squashing, merging once more.
class InputsTest {
  @TempDir Path home;
  private Sessions sessions;

  @BeforeEach
  void open() {
    sessions = new Sessions(home);
    sessions.environment.put("PRODIGY_AUTO_CLEANUP", "false");
    sessions.repository.write("specs/65-a.md", "a").write("specs/x-y.md", "b").commit("specs");
  }

  private static SequentialRun.Options maps(boolean failFast, String... patterns) {
    return new SequentialRun.Options(null, failFast, List.of(patterns));
  }

  @Test
  void everyMatchingFileIsAnInputBeforeTheArguments() {
    sessions.args = List.of("last");

    var result =
        sessions.run(
            "- shell: echo \"$ARG|${FILE:-none}|${item.name:-none}|$INDEX/$TOTAL\" >> log\n",
            maps(false, "specs/*.md", "specs/65*", "*.none"));

    assertThat(result.succeeded()).isTrue();
    assertThat(sessions.read(result.session(), "log").lines())
        .containsExactly(
            "65|specs/65-a.md|65-a|1/3", "specs/x-y.md|specs/x-y.md|x-y|2/3", "last|none|none|3/3");
    assertThat(sessions.lines).contains("warning: No files match --map pattern: *.none");
  }

  @Test
  void withoutAnyInputNothingBegins() {
    assertThatThrownBy(() -> sessions.run("- shell: touch x\n", maps(false, "*.none")))
        .hasMessage("No inputs found from --map patterns or --args");
    assertThat(sessions.store.sessions().list()).isEmpty();
  }

  @Test
  void aResumedRunKnowsItsInputsAndItsHaste() {
    sessions.args = List.of("c");
    String yaml = "- shell: echo ${ARG} >> log; test -f go || test ${ARG} = 65\n";

    var failed = sessions.run(yaml, maps(true, "specs/*.md"));

    assertThat(failed.status()).isEqualTo(RunResult.Status.FAILED);
    assertThat(sessions.read(failed.session(), "log").lines())
        .containsExactly("65", "specs/x-y.md");
    sessions.args = List.of();

    var again = sessions.resume(failed.session());

    assertThat(again.status()).isEqualTo(RunResult.Status.FAILED);
    assertThat(sessions.read(failed.session(), "log").lines())
        .containsExactly("65", "specs/x-y.md", "specs/x-y.md");

    create(sessions.worktreePath(failed.session()).resolve("go"));
    var done = sessions.resume(failed.session());

    assertThat(done.succeeded()).isTrue();
    assertThat(sessions.read(failed.session(), "log").lines())
        .containsExactly("65", "specs/x-y.md", "specs/x-y.md", "specs/x-y.md", "c");
  }

  @Test
  void aRunFromTheStartHasTheSameInputs() {
    sessions.args = List.of("p", "q");
    String yaml = "- shell: git commit -q --allow-empty -m ${ARG}; echo ${ARG} >> log\n";
    var first = sessions.run(yaml);
    sessions.args = List.of();

    var again = sessions.resume(first.session(), new ResumeOptions(false, true, false, null));

    assertThat(again.succeeded()).isTrue();
    assertThat(sessions.read(first.session(), "log").lines()).containsExactly("p", "q");
  }

  @Test
  void whatAStepChangedIsKnownAfterResuming() {
    var failed =
        sessions.run(
            """
            - shell: echo a > added
            - shell: test -f go && echo '${step.files_added} ${workflow.files_added:csv}' > told
            """);
    create(sessions.worktreePath(failed.session()).resolve("go"));

    var done = sessions.resume(failed.session());

    assertThat(done.succeeded()).isTrue();
    assertThat(sessions.read(failed.session(), "told")).isEqualTo("added added,go\n");
  }

  @Test
  void aRunsCommitsBecomeOneIfAStepWantsIt() {
    sessions.answer = Answer.YES;

    var result =
        sessions.run(
            """
            name: flow
            commands:
              - shell: echo a >> a
                auto_commit: true
                commit_config: {squash: true}
              - shell: echo b >> b; git add -A; git commit -q -m b
            """,
            new SequentialRun.Options(2, false));

    assertThat(result.merge()).isEqualTo(FinalStage.Result.MERGED);
    assertThat(sessions.repository.log())
        .hasSize(4) // with the merge and what was there before
        .contains("Squashed 4 workflow commits from flow");
    assertThat(sessions.repository.path("a")).hasContent("a\na\n");
    assertThat(sessions.repository.path("b")).hasContent("b\nb\n");
  }

  @Test
  void aMergeGoesOnAfterItsLastGoodStep() {
    sessions.answer = Answer.YES;
    var result =
        sessions.run(
            """
            commands:
              - shell: echo x > x; git add x; git commit -q -m work
                capture_output: made
              - shell: echo kept
                capture_output: kept
            merge:
              - shell: echo "first ${kept}" >> ${project.root}/../steps
                id: first
              - shell: test -f ${project.root}/../go
                on_failure: false
              - shell: >-
                  echo "${first.success} ${kept}" >> ${project.root}/../steps;
                  git -C ${project.root} merge -q --no-ff -m merged ${merge.source_branch}
            """);
    assertThat(result.merge()).isEqualTo(FinalStage.Result.FAILED);
    assertThat(sessions.lines)
        .anyMatch(line -> line.contains("prodigy worktree merge " + result.session()));

    create(home.resolve("go"));
    var again = MergeRetry.of(sessions.request(), result.session()).orElseThrow().run(null);

    assertThat(again).isEqualTo(FinalStage.Result.MERGED);
    assertThat(home.resolve("steps")).hasContent("first kept\ntrue kept\n");
    assertThat(sessions.repository.log().getFirst()).isEqualTo("merged");
  }

  @Test
  void ordinarySessionsAreNotMergedBySteps() {
    var result = sessions.run("- shell: git commit -q --allow-empty -m x\n");

    assertThat(MergeRetry.of(sessions.request(), result.session())).isEmpty();
  }

  private static void create(Path file) {
    try {
      Files.createFile(file);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
