package dev.prodigy.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Signals as the operating system sends them.
class SignalledProcessTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"INT,130", "TERM,143", "HUP,129"})
  void theFirstSignalLetsTheProcessStopInItsOwnTime(String signal, int code) {
    Program process = start("stops");
    send(signal, process);

    assertThat(process.result())
        .isEqualTo(new Program.Result(code, "ready\nstop " + signal + "\n", ""));
  }

  @Test
  void theSecondEndsItAtOnce() {
    Program process = start("goes on");
    send("TERM", process);
    await().atMost(Duration.ofMinutes(1)).until(() -> process.out().contains("stop TERM"));
    send("INT", process);

    assertThat(process.result()).isEqualTo(new Program.Result(130, "ready\nstop TERM\nkill\n", ""));
  }

  @Test
  void nohupIsRespected() {
    Program process = start("stops", "nohup");
    send("HUP", process);
    send("TERM", process);

    assertThat(process.result().out()).isEqualTo("ready\nstop TERM\n");
  }

  private Program start(String mode, String... prefix) {
    var command = new ArrayList<>(List.of(prefix));
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.addAll(
        List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(SignalledProcess.class.getName(), mode));
    Program process = Program.start(directory, Map.of(), command);
    await().atMost(Duration.ofMinutes(1)).until(() -> process.out().contains("ready"));
    return process;
  }

  private void send(String signal, Program process) {
    String pid = Long.toString(process.handle().pid());
    assertThat(Program.run(directory, "kill", "-" + signal, pid).code()).isZero();
  }
}
