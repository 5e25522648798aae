package dev.prodigy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.testkit.TestRepository;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `prodigy run` as typed, in this process.
class RunCommandTest {
  @TempDir Path home;
  private TestRepository repository;

  @BeforeEach
  void open() {
    repository = TestRepository.create(home.resolve("project"));
  }

  private CommandRun.Result run(String yaml, String... options) {
    repository.write("flow.yml", yaml);
    var args = new java.util.ArrayList<>(java.util.List.of("run", "flow.yml"));
    args.addAll(java.util.List.of(options));
    return prodigy(args.toArray(String[]::new));
  }

  private CommandRun.Result prodigy(String... args) {
    return CommandRun.in(repository.path())
        .env("HOME", home.resolve("home").toString())
        .env("PATH", System.getenv("PATH"))
        .run(args);
  }

  private boolean nothingHappened() {
    String[] sessions = home.resolve("home/.prodigy/sessions").toFile().list();
    return repository.branches().equals(java.util.List.of("main"))
        && (sessions == null || sessions.length == 0);
  }

  @Test
  void filesAndArgumentsAreInputsOneAfterAnother() {
    repository.write("specs/65-a.md", "").write("specs/x-y.md", "").commit("specs");

    var result = run("- shell: echo \"got $ARG\"\n", "--map", "specs/*.md", "--args", "z");

    assertThat(result.code()).isZero();
    assertThat(result.out().lines().filter(line -> line.startsWith("got ")))
        .containsExactly("got 65", "got specs/x-y.md", "got z");
  }

  @Test
  void noInputAtAllIsAnError() {
    var result = run("- shell: 'true'\n", "--map", "*.none");

    assertThat(result.code()).isEqualTo(ExitCode.FAILED);
    assertThat(result.err())
        .contains("No files match --map pattern: *.none")
        .contains("No inputs found from --map patterns or --args");
    assertThat(nothingHappened()).isTrue();
  }

  @Test
  void failedInputsAreNamedAtTheEndUnlessTheFirstEndsTheRun() {
    String yaml = "- shell: echo \"got $ARG\"; test \"$ARG\" = b\n";

    var all = run(yaml, "--args", "a", "--args", "b", "--args", "c");
    var first = run(yaml, "--args", "a", "--args", "b", "--fail-fast");

    assertThat(all.code()).isEqualTo(ExitCode.FAILED);
    assertThat(all.out()).contains("got a", "got b", "got c");
    assertThat(all.err()).contains("failed for a, c");
    assertThat(first.code()).isEqualTo(ExitCode.FAILED);
    assertThat(first.out()).contains("got a").doesNotContain("got b");
  }

  @Test
  void everythingWrongIsToldWithItsPlaceBeforeAnythingHappens() {
    var result = run("- shell: \"a\"\n  timeout: [1]\n- shell: b\n  when: (a\n");

    assertThat(result.code()).isEqualTo(ExitCode.FAILED);
    assertThat(result.err())
        .contains(
            "Failed to parse YAML playbook",
            "Error at line 2, column 12",
            "Problematic line:   timeout: [1]",
            "step 1 (`shell: a`): field `timeout`",
            "Error at line 4",
            "step 2 (`shell: b`): field `when`",
            "a workflow is a list of steps:");
    assertThat(nothingHappened()).isTrue();
  }

  @Test
  void aDryRunSaysEverythingAndDoesNothing() {
    var result =
        run(
            """
            secrets: {KEY: {value: "hide-me-please"}}
            commands:
              - shell: touch ${ARG} hide-me-please
                when: "1 == 1"
                commit_required: true
                on_failure: {shell: echo repair}
                on_success: {shell: echo next}
                on_exit_code: {3: {shell: echo three}}
                step_validate: "test -f x"
              - foreach: [a, b]
                do: [{shell: "echo ${item}"}]
              - shell: "true"
                validate: {shell: check, threshold: 95, on_incomplete: {shell: fill}}
              - shell: echo ${cmd:touch made}
            """,
            "--dry-run",
            "-n",
            "3",
            "--args",
            "x",
            "--args",
            "y");

    assertThat(result.code()).isZero();
    assertThat(result.out().lines())
        .allMatch(line -> line.startsWith("[DRY RUN] "))
        .contains(
            "[DRY RUN] Would run 3 iterations",
            "[DRY RUN] Would run for 2 inputs: x, y",
            "[DRY RUN] Would execute: shell: touch x *** (when: 1 == 1)",
            "[DRY RUN] commit_required - assuming commit created by: shell: touch x ***",
            "[DRY RUN] Would run step validation (shell): test -f x",
            "[DRY RUN]   on success: shell: echo next",
            "[DRY RUN]   on exit code 3: shell: echo three",
            "[DRY RUN]   2 items: a, b",
            "[DRY RUN]   Would execute: shell: echo ${item}",
            "[DRY RUN] Would run validation (shell): check",
            "[DRY RUN] Validation threshold: 95.0%",
            "[DRY RUN]   if incomplete: shell: fill",
            "[DRY RUN]   Main commands that would execute: 4",
            "[DRY RUN]   Potential failure handlers: 1",
            "[DRY RUN]   Assumed commits: 1");
    assertThat(nothingHappened()).isTrue();
    assertThat(repository.path("made")).doesNotExist();
  }

  @Test
  void aMergeThatStoppedGoesOnByHand() {
    String yaml =
        """
        commands:
          - shell: echo x > x; git add x; git commit -q -m work
        merge:
          - shell: echo one >> %1$s/steps
          - shell: test -f %1$s/go
          - shell: git -C ${project.root} merge -q --no-ff -m merged ${merge.source_branch}
        """
            .formatted(home);
    var first = run(yaml, "-y");
    assertThat(first.code()).isEqualTo(ExitCode.FAILED);
    String name = repository.branches().stream().filter(b -> !b.equals("main")).findFirst().get();
    String session = name.substring("prodigy-".length());
    assertThat(first.out() + first.err()).contains("prodigy worktree merge " + session);

    assertThat(prodigy("worktree", "merge", session).code()).isEqualTo(ExitCode.FAILED);
    repository.write("../go", "");
    var again = prodigy("worktree", "merge", session);

    assertThat(again.code()).isZero();
    assertThat(repository.log().getFirst()).isEqualTo("merged");
    assertThat(home.resolve("steps")).hasContent("one\n");
  }
}
