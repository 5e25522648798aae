package dev.prodigy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The script that starts the image, with a stand-in for the JVM that tells how it was called.
class LauncherScriptTest {
  @TempDir Path directory;
  private Path launcher = Path.of("");

  @BeforeEach
  void anImageWithoutAJvm() throws IOException {
    String script =
        Files.readString(Program.CHECKOUT.resolve("support/launcher.sh"))
            .replace("@NOTE@", "")
            .replace("@RUNTIME@", "runtime-1")
            .replace("@APPLICATION@", "prodigy-1")
            .replace("@FLAGS@", "-flag1 -flag2");
    launcher = executable("an image/bin/prodigy", script);
    executable(
        "an image/runtime-1/bin/java",
        """
        #!/bin/sh
        for word; do echo "$word"; done
        env | sed s/^/env:/
        echo "$LC_ALL|$PRODIGY_CALLER_LC_ALL"
        """);
  }

  @Test
  void theCommandLineArrivesAsTyped() {
    List<String> called = start("events", "", "two words", "--x=a b", "*", "ü");

    int main = called.indexOf("dev.prodigy.cli.Main");
    assertThat(called.subList(main + 1, called.size()))
        .startsWith("events", "", "two words", "--x=a b", "*", "ü");
  }

  @Test
  void jarAndCacheAreTheImages() {
    Path image = directory.resolve("an image");

    assertThat(start("--version").stream().map(word -> word.replace("bin/../", "")))
        .contains("-flag1", "-flag2", "-XX:AOTCache=" + image.resolve("lib/prodigy-1.aot"))
        .contains(image.resolve("lib/prodigy-1.jar").toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run wf.yml",
        "-v run wf.yml",
        "-p dir run wf.yml",
        "--path dir --repo r resume",
        "--path=dir resume-job x",
        "dlq -v retry j",
        "resume_job x",
        "demo",
        "cook wf.yml"
      })
  void workThatLastsGetsTheFullCompiler(String line) {
    assertThat(start(line.split(" ", -1))).doesNotContain("-XX:TieredStopAtLevel=1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "events ls",
        "--repo run events ls",
        "dlq list",
        "dlq show retry",
        "runs",
        "--version"
      })
  void everythingElseGetsTheQuickOne(String line) {
    assertThat(start(line.split(" ", -1))).contains("-XX:TieredStopAtLevel=1");
  }

  @Test
  void theJvmSpeaksUtf8AndTheCallersLocaleIsKept() {
    assertThat(start(Map.of("LC_ALL", "C")).getLast()).isEqualTo("C.UTF-8|C");
    assertThat(start(Map.of("LC_ALL", "C.UTF-8")).getLast()).isEqualTo("C.UTF-8|");
    assertThat(start(Map.of("LC_ALL", "")).getLast()).isEqualTo("C.UTF-8|");
  }

  @Test
  void theProgramSeesTheEnvironmentOfItsCaller() {
    var caller =
        Map.of("LC_ALL", "de_DE", "JAVA_TOOL_OPTIONS", "-XX:+UseG1GC", "_JAVA_OPTIONS", "-Da=b");
    var env = new HashMap<String, String>();
    for (String line : start(caller, "env")) {
      int equals = line.indexOf('=');
      if (equals > 0 && line.startsWith("env:")) {
        env.put(line.substring("env:".length(), equals), line.substring(equals + 1));
      }
    }

    assertThat(env).doesNotContainKey("JAVA_TOOL_OPTIONS").containsEntry("LC_ALL", "C.UTF-8");
    assertThat(Main.callersEnvironment(env))
        .containsAllEntriesOf(caller)
        .doesNotContainKey("JDK_JAVA_OPTIONS")
        .allSatisfy((name, _) -> assertThat(name).doesNotStartWith("PRODIGY_CALLER"));
  }

  @Test
  void aPipeIsNoTerminal() {
    assertThat(start("events")).contains("-Dprodigy.terminals=");
  }

  @Test
  void linksToLinksAreFollowed() throws IOException {
    Files.createDirectories(directory.resolve("bin"));
    Files.createDirectories(directory.resolve("opt"));
    Files.createSymbolicLink(directory.resolve("opt/p"), Path.of("../an image/bin/prodigy"));
    Files.createSymbolicLink(directory.resolve("bin/prodigy"), directory.resolve("opt/p"));

    var direct = Program.run(directory, launcher.toString(), "x");
    var linked = Program.run(directory, directory.resolve("bin/prodigy").toString(), "x");
    var found =
        Program.run(
            directory,
            Map.of("PATH", directory.resolve("bin") + ":" + System.getenv("PATH")),
            "env",
            "prodigy",
            "x");

    assertThat(linked.code()).isZero();
    assertThat(words(linked)).isEqualTo(words(direct)).contains("x");
    assertThat(words(found)).isEqualTo(words(direct));
  }

  /// How the JVM was called, without the image's place.
  private static List<String> words(Program.Result result) {
    return result
        .out()
        .lines()
        .filter(line -> !line.startsWith("env:"))
        .map(line -> line.replaceAll("/[^=]*/an image/bin/", "an image/bin/"))
        .toList();
  }

  private List<String> start(String... words) {
    return start(Map.of(), words);
  }

  private List<String> start(Map<String, String> env, String... words) {
    var command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(words));
    var result = Program.run(directory, env, command.toArray(String[]::new));
    assertThat(result.err()).isEmpty();
    return result.out().lines().toList();
  }

  private Path executable(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
