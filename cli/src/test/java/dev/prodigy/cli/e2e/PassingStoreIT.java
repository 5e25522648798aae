package dev.prodigy.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.prodigy.testkit.ProdigyCommand;
import dev.prodigy.testkit.ProdigyCommand.Running;
import dev.prodigy.testkit.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The store of `storage.backend: memory` is gone with its process, however that ends.
class PassingStoreIT {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir Path directory;
  private Path temporary;
  private TestRepository repository;
  private ProdigyCommand prodigy;

  @BeforeEach
  void makeRepository() throws IOException {
    temporary = Files.createDirectory(directory.resolve("temporary"));
    repository = TestRepository.create(directory.resolve("demo"));
    repository.write("wait.yml", "- shell: \"touch $HOME/begun; $HOME/wait\"\n").commit("flow");
    prodigy =
        ProdigyCommand.of(Executable.path(), directory.resolve("unused"), repository.path())
            .with("HOME", directory.toString())
            .with("TMPDIR", temporary.toString())
            .with("PRODIGY_STORAGE_TYPE", "memory");
  }

  private void nothingIsLeft() {
    assertThat(temporary).isEmptyDirectory();
    assertThat(directory.resolve("unused")).doesNotExist();
  }

  private Running waiting(String script) throws IOException {
    Path wait = Files.writeString(directory.resolve("wait"), "#!/bin/sh\n" + script + "\n");
    assertThat(wait.toFile().setExecutable(true)).isTrue();
    Running running = prodigy.start("run", "wait.yml", "-y");
    await().atMost(PATIENCE).until(() -> Files.exists(directory.resolve("begun")));
    assertThat(temporary).isNotEmptyDirectory();
    return running;
  }

  private void send(String signal, Running running) throws IOException {
    new ProcessBuilder("kill", "-" + signal, Long.toString(running.pid())).start().onExit().join();
  }

  @Test
  void eachProcessHasItsOwn() {
    repository
        .write(
            "flow.yml",
            """
            - shell: "%s sessions ls --json; ls -d $TMPDIR/prodigy-*"
            """
                .formatted(Executable.path()))
        .commit("flow");

    var result = prodigy.run("run", "flow.yml", "-y");

    assertThat(result.exitCode()).as(result.stderr()).isZero();
    assertThat(result.stdout()).contains("[]", temporary.resolve("prodigy-").toString());
    nothingIsLeft();
  }

  @ParameterizedTest
  @CsvSource({"INT,130", "TERM,143", "HUP,129"})
  void aRunThatIsStopped(String signal, int code) throws IOException {
    try (Running running = waiting("exec sleep 4931")) {
      send(signal, running);

      assertThat(running.await(PATIENCE).exitCode()).isEqualTo(code);
    }
    nothingIsLeft();
  }

  @Test
  void aRunThatIsStoppedTwice() throws IOException {
    try (Running running = waiting("trap '' INT TERM; while :; do sleep 4932; done")) {
      send("INT", running);
      send("TERM", running);

      assertThat(running.await(PATIENCE).exitCode()).isIn(130, 143);
    }
    nothingIsLeft();
  }

  @Test
  void aCommandThatDoesNotListenToSignals() throws IOException {
    try (Running running = prodigy.start("events", "follow")) {
      await().atMost(PATIENCE).until(() -> temporary.toFile().list(), made -> made.length > 0);
      send("TERM", running);

      assertThat(running.await(PATIENCE).exitCode()).isEqualTo(143);
    }
    nothingIsLeft();
  }
}
