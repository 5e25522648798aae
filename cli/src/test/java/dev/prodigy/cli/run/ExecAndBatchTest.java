package dev.prodigy.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.cli.CommandRun;
import dev.prodigy.cli.ExitCode;
import dev.prodigy.testkit.Processes;
import dev.prodigy.testkit.ScriptedClaude;
import dev.prodigy.testkit.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Single commands without a workflow file: once, or for each of many files.
class ExecAndBatchTest {
  @TempDir Path home;
  private TestRepository repository;
  private ScriptedClaude claude;

  @BeforeEach
  void open() throws IOException {
    repository = TestRepository.create(home.resolve("project"));
    claude = ScriptedClaude.install(Files.createDirectories(home.resolve("bin")));
    claude.on("^/").answer("done").install();
  }

  private CommandRun.Result prodigy(String... args) {
    return prodigyIn(repository.path(), args);
  }

  private CommandRun.Result prodigyIn(Path directory, String... args) {
    return CommandRun.in(directory)
        .env("HOME", home.resolve("home").toString())
        .env("PATH", claude.path())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("OUT", home.toString())
        .run(args);
  }

  @Test
  void aCommandsCommitsAreMergedWithoutAsking() {
    var result = prodigy("exec", "echo hi > hi; git add hi; git commit -q -m hi");

    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.err()).contains("Executing command: shell: echo hi");
    assertThat(repository.path("hi")).hasContent("hi");
    assertThat(repository.branches()).containsExactly("main");
  }

  @Test
  void aCommandIsTriedSoOftenInAll() {
    String fails = "shell: echo x >> $OUT/n; test $(wc -l < $OUT/n) -eq 3";

    assertThat(prodigy("exec", fails, "--retry", "2").code()).isEqualTo(ExitCode.FAILED);
    assertThat(home.resolve("n")).hasContent("x\nx");
    assertThat(prodigy("exec", fails, "--retry", "2").code()).isZero();
    assertThat(prodigy("exec", "false").code()).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void whatTakesTooLongIsStopped() {
    var result = prodigy("exec", "shell: sleep 4915", "--timeout", "1");

    assertThat(result.code()).isEqualTo(ExitCode.FAILED);
    assertThat(Processes.alive("sleep 4915")).isEmpty();
    assertThat(prodigy("exec", "a", "--timeout", "abc").err()).contains("invalid value");
    assertThat(prodigy("exec").err()).contains("required");
    assertThat(prodigy("exec").code()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void aSlashIsForClaude() {
    assertThat(prodigy("exec", "/fix it").code()).isZero();
    assertThat(prodigy("exec", "claude: /fix too").code()).isZero();

    assertThat(claude.calls())
        .extracting(call -> call.prompt())
        .containsExactly("/fix it", "/fix too");
    assertThat(prodigy("exec", "/fix", "--dry-run").out()).contains("Would execute: claude: /fix");
    assertThat(claude.calls()).hasSize(2);
  }

  @Test
  void aFailedOneIsTakenUpAgainFromItsCopy() {
    prodigy("exec", "test -e $OUT/there");
    repository.write("../there", "");

    var resumed = prodigy("resume", "latest", "-y");
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(resumed.err()).doesNotContain("gone");
  }

  @Test
  void outsideOfARepositoryACommandRunsInPlace() throws IOException {
    Path plain = Files.createDirectories(home.resolve("plain"));

    var result = prodigyIn(plain, "exec", "pwd > here; echo said");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains("said");
    assertThat(result.err()).contains("Not a git repository: running in " + plain);
    assertThat(plain.resolve("here")).hasContent(plain.toString());
    var failed = prodigyIn(plain, "exec", "exit 7");
    assertThat(failed.code()).isEqualTo(ExitCode.FAILED);
    assertThat(failed.err()).contains("failed with exit code 7");
  }

  @Test
  void eachCommittedFileThatMatchesIsHandledOnce() throws IOException {
    repository.write("src/a b.py", "1\n").write("src/deep/c.py", "1\n2\n").write("d.py", "");
    repository.commit("files");
    repository.write("src/new.py", "");

    var result = prodigy("batch", "src/**/*.py", "--command", "shell: wc -l {} >> $OUT/counts");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(Files.readAllLines(home.resolve("counts")))
        .containsExactlyInAnyOrder("1 src/a b.py", "2 src/deep/c.py");
    assertThat(result.err()).contains("1 matching file is not committed and left out");
    assertThat(result.out().lines()).endsWith("Batch processing complete. Processed 2 of 2 items.");
  }

  @Test
  void failedFilesAreDeadLettersAndOnlyNewOnesAreRefused() {
    repository.write("a.py", "").write("b.py", "").commit("files");
    repository.write("c.txt", "");

    var failed = prodigy("batch", "*.py", "--command", "test {} != b.py");
    assertThat(failed.code()).isEqualTo(ExitCode.FAILED);
    assertThat(failed.out()).contains("Processed 1 of 2 items.", "1 item in the dead letter queue");
    assertThat(prodigy("batch", "*.txt", "--command", "cat").err())
        .contains("All files that match '*.txt' are new", "git add");
    assertThat(prodigy("batch", "*.rs", "--command", "cat").out())
        .contains("No files matched pattern: *.rs");
    assertThat(prodigy("batch", "*.py").code()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void theFileComesLastIfNothingNamesIt() {
    assertThat(
            List.of("wc -l", "/add-types", "cat '{}' {}|wc", "shell: f ${item};g", "claude: /x {}"))
        .extracting(typed -> OneCommand.of(typed).forEachFile().shown())
        .containsExactly(
            "shell: wc -l ${item|sh}",
            "claude: /add-types ${item}",
            "shell: cat '${item}' ${item|sh}|wc",
            "shell: f ${item|sh};g",
            "claude: /x ${item}");
  }
}
