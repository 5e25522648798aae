package dev.prodigy.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.cli.CommandRun;
import dev.prodigy.cli.ExitCode;
import dev.prodigy.testkit.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `storage.backend: memory`: a store that ends with its process.
class PassingStoreTest {
  private static final String NOTHING_KEPT =
      "warning: nothing is kept after this process (storage.backend: memory)\n";

  @TempDir Path directory;
  private Path temporary = Path.of("");
  private TestRepository repository;

  @BeforeEach
  void open() throws IOException {
    temporary = Files.createDirectory(directory.resolve("temporary"));
    repository = TestRepository.create(directory.resolve("project"));
    repository
        .write(
            "flow.yml",
            """
            - shell: "ls -ld $TMPDIR/prodigy-*; ls $TMPDIR/prodigy-*/sessions"
            - shell: "pwd > $HOME/where; echo x > made; git add made; git commit -qm made"
            """)
        .commit("flow");
  }

  private CommandRun prodigy(Map<String, String> variables) {
    CommandRun run =
        CommandRun.in(repository.path())
            .env("HOME", Files.isDirectory(home()) ? home().toString() : made(home()))
            .env("TMPDIR", temporary.toString())
            .env("PATH", System.getenv("PATH"));
    variables.forEach(run::env);
    return run;
  }

  private Path home() {
    return directory.resolve("home");
  }

  private static String made(Path path) {
    try {
      return Files.createDirectories(path).toString();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void nothingIsLeft() {
    assertThat(temporary).isEmptyDirectory();
    assertThat(home().resolve(".prodigy/sessions")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PRODIGY_STORAGE_TYPE=Memory", "PRODIGY__STORAGE__BACKEND=memory"})
  void aRunHasAStoreOfItsOwnAndItsWorkStays(String variable) throws IOException {
    String[] parts = variable.split("=", -1);

    var result = prodigy(Map.of(parts[0], parts[1])).run("run", "flow.yml", "-y");

    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.err()).isEqualTo(NOTHING_KEPT);
    assertThat(result.out()).contains("drwx------").contains("session-");
    assertThat(Files.readString(home().resolve("where"))).startsWith(temporary.toString());
    assertThat(repository.path().resolve("made")).exists();
    nothingIsLeft();
    assertThat(prodigy(Map.of()).run("sessions", "ls").out()).doesNotContain("session-");
  }

  @Test
  void aRunThatFailsLeavesNothingEither() {
    repository
        .write("bad.yml", "- shell: \"mkdir -p a/b; touch a/b/c; chmod 500 a a/b; false\"\n")
        .commit("bad");

    var result = prodigy(Map.of("PRODIGY_STORAGE_TYPE", "memory")).run("run", "bad.yml", "-y");

    assertThat(result.code()).isEqualTo(ExitCode.FAILED);
    assertThat(result.err()).startsWith(NOTHING_KEPT);
    nothingIsLeft();
  }

  @Test
  void itOutranksAPlaceButTheConfigurationThereCounts() throws IOException {
    Path place = Files.createDirectory(directory.resolve("place"));
    Files.writeString(
        place.resolve("config.yml"),
        "storage: {backend: memory}\nproject: {variables: {greeting: hello}}\n");
    repository.write("greet.yml", "- shell: 'echo \"${greeting} there\"'\n").commit("greet");

    var result = prodigy(Map.of("PRODIGY_HOME", place.toString())).run("run", "greet.yml", "-y");

    assertThat(result.out()).contains("hello there");
    assertThat(result.err()).isEqualTo(NOTHING_KEPT);
    assertThat(place.resolve("sessions")).doesNotExist();
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void aVariableOutranksTheFile() throws IOException {
    Path config = home().resolve(".prodigy/config.yml");
    Files.createDirectories(config.getParent());
    Files.writeString(config, "storage: {backend: memory}\n");

    var result = prodigy(Map.of("PRODIGY_STORAGE_TYPE", "FILE")).run("run", "flow.yml", "-y");

    assertThat(result.err()).doesNotContain("nothing is kept");
    assertThat(home().resolve(".prodigy/sessions")).isNotEmptyDirectory();
  }

  @Test
  void theUsersTemplatesAreStillFound() throws IOException {
    Path templates = Files.createDirectories(home().resolve(".prodigy/templates"));
    Files.writeString(templates.resolve("greet.yml"), "name: greet\ncommands: [{shell: 'true'}]\n");

    var result = prodigy(Map.of("PRODIGY_STORAGE_TYPE", "memory")).run("template", "list");

    assertThat(result.out()).contains("greet");
    assertThat(result.err()).as("no store was needed").isEmpty();
  }

  @Test
  void aRepositoryCannotMakeAUserKeepNothing() {
    repository.write(".prodigy/config.yml", "storage: {backend: memory}\n").commit("config");

    var result = prodigy(Map.of()).run("run", "flow.yml", "-y");

    assertThat(result.err()).contains("storage.backend is ignored in a project's file");
    assertThat(home().resolve(".prodigy/sessions")).isNotEmptyDirectory();

    repository.write(".prodigy/config.yml", "storage: {backend: file}\n");
    assertThat(prodigy(Map.of()).run("config", "validate", "--strict").err()).isEmpty();
  }

  @Test
  void anUnknownBackendIsRefusedWithThoseThereAre() {
    Map<String, String> sqlite = Map.of("PRODIGY_STORAGE_TYPE", "sqlite");
    for (String[] command :
        new String[][] {{"run", "flow.yml"}, {"events", "ls"}, {"config", "validate"}}) {
      var result = prodigy(sqlite).run(command);

      assertThat(result.code()).isEqualTo(ExitCode.CONFIGURATION);
      assertThat(result.err())
          .contains("$PRODIGY_STORAGE_TYPE: storage.backend is 'sqlite': Unknown storage backend")
          .contains("(use filesystem or memory)");
    }
    var diagnosis = prodigy(sqlite).run("config", "trace", "--diagnose");
    assertThat(diagnosis.code()).isZero();
    assertThat(diagnosis.out()).contains("Unknown storage backend");
  }

  @Test
  void aPlaceWhereNoStoreCanBeMadeIsNamed() {
    var result =
        prodigy(Map.of("PRODIGY_STORAGE_TYPE", "memory", "TMPDIR", "/nonexistent"))
            .run("sessions", "ls");

    assertThat(result.code()).isEqualTo(ExitCode.FAILED);
    assertThat(result.err()).contains("Cannot make a store in /nonexistent").contains("TMPDIR");
  }
}
