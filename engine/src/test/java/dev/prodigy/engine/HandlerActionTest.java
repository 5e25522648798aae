package dev.prodigy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.engine.StepOutcome.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The built-in handlers `shell`, `claude`, `git`, `cargo` and `file`.
class HandlerActionTest {
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

  private StepOutcome file(String attributes) {
    return bench.runOne("- file: {%s}\n".formatted(attributes));
  }

  @Test
  void filesOfTheWorktreeAreWrittenReadMovedAndDeleted() {
    bench.variables.set("who", "you");

    assertThat(file("operation: write, path: d/a.txt, content: \"hi ${who}\\n\"").stdout())
        .isEqualTo(
            "{\"handler\":\"file\",\"operation\":\"write\",\"path\":\"d/a.txt\",\"bytes\":7}");
    assertThat(file("operation: append, path: d/a.txt, content: more").message()).isEmpty();
    assertThat(file("operation: read, path: d/a.txt").stdout()).isEqualTo("hi you\nmore");
    assertThat(bench.variable("handler.output")).isEqualTo("hi you\nmore");
    file("operation: copy, path: d/a.txt, destination: e/b.txt");
    file("operation: move, path: d/a.txt, destination: c.txt");
    assertThat(bench.read("c.txt") + bench.read("e/b.txt")).isEqualTo("hi you\nmore".repeat(2));
    assertThat(bench.exists("d/a.txt")).isFalse();
    assertThat(file("operation: delete, path: c.txt").status()).isEqualTo(Status.SUCCESS);
    assertThat(file("operation: exists, path: c.txt").stdout()).contains("\"exists\":false");
    assertThat(file("operation: exists, path: e").stdout()).contains("\"exists\":true");
  }

  @Test
  void nothingIsOverwrittenUnaskedAndNothingOutsideIsTouched() {
    bench.repository.write("a", "old");

    assertThat(file("operation: write, path: a, content: new").message())
        .contains("File exists: a (set overwrite: true)");
    assertThat(file("operation: write, path: a, content: new, overwrite: true").message())
        .isEmpty();
    assertThat(bench.read("a")).isEqualTo("new");
    assertThat(file("operation: read, path: none").message()).contains("File not found: none");
    assertThat(file("operation: read, path: ../x").message()).contains("traversal not allowed");
    assertThat(file("operation: copy, path: a, destination: /tmp/x").message())
        .contains("outside the worktree");
    assertThat(file("operation: write, path: n/a, content: x, create_dirs: false").message())
        .contains("Directory does not exist");
  }

  @Test
  void gitCommitsWhatItStages() {
    bench.repository.write("a.txt", "a").write("b.txt", "b");

    StepOutcome done =
        bench.runOne(
            """
            - git: {operation: commit, message: "it's *quoted* ${last.exit_code:-new}", auto_stage: true,
                    files: [a.txt]}
            """);

    assertThat(done.message()).isEmpty();
    assertThat(bench.repository.log().getFirst()).isEqualTo("it's *quoted* new");
    assertThat(bench.runOne("- git: {operation: status, args: --porcelain}\n").stdout())
        .isEqualTo("?? b.txt\n");
    assertThat(bench.runOne("- git: {operation: switch, args: -q -c, branch: other}\n").stdout())
        .isEqualTo("{\"handler\":\"git\",\"operation\":\"switch\",\"exit_code\":0}");
    assertThat(bench.runOne("- git: {operation: log, args: \"-1 --format=%D\"}\n").stdout())
        .contains("HEAD -> other");
    assertThat(bench.runOne("- git: {operation: nonsense}\n").status()).isEqualTo(Status.FAILED);
  }

  @Test
  void secretsAreNoArguments() {
    bench.masking("top-secret-1");
    bench.variables.set("token", "top-secret-1");

    assertThat(bench.runOne("- git: {operation: log, args: \"--grep=${token}\"}\n").message())
        .contains("A secret cannot be an argument of `git`");
    assertThat(
            bench
                .runOne(
                    "- handler: {name: shell, attributes: {command: \"tr '\\\\0' ' ' <"
                        + " /proc/$$/cmdline; test x${token} = xtop-secret-1\"}}\n")
                .stdout())
        .contains("bash -c")
        .doesNotContain("***");
  }

  @Test
  void shellsHaveALimitAndTheFieldsOfSteps() {
    StepOutcome done =
        bench.runOne(
            """
            - handler:
                name: shell
                attributes: {command: "echo ${BASH_VERSION:0:1} $A; pwd", env: {A: x}, working_dir: /}
            """);
    assertThat(done.stdout()).matches("\\d x\n/\n");
    assertThat(
            bench
                .runOne(
                    "- handler: {name: shell, attributes: {command: sleep 9, timeout: 200ms}}\n")
                .exitCode())
        .isEqualTo(124);
  }

  @Test
  void claudeGetsModelInstructionsAndFiles() {
    bench.repository.write("a.txt", "content of a\n");
    bench.claude.on("Task").answer("done").install();

    StepOutcome done =
        bench.runOne(
            """
            - handler:
                name: claude
                attributes: {prompt: "do it", model: opus, system: "be brief", context_files: [a.txt]}
            """);

    assertThat(done.message()).isEmpty();
    var call = bench.claude.calls().getLast();
    assertThat(call.argv()).contains("--model", "opus", "--append-system-prompt", "be brief");
    assertThat(call.prompt())
        .isEqualTo("Context files:\n=== a.txt ===\ncontent of a\n\nTask:\ndo it");
  }

  @Test
  void cargoGetsItsOptionsInOrder() throws IOException {
    Path cargo = Path.of(bench.claude.path().split(":", -1)[0], "cargo");
    Files.writeString(cargo, "#!/bin/sh\necho \"$@\"\n");
    Files.setPosixFilePermissions(cargo, PosixFilePermissions.fromString("rwxr-xr-x"));

    StepOutcome done =
        bench.runOne(
            "- cargo: {command: test, package: core, release: true, args: \"-- --nocapture\"}\n");

    assertThat(done.stdout()).isEqualTo("test --package core --release -- --nocapture\n");
  }
}
