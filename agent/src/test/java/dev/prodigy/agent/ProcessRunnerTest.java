package dev.prodigy.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prodigy.model.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessRunnerTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"), "GREETING", "hällo");

  @TempDir Path directory;

  private final ProcessRunner runner = new ProcessRunner();

  @AfterEach
  void stopAll() {
    runner.close();
  }

  @Test
  void tellsExitCodeAndBothStreams() {
    CommandResult result = run(shell("echo out; echo err >&2; echo more; exit 3"));

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.stdout()).isEqualTo("out\nmore\n");
    assertThat(result.stderr()).isEqualTo("err\n");
    assertThat(result.combined()).contains("out\n", "err\n", "more\n").hasSize(13);
    assertThat(result.stdoutBytes()).isEqualTo(9);
    assertThat(result.succeeded()).isFalse();
    assertThat(result.timedOut() || result.stopped()).isFalse();
  }

  @Test
  void combinedOutputIsInOrderOfArrival() throws IOException {
    Path step = directory.resolve("step");
    var spec =
        shell("echo a; until [ -e step ]; do :; done; echo b >&2")
            .withLive(line -> touch(line.text().equals("a"), step));

    assertThat(run(spec).combined()).isEqualTo("a\nb\n");
    assertThat(Files.exists(step)).isTrue();
  }

  @Test
  void runsInItsDirectoryWithItsEnvironmentOnly() {
    CommandResult result = run(shell("pwd; echo $GREETING; env | cut -d= -f1 | sort | xargs"));

    assertThat(result.stdout().lines())
        .containsExactly(directory.toString(), "hällo", "GREETING PATH PRODIGY_COMMAND_ID PWD");
  }

  @Test
  void standardInputIsEmptyUnlessGiven() {
    assertThat(run(shell("cat; echo end")).stdout()).isEqualTo("end\n");
    String text = "é".repeat(1_000_000);

    assertThat(run(shell("cat").withStdin(text)).stdoutBytes()).isEqualTo(2_000_000);
    assertThat(run(shell("exit 5").withStdin(text)).exitCode()).isEqualTo(5);
  }

  @Test
  void leadsItsOwnSessionAndGroup() {
    String text = "set -- $(cat /proc/$$/stat); [ $1 = $$ ] && [ $5 = $$ ] && [ $6 = $$ ]";

    assertThat(run(shell(text)).succeeded()).isTrue();
  }

  @Test
  void deathBySignalIs128PlusItsNumber() {
    assertThat(run(shell("kill -9 $$")).exitCode()).isEqualTo(137);
    assertThat(run(shell("kill -TERM $$")).exitCode()).isEqualTo(143);
  }

  @Test
  void bytesThatAreNoUtf8AreReplacedAndNothingHangs() throws IOException {
    Path log = directory.resolve("log");

    CommandResult result = run(shell("printf 'a\\377b\\n'; echo next").withLog(log));

    assertThat(result.stdout()).isEqualTo("a\uFFFDb\nnext\n");
    assertThat(Files.readAllBytes(log)).startsWith('a', 0xff, 'b');
  }

  @Test
  void muchOutputIsTruncatedInMemoryButWholeInTheLog() throws IOException {
    Path log = directory.resolve("log");
    var spec = shell("head -c 10000000 /dev/zero | tr '\\0' x; echo end; echo bad >&2");

    CommandResult result = run(spec.withLog(log));

    assertThat(result.stdout()).contains("…truncated 8951428 bytes…").endsWith("xend\n");
    assertThat(result.stdout().length()).isLessThan((1 << 20) + 100);
    assertThat(result.combined().length()).isLessThan((1 << 20) + 100);
    assertThat(result.stdoutBytes()).isEqualTo(10_000_004);
    assertThat(Files.size(log)).isEqualTo(10_000_008);
    assertThat(result.log()).isEqualTo(log);
  }

  @Test
  void aSilentCommandLeavesNoLog() {
    Path log = directory.resolve("logs/step.log");

    assertThat(run(shell("true").withLog(log)).log()).isNull();
    assertThat(directory.resolve("logs")).doesNotExist();
  }

  @Test
  void logsAreForTheirOwnerOnly() throws IOException {
    Path log = directory.resolve("logs/deep/step.log");

    run(shell("echo x").withLog(log));

    assertThat(permissions(log)).isEqualTo("rw-------");
    assertThat(permissions(directory.resolve("logs/deep"))).isEqualTo("rwx------");
    assertThat(permissions(directory.resolve("logs"))).isEqualTo("rwx------");
  }

  @Test
  void aLogThatCannotBeWrittenDoesNotDisturbTheCommand() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));

    CommandResult result = run(shell("echo x").withLog(file.resolve("log")));

    assertThat(result.succeeded()).isTrue();
    assertThat(result.stdout()).isEqualTo("x\n");
    assertThat(result.stderr()).contains("Log " + file.resolve("log") + " is incomplete");
  }

  @Test
  void secretsAppearNeitherInTheLogNorLiveEvenWhenWrittenInPieces() {
    Path log = directory.resolve("log");
    List<OutputLine> live = Collections.synchronizedList(new ArrayList<>());
    var spec =
        shell("printf 'x hun'; sleep 0.1; printf 'ter22'; sleep 0.1; echo ' y'; echo hunter22 >&2")
            .withLog(log)
            .withMasker(new SecretMasker(List.of("hunter22")))
            .withLive(live::add);

    CommandResult result = run(spec);

    assertThat(log).content().contains("x *** y\n").contains("***\n").doesNotContain("hunter22");
    assertThat(live)
        .containsExactlyInAnyOrder(new OutputLine(false, "x *** y"), new OutputLine(true, "***"));
    assertThat(result.stdout()).isEqualTo("x hunter22 y\n");
  }

  @Test
  void whoeverFailsWhileWatchingIsToldAfterTheCommand() {
    var spec =
        shell("seq 100000; echo done > done")
            .withLive(
                _ -> {
                  throw new IllegalStateException("broken audience");
                });

    assertThatThrownBy(() -> run(spec)).hasMessage("broken audience");
    assertThat(directory.resolve("done")).exists();
  }

  @Test
  void aMissingProgramIsNotFound() {
    var spec = CommandSpec.of(List.of("no-such-program"), directory, ENVIRONMENT);

    assertThatThrownBy(() -> run(spec))
        .isInstanceOfSatisfying(
            AgentException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.COMMAND_NOT_FOUND);
              assertThat(e).hasMessage("Command not found: no-such-program");
            });
  }

  @Test
  void programsAreFoundOnTheGivenPathAndRelativeToTheDirectory() throws IOException {
    Path program = Files.createDirectories(directory.resolve("bin")).resolve("tool");
    Files.writeString(program, "#!/bin/sh\necho tool $1\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));

    for (String name : List.of("tool", "bin/tool", program.toString())) {
      var spec = CommandSpec.of(List.of(name, "arg"), directory, Map.of("PATH", "bin:/bin"));
      assertThat(run(spec).stdout()).isEqualTo("tool arg\n");
    }
  }

  @Test
  void aMissingDirectoryIsNamed() {
    var spec = CommandSpec.shell("true", directory.resolve("gone"), ENVIRONMENT);

    assertThatThrownBy(() -> run(spec))
        .isInstanceOfSatisfying(
            AgentException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SPAWN_FAILED))
        .hasMessage("Working directory does not exist: " + directory.resolve("gone"));
  }

  @Test
  void anArgumentTooLongForTheSystemIsASpawnFailure() {
    assertThatThrownBy(() -> run(shell("true " + "x".repeat(200_000))))
        .isInstanceOfSatisfying(
            AgentException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SPAWN_FAILED));
  }

  @Test
  void hundredsRunAtOnce() throws InterruptedException, ExecutionException {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var tasks = new ArrayList<Callable<CommandResult>>();
      for (int i = 0; i < 200; i++) {
        String text = "sleep 0.3; echo " + i + "; echo e" + i + " >&2";
        tasks.add(() -> run(shell(text)));
      }
      List<Future<CommandResult>> results = threads.invokeAll(tasks);
      for (int i = 0; i < 200; i++) {
        assertThat(results.get(i).get().stdout()).isEqualTo(i + "\n");
        assertThat(results.get(i).get().stderr()).isEqualTo("e" + i + "\n");
      }
    }
  }

  private CommandResult run(CommandSpec spec) {
    return runner.run(spec);
  }

  private CommandSpec shell(String text) {
    return CommandSpec.shell(text, directory, ENVIRONMENT);
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static void touch(boolean wanted, Path file) {
    if (wanted) {
      try {
        Files.createFile(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
