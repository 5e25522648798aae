package dev.prodigy.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.prodigy.agent.CommandSpec.StopStyle;
import dev.prodigy.testkit.ForkedJvm;
import dev.prodigy.testkit.Processes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Commands end with everything they started.
@Timeout(60)
class StoppingTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));

  /// Long enough for a shell to have started everything, on a busy machine, too.
  private static final Duration LIMIT = Duration.ofMillis(1500);

  private static final Duration SOON = Duration.ofSeconds(5);
  private static final Duration LONG = Duration.ofSeconds(30);

  /// A command line nobody else has, to find what is left of it.
  private final String nap = "sleep 1000." + ThreadLocalRandom.current().nextInt(1 << 30);

  @TempDir Path directory;

  private final ProcessRunner runner = new ProcessRunner();

  @AfterEach
  void nothingIsLeft() throws IOException {
    runner.close();
    for (long pid : Processes.alive(nap)) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  void aTimeoutEndsEverythingTheCommandStarted() {
    CommandResult result = run(shell("echo before; " + nap + " & " + nap).withTimeout(LIMIT));

    assertThat(result.exitCode()).isEqualTo(124);
    assertThat(result.timedOut()).isTrue();
    assertThat(result.stopped()).isFalse();
    assertThat(result.stdout()).isEqualTo("before\n");
    assertThat(result.stderr()).endsWith("Command timed out after 1.5 seconds");
    assertThat(Processes.alive(nap)).isEmpty();
  }

  @Test
  void aTimeoutReachesSessionsOfTheirOwnAndDaemons() {
    String text = "setsid " + nap + " & (setsid " + nap + " &) ; sh -c '" + nap + "; :'";

    CommandResult result = run(shell(text).withTimeout(LIMIT));

    assertThat(result.exitCode()).isEqualTo(124);
    assertThat(Processes.alive(nap)).isEmpty();
  }

  @Test
  void whoIgnoresTermIsKilledAfterTheGrace() {
    var spec =
        shell(
                "trap '' TERM; sh -c \"trap '' TERM; "
                    + nap
                    + "; :\" & while :; do "
                    + nap
                    + "; done")
            .withTimeout(LIMIT)
            .withGrace(Duration.ofMillis(300));

    assertThat(run(spec).exitCode()).isEqualTo(124);
    assertThat(Processes.alive(nap)).isEmpty();
  }

  @Test
  void whoUsesTheGraceMayFinish() {
    var spec = shell("trap 'echo cleaned; exit 0' TERM; " + nap + " & wait").withTimeout(LIMIT);

    assertThat(run(spec).stdout()).isEqualTo("cleaned\n");
  }

  @Test
  void claudeIsInterruptedAndItsAbandonedToolsAreKilled() {
    var spec =
        shell("trap 'echo interrupted; exit 1' INT; setsid " + nap + " & while :; do wait; done")
            .withTimeout(LIMIT)
            .withStop(StopStyle.INTERRUPT);

    CommandResult result = run(spec);

    assertThat(result.stdout()).isEqualTo("interrupted\n");
    assertThat(Processes.alive(nap)).isEmpty();
  }

  @Test
  void aBackgroundChildIsGoneBeforeTheNextCommand() {
    assertThat(run(shell(nap + " >/dev/null 2>&1 & echo started")).stdout()).isEqualTo("started\n");
    assertThat(Processes.alive(nap)).isEmpty();
  }

  @Test
  void aBackgroundChildThatHoldsThePipeDelaysTheResultOnlyBriefly() {
    CommandResult result = run(shell(nap + " & echo started"));

    assertThat(result.succeeded()).isTrue();
    assertThat(result.stdout()).isEqualTo("started\n");
    assertThat(Processes.alive(nap)).isEmpty();
  }

  @Test
  void aDaemonThatHoldsThePipeDelaysTheResultOnlyBrieflyAndSurvives() {
    CommandResult result = run(shell("setsid " + nap + " & echo started"));

    assertThat(result.succeeded()).isTrue();
    assertThat(result.stdout()).isEqualTo("started\n");
    assertThat(Processes.alive(nap)).hasSize(1);
  }

  @Test
  void lateOutputOfAChildIsNotLost() {
    String text = "(sleep 0.3; echo late; sleep 0.1; echo later) & echo early; ";
    var spec = shell(text + "until [ -e heard ]; do :; done").withLive(_ -> touch("heard"));

    assertThat(run(spec).stdout()).isEqualTo("early\nlate\nlater\n");
  }

  @Test
  void interruptingTheThreadStopsTheCommand() throws InterruptedException {
    var result = new AtomicReference<CommandResult>();
    var stillInterrupted = new AtomicReference<Boolean>();
    Thread thread =
        Thread.startVirtualThread(
            () -> {
              result.set(run(shell("echo x; " + nap + " & " + nap).withLog(file("log"))));
              stillInterrupted.set(Thread.currentThread().isInterrupted());
            });
    Processes.waitAlive(nap, SOON);
    await().until(() -> Files.exists(file("log")));

    thread.interrupt();
    thread.join();

    assertThat(result.get().stopped()).isTrue();
    assertThat(result.get().timedOut()).isFalse();
    assertThat(result.get().stdout()).isEqualTo("x\n");
    assertThat(stillInterrupted.get()).isTrue();
    assertThat(Processes.alive(nap)).isEmpty();
  }

  @Test
  void stopAllStopsAllAndRefusesNewOnes() {
    var results = new ArrayList<CompletableFuture<CommandResult>>();
    for (int i = 0; i < 20; i++) {
      String text = "setsid " + nap + " & touch ready-" + i + "; " + nap;
      results.add(
          CompletableFuture.supplyAsync(() -> run(shell(text)), Thread::startVirtualThread));
    }
    await().atMost(LONG).until(() -> Files.exists(file("ready-0")) && readyOnes() == 20);

    runner.stopAll(SOON);

    assertThat(Processes.alive(nap)).isEmpty();
    assertThat(results).allSatisfy(r -> assertThat(r.join().stopped()).isTrue());
    assertThat(run(shell("touch too-late")).stopped()).isTrue();
    assertThat(file("too-late")).doesNotExist();
  }

  @Test
  void killAllDoesNotWaitForTheGrace() {
    var result =
        CompletableFuture.supplyAsync(
            () -> run(shell("trap '' TERM; while :; do " + nap + "; done")),
            Thread::startVirtualThread);
    Processes.waitAlive(nap, SOON);
    var stop = CompletableFuture.runAsync(() -> runner.stopAll(Duration.ofMinutes(10)));

    await().atMost(LONG).until(() -> killed(result));

    assertThat(result.join().stopped()).isTrue();
    stop.join();
    Processes.waitGone(nap, SOON);
  }

  @Test
  void orphansAreFoundByTheirEnvironment() throws IOException {
    String job = "job-" + nap.substring(6);
    List<Process> started = List.of(orphan(job), orphan(job), orphan("other-" + job));
    await().atMost(LONG).until(() -> naps() == 3);

    int killed = ProcessRunner.killOrphans("PRODIGY_JOB_ID", job);

    assertThat(killed).isEqualTo(4);
    assertThat(started.get(0).isAlive() || started.get(1).isAlive()).isFalse();
    assertThat(started.get(2).isAlive()).isTrue();
    assertThat(ProcessRunner.killOrphans("PRODIGY_JOB_ID", job)).isZero();
    ProcessRunner.killOrphans("PRODIGY_JOB_ID", "other-" + job);
    Processes.waitGone(nap, SOON);
  }

  @Test
  void weOurselvesAreNoOrphans() throws InterruptedException {
    String value = "job-" + nap.substring(6);
    var environment = Map.of("PRODIGY_JOB_ID", value);
    try (var jvm = ForkedJvm.start(KillsOrphans.class, environment, value, nap)) {
      assertThat(jvm.awaitLine("killed", LONG)).isEqualTo("killed 1");
      assertThat(jvm.waitFor(LONG)).isZero();
    }
    assertThat(Processes.alive(nap)).isEmpty();
  }

  /// Has the variable itself, and a child that has it.
  static final class KillsOrphans {
    public static void main(String[] args) throws IOException {
      Process child = new ProcessBuilder(List.of(args[1].split(" ", 2))).start();
      System.out.println("killed " + ProcessRunner.killOrphans("PRODIGY_JOB_ID", args[0]));
      System.exit(child.isAlive() ? 1 : 0);
    }
  }

  private boolean killed(CompletableFuture<CommandResult> result) {
    runner.killAll();
    return result.isDone();
  }

  /// A shell with a child that has lost the variable.
  private Process orphan(String job) throws IOException {
    var builder = new ProcessBuilder("sh", "-c", "env -u PRODIGY_JOB_ID " + nap + "; :");
    builder.environment().putAll(new HashMap<>(Map.of("PRODIGY_JOB_ID", job)));
    return builder.start();
  }

  /// The children: `env` replaces itself by `sleep`.
  private int naps() {
    return Processes.alive(nap).size() - Processes.alive("env -u PRODIGY_JOB_ID " + nap).size();
  }

  private long readyOnes() throws IOException {
    try (var files = Files.list(directory)) {
      return files.count();
    }
  }

  private void touch(String name) {
    try {
      Files.writeString(file(name), "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  private CommandResult run(CommandSpec spec) {
    return runner.run(spec);
  }

  private CommandSpec shell(String text) {
    return CommandSpec.shell(text, directory, ENVIRONMENT);
  }
}
