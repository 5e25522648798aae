package dev.prodigy.workflow;

import static dev.prodigy.workflow.Workflows.load;
import static dev.prodigy.workflow.Workflows.sequential;
import static dev.prodigy.workflow.Workflows.step;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.workflow.Command.Claude;
import dev.prodigy.workflow.Command.Foreach;
import dev.prodigy.workflow.Command.Shell;
import dev.prodigy.workflow.Command.WriteFile;
import dev.prodigy.workflow.expression.Template;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepFormsTest {

  @Test
  void threeShapesMeanTheSame() {
    var list = sequential("- shell: a\n- shell: b\n");
    var commands = sequential("commands:\n- shell: a\n- shell: b\n");
    var steps = sequential("steps:\n- shell: a\n- shell: b\n");

    assertThat(list.name()).isEqualTo("default");
    assertThat(list.maxIterations()).isEqualTo(1);
    for (var workflow : new SequentialWorkflow[] {list, commands, steps}) {
      assertThat(workflow.steps())
          .extracting(Step::display)
          .containsExactly("shell: a", "shell: b");
      assertThat(workflow.steps()).extracting(Step::index).containsExactly(0, 1);
    }
  }

  @Test
  void topLevelFieldsAreRead() {
    var workflow =
        sequential(
            """
            name: nightly
            description: [anything]
            version: 2
            mode: sequential
            max_iterations: 3
            timeout: 1h30m
            strict_variables: true
            commands: [{shell: a}]
            merge:
              commands: [{shell: b}, {claude: /c}]
              timeout: $LIMIT
            """);
    assertThat(workflow.name()).isEqualTo("nightly");
    assertThat(workflow.maxIterations()).isEqualTo(3);
    assertThat(workflow.timeout()).isEqualTo(Limit.of(Duration.ofMinutes(90)));
    assertThat(workflow.strictVariables()).isTrue();
    var merge = requireNonNull(workflow.merge());
    assertThat(merge.steps()).hasSize(2);
    assertThat(merge.timeout()).isEqualTo(new Limit.FromVariable("LIMIT"));
    assertThat(requireNonNull(sequential("steps: [/a]\nmerge: [{shell: m}]").merge()).timeout())
        .isNull();
  }

  @Test
  void everyCommandIsRead() {
    assertThat(step("shell: echo $1").command())
        .isInstanceOfSatisfying(Shell.class, s -> assertSource(s.text(), "echo $1"));
    assertThat(step("claude: /fix it").command())
        .isInstanceOfSatisfying(Claude.class, c -> assertSource(c.prompt(), "/fix it"));
    assertThat(step("prodigy-lint --fix").command())
        .isInstanceOfSatisfying(Claude.class, c -> assertSource(c.prompt(), "/prodigy-lint --fix"));
    assertThat(step("/prodigy-lint").command())
        .isInstanceOfSatisfying(Claude.class, c -> assertSource(c.prompt(), "/prodigy-lint"));
    assertThat(step("shell: 12").command())
        .isInstanceOfSatisfying(Shell.class, s -> assertSource(s.text(), "12"));
  }

  @Test
  void aTestIsAShellStepWithItsHandlerAndOneWarning() {
    var loaded =
        load(
            """
            - test: {command: make, on_failure: {claude: /fix}}
            - test: {command: make lint}
            """);
    var step = ((SequentialWorkflow) loaded.workflow()).steps().getFirst();
    assertThat(step.display()).isEqualTo("shell: make");
    assertThat(requireNonNull(step.onFailure()).maxAttempts()).isEqualTo(3);
    assertThat(loaded.warnings())
        .singleElement()
        .asString()
        .startsWith("w.yml:1:9: ")
        .contains("`test` is deprecated");
  }

  @Test
  void writeFileHasItsDefaultsAndOctalModes() {
    var plain = (WriteFile) step("write_file: {path: a, content: b}").command();
    assertThat(plain.mode()).isEqualTo(0644);
    assertThat(plain.format()).isEqualTo(WriteFile.Format.TEXT);
    assertThat(plain.createDirs()).isFalse();
    var full =
        (WriteFile)
            step("write_file: {path: a, content: {b: [1]}, format: json, mode: 600,"
                    + " create_dirs: true}")
                .command();
    assertThat(full.mode()).isEqualTo(0600);
    assertThat(full.content()).isNull();
    assertThat(String.valueOf(full.tree())).isEqualTo("{\"b\":[1]}");
    assertThat(full.createDirs()).isTrue();
    assertThat(mode("\"0755\"")).isEqualTo(0755);
    assertThat(mode("0644")).isEqualTo(0644);
    assertThat(mode("0o640")).isEqualTo(0640);
    assertThat(Workflows.causes("- write_file: {path: a, content: b, mode: '0899'}").getFirst())
        .contains("octal digits");
    assertThat(Workflows.causes("- write_file: {path: a, content: [b]}").getFirst())
        .contains("expected text (or `format: json` or `yaml`), got a list");
    assertThat(Workflows.causes("- write_file: {path: a}").getFirst())
        .isEqualTo("1:15 step 1 (`write_file: a`): field `write_file`: `content` is missing");
  }

  @Test
  void foreachIsNestedOrFlat() {
    var flat =
        (Foreach)
            step("""
                    foreach: "ls *.txt"
                      do: [{shell: "echo ${item}"}]
                      parallel: true
                      continue_on_error: true
                      max_items: 3
                    """)
                .command();
    assertThat(flat.input())
        .isInstanceOfSatisfying(
            ForeachInput.CommandText.class, c -> assertSource(c.text(), "ls *.txt"));
    assertThat(flat.parallel()).isEqualTo(10);
    assertThat(flat.continueOnError()).isTrue();
    assertThat(flat.maxItems()).isEqualTo(3);
    for (String key : new String[] {"foreach", "items", "input"}) {
      var nested =
          (Foreach)
              step("foreach: {%s: [a, {b: 1}], do: [{shell: x}], parallel: 4}".formatted(key))
                  .command();
      assertThat(nested.input())
          .isInstanceOfSatisfying(
              ForeachInput.Items.class,
              i -> assertThat(i.values()).hasToString("[\"a\", {\"b\":1}]"));
      assertThat(nested.parallel()).isEqualTo(4);
      assertThat(nested.maxItems()).isNull();
    }
    assertThat(((Foreach) step("foreach: {command: ls}\n  do: [x]").command()).input())
        .isInstanceOf(ForeachInput.CommandText.class);
    assertThat(((Foreach) step("foreach: {list: [1]}\n  do: [x]").command()).input())
        .isInstanceOf(ForeachInput.Items.class);
  }

  @Test
  void everyCommonFieldIsRead() {
    var step =
        step(
            """
            shell: make
              id: build-1
              name: Build
              when: "x == 1"
              timeout: 2m
              working_dir: sub
              env: {A: 1, B: "${x}"}
              capture_output: result
              capture_format: json
              capture_streams: both
              output_file: out.txt
              commit_required: true
              auto_commit: true
              commit_config: {message_template: "m ${step.name}"}
              analysis: {anything: 1}
              on_success: [{shell: s}, /t]
              on_exit_code: {3: {shell: three}, "*": [{shell: other}]}
            """);
    assertThat(step.id()).isEqualTo("build-1");
    assertThat(step.display()).isEqualTo("Build");
    assertThat(requireNonNull(step.when()).source()).isEqualTo("x == 1");
    assertThat(step.timeout()).isEqualTo(Limit.of(Duration.ofMinutes(2)));
    assertSource(requireNonNull(step.workingDir()), "sub");
    assertThat(step.env().keySet()).containsExactly("A", "B");
    assertSource(requireNonNull(step.env().get("A")), "1");
    assertThat(step.capture())
        .isEqualTo(new Capture(true, "result", Capture.Format.JSON, true, true, true));
    assertSource(requireNonNull(step.outputFile()), "out.txt");
    assertThat(step.commitRequired()).isTrue();
    assertThat(step.autoCommit()).isTrue();
    assertSource(requireNonNull(step.commitConfig().message()), "m ${step.name}");
    assertThat(step.onSuccess())
        .extracting(Step::display)
        .containsExactly("shell: s", "claude: /t");
    assertThat(step.onExitCode().keySet()).containsExactly(3, Step.ANY_FAILURE);
    assertThat(step.position()).isEqualTo(new Position("w.yml", 1, 3));
  }

  @Test
  void aliasesAndOtherFormsMeanTheSame() {
    assertThat(requireNonNull(step("shell: a\n  if: x").when()).source()).isEqualTo("x");
    assertThat(requireNonNull(step("shell: a\n  condition: true").when()).source())
        .isEqualTo("true");
    assertSource(requireNonNull(step("shell: a\n  cwd: d").workingDir()), "d");
    assertThat(step("shell: a").capture()).isEqualTo(Capture.DEFAULT);
    assertThat(step("shell: a\n  capture: false").capture().enabled()).isFalse();
    assertThat(step("shell: a\n  capture: v").capture().name()).isEqualTo("v");
    assertThat(step("shell: a\n  capture_format: text").capture().format())
        .isEqualTo(Capture.Format.STRING);
    assertThat(step("shell: a\n  capture_streams: 'stdout,stderr,exit_code'").capture().stderr())
        .isTrue();
    assertThat(step("shell: a\n  capture_streams: {stdout: false, stderr: true}").capture())
        .isEqualTo(new Capture(true, null, Capture.Format.STRING, false, true, false));
    assertThat(step("shell: a\n  capture_streams: {exit_code: false}").capture().withheld())
        .containsExactly("exit_code");
    assertThat(step("shell: a\n  timeout: ${T}").timeout()).isEqualTo(new Limit.FromVariable("T"));
    assertThat(step("claude: ${prompt}").display()).isEqualTo("claude: ${prompt}");
    assertThat(Workflows.causes("- shell: a\n  timeout: 0\n").getFirst())
        .isEqualTo("2:12 step 1 (`shell: a`): field `timeout`: must be more than 0");
    assertThat(Workflows.causes("- {shell: a, cwd: b, working_dir: c}").getFirst())
        .contains("`cwd` is another name of `working_dir`");
  }

  @Test
  void onSuccessMayHoldShellAndClaude() {
    assertThat(step("shell: a\n  on_success: {claude: /c, shell: b}").onSuccess())
        .extracting(Step::display)
        .containsExactly("shell: b", "claude: /c");
  }

  @Test
  void anchorsAndMergeKeysAreResolved() {
    var workflow =
        sequential(
            """
            commands:
              - &base {shell: a, timeout: 5, name: first}
              - <<: *base
                name: second
              - <<: [{capture: v}, *base]
                timeout: 7
            """);
    assertThat(workflow.steps())
        .extracting(Step::display)
        .containsExactly("first", "second", "first");
    assertThat(workflow.steps().get(1).timeout()).isEqualTo(Limit.of(Duration.ofSeconds(5)));
    assertThat(workflow.steps().get(2).timeout()).isEqualTo(Limit.of(Duration.ofSeconds(7)));
    assertThat(workflow.steps().get(2).capture().name()).isEqualTo("v");
  }

  @Test
  void displayIsCutAtSixtyCharactersNotInsideOne() {
    String text = "😀".repeat(80);
    assertThat(step("shell: " + text).display()).isEqualTo("shell: " + "😀".repeat(53) + "...");
    assertThat(step("shell: |\n    one\n    two\n").display()).isEqualTo("shell: one two");
    assertThat(step("foreach: [a, 2]\n  do: [x]").display()).isEqualTo("foreach: a, 2");
  }

  @Test
  void jsonFilesAndByteOrderMarksAreRead(@TempDir Path dir) throws Exception {
    Path json =
        Files.writeString(dir.resolve("w.json"), "{\"commands\":\t[{\"shell\": \"a\\/b\"}]}");
    var loaded = WorkflowLoader.load(json);
    assertThat(((SequentialWorkflow) loaded.workflow()).steps().getFirst().display())
        .isEqualTo("shell: a/b");
    assertThat(loaded.fileName()).isEqualTo(json.toString());
    assertThat(sequential("\uFEFF- shell: a").steps()).hasSize(1);
  }

  private static void assertSource(Template template, String expected) {
    assertThat(template.source()).isEqualTo(expected);
  }

  private static int mode(String value) {
    return ((WriteFile) step("write_file: {path: a, content: b, mode: " + value + "}").command())
        .mode();
  }

  @Test
  void builtInHandlersAreChecked() {
    var git = step("git: {operation: commit, message: m, auto_stage: true}");
    assertThat(git.display()).isEqualTo("git: commit");
    assertThat(git.timeout()).isNull();
    assertThat(step("handler: {name: shell, attributes: {command: ls}}").timeout())
        .isEqualTo(Limit.of(Duration.ofSeconds(30)));
    assertThat(step("file: {operation: read, path: a}\n  timeout: 3").timeout())
        .isEqualTo(Limit.of(Duration.ofSeconds(3)));
    assertThat(Workflows.causes("- git: {operation: commit}\n").getFirst())
        .isEqualTo(
            "1:8 step 1 (`git: commit`): field `git`: `message` is missing: `commit` needs one");
    assertThat(Workflows.causes("- handler: {name: gti, attributes: {}}\n").getFirst())
        .contains("unknown handler `gti` (valid: shell, claude, git, cargo, file)");
    assertThat(Workflows.causes("- file: {operation: raed, path: a}\n").getFirst())
        .contains("did you mean `read`?");
    assertThat(Workflows.causes("- file: {operation: copy, path: a}\n").getFirst())
        .contains("`destination` is missing");
    assertThat(Workflows.causes("- cargo: {command: 'test; rm'}\n").getFirst())
        .contains("expected the name of a subcommand");
    assertThat(Workflows.remarks("- git: {operation: log, brnach: x}\n").getFirst())
        .contains("did you mean `branch`?");
  }
}
