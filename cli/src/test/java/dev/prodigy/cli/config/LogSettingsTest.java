package dev.prodigy.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.cli.CommandRun;
import dev.prodigy.cli.CommandRun.Result;
import dev.prodigy.cli.ExitCode;
import dev.prodigy.model.Json;
import dev.prodigy.testkit.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// `log_level` and `logging.format`: which lines beside the answer are said, and in what form.
class LogSettingsTest {
  private static final String WARNING = "PRODIGY_STORAGE_DIR is deprecated; use PRODIGY_HOME";
  private static final String JOB =
      """
      name: job
      mode: mapreduce
      map:
        input: [{id: 1}]
        agent_template:
          - shell: "echo to-out; echo to-err >&2"
      """;

  @TempDir Path home;
  private TestRepository repository;

  @BeforeEach
  void open() {
    repository = TestRepository.create(home.resolve("project"));
  }

  /// Every command warns of a variable that is set.
  private CommandRun prodigy() {
    return prodigyIn(repository.path());
  }

  private CommandRun prodigyIn(Path directory) {
    return CommandRun.in(directory)
        .env("HOME", home.toString())
        .env("PATH", System.getenv("PATH"))
        .env("PRODIGY_STORAGE_DIR", home.resolve("store").toString());
  }

  private void user(String yaml) throws IOException {
    Files.createDirectories(home.resolve(".prodigy"));
    Files.writeString(home.resolve(".prodigy/config.yml"), yaml);
  }

  private static List<JsonNode> lines(Result result) {
    return result.err().lines().map(Json::parse).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', '', '', true",
    "error, '', '', '', false",
    "debug, '', '', '', true",
    "error, info, '', '', true",
    "info, ERROR, '', '', false",
    "error, 'prodigy=debug,error', '', '', false",
    "info, 'prodigy=debug,error', '', '', true",
    "info, error, warn, '', true",
    "info, info, error, '', false",
    "error, error, error, -v, true",
    "error, error, error, -vv, true",
    "info, '', '', -q, false"
  })
  void theLevelIsTheVerbositysElseOursElseRustsElseTheSetting(
      String setting, String rust, String ours, String option, boolean warned) throws IOException {
    user(setting.isEmpty() ? "" : "log_level: " + setting + "\n");
    CommandRun run = prodigy().env("RUST_LOG", rust).env("PRODIGY_LOG_LEVEL", ours);

    Result result =
        option.isEmpty() ? run.run("sessions", "ls") : run.run("sessions", "ls", option);

    assertThat(result.code()).isZero();
    assertThat(result.err().contains("warning: " + WARNING)).isEqualTo(warned);
    assertThat(result.out()).doesNotContain(WARNING);
  }

  @Test
  void errorsAreToldAtEveryLevel() {
    Result result = prodigy().env("PRODIGY_LOG_LEVEL", "error").run("events", "show", "nope");

    assertThat(result.code()).isEqualTo(ExitCode.FAILED);
    assertThat(result.err()).startsWith("error[E3004]: Job 'nope' not found");
  }

  @Test
  void whereTheLevelComesFromIsTraced() throws IOException {
    user("log_level: debug\n");

    assertThat(prodigy().env("RUST_LOG", "warn").run("config", "trace", "log_level").out())
        .contains("└── $RUST_LOG: \"warn\" ← final value");
    CommandRun both = prodigy().env("RUST_LOG", "warn").env("PRODIGY_LOG_LEVEL", "error");
    assertThat(both.run("config", "show", "log_level").out()).isEqualTo("log_level: \"error\"\n");
    assertThat(both.run("config", "trace", "--diagnose").out()).doesNotContain("unset RUST_LOG");
  }

  @Test
  void aProjectsSettingsCountInItsDirectoriesAndWorktrees() {
    repository.write("deep/below/file", "").write("readme", "").commit("files");
    repository.write(".prodigy/config.local.yml", "log_level: error\n");
    Path linked = home.resolve("linked");
    repository.git("worktree", "add", "-q", linked.toString());

    for (Path directory : List.of(repository.path().resolve("deep/below"), linked)) {
      assertThat(prodigyIn(directory).run("sessions", "ls").err()).as("%s", directory).isEmpty();
    }
    assertThat(prodigyIn(home).run("sessions", "ls").err()).contains(WARNING);
  }

  @Test
  void aLevelThatIsNoneIsRefusedByEveryCommandButThoseThatExplainIt() {
    Result result = prodigy().env("PRODIGY_LOG_LEVEL", "loud").run("events", "ls");

    assertThat(result.code()).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(result.err())
        .contains("$PRODIGY_LOG_LEVEL: log_level must be one of: trace, debug, info, warn, error");
    Result diagnosis =
        prodigy().env("PRODIGY_LOG_LEVEL", "loud").run("config", "trace", "--diagnose");
    assertThat(diagnosis.code()).isZero();
    assertThat(diagnosis.out()).contains("log_level must be one of");
  }

  @Test
  void whatElseIsWrongDoesNotKeepFromLooking() {
    repository.write(".prodigy/config.yml", "log_level: error\nmax_concurrent_specs: 0\n");

    assertThat(prodigy().run("events", "ls")).isEqualTo(new Result(0, "", ""));
  }

  @Test
  void asJsonEachLineOnStandardErrorIsAnObject() throws IOException {
    user("logging: {format: json}\n");

    Result result = prodigy().run("events", "show", "nope");

    assertThat(lines(result)).hasSize(2);
    JsonNode warning = lines(result).getFirst();
    assertThat(warning.propertyNames()).containsExactly("timestamp", "level", "message");
    assertThat(warning.get("timestamp").asString())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    assertThat(warning.get("level").asString()).isEqualTo("warn");
    assertThat(warning.get("message").asString()).isEqualTo(WARNING);
    JsonNode error = lines(result).getLast();
    assertThat(error.get("level").asString()).isEqualTo("error");
    assertThat(error.get("message").asString()).startsWith("error[E3004]: Job 'nope' not found");
  }

  @Test
  void asJsonSoAreWrongCommandLinesAndTheHelpOfGroups() {
    for (String[] words : new String[][] {{"evnts"}, {"events", "ls", "--nope"}, {"dlq"}}) {
      Result result = prodigy().env("PRODIGY__LOGGING__FORMAT", "json").run(words);

      assertThat(result.code()).isEqualTo(ExitCode.USAGE);
      assertThat(lines(result))
          .last()
          .extracting(l -> l.get("level").asString())
          .isEqualTo("error");
      assertThat(lines(result)).hasSize(1);
    }
  }

  @Test
  void anErrorInTheFormThatWasAskedForStaysAsItIs() {
    Result result =
        prodigy().env("PRODIGY__LOGGING__FORMAT", "json").run("events", "show", "nope", "--json");

    assertThat(lines(result).getLast().at("/error/code").intValue()).isEqualTo(3004);
  }

  @Test
  void questionsAreAskedInWords() throws IOException {
    Path file =
        Files.writeString(
            repository.path().resolve("f.jsonl"),
            "{\"type\":\"AgentStarted\",\"id\":\"1\",\"timestamp\":\"2025-01-11T12:00:00.000Z\","
                + "\"job_id\":\"j\"}\n");

    Result result =
        prodigy()
            .env("PRODIGY__LOGGING__FORMAT", "json")
            .env("PRODIGY_LOG_LEVEL", "error")
            .typing("n\n")
            .run("events", "clean", "--max-events", "0", "--file", file.toString());

    assertThat(result.err()).isEqualTo("Delete 1 event? [y/N] ");
    assertThat(result.out()).endsWith("Cancelled.\n");
  }

  @Test
  void whatARunSaysBesideItsAnswerIsOnStandardError() {
    repository.write("job.yml", JOB).commit("job");

    Result plain = prodigy().run("run", "job.yml", "-y");
    Result detailed = prodigy().run("run", "job.yml", "-y", "-v");
    Result json = prodigy().env("PRODIGY__LOGGING__FORMAT", "json").run("run", "job.yml", "-yv");

    assertThat(plain.out() + plain.err()).doesNotContain("Executing step");
    assertThat(detailed.err()).contains(": Executing step 1/1\n");
    assertThat(detailed.out()).doesNotContain("Executing step").contains("to-out");
    assertThat(json.code()).isZero();
    assertThat(json.out()).contains("to-out").doesNotContain("{\"timestamp\"");
    assertThat(lines(json))
        .anySatisfy(
            line -> {
              assertThat(line.get("level").asString()).isEqualTo("debug");
              assertThat(line.get("message").asString()).endsWith(": Executing step 1/1");
            })
        .anySatisfy(line -> assertThat(line.get("message").asString()).contains("to-err"));
  }

  @Test
  void onATerminalNoStatusLineComesBetweenObjects() {
    repository.write("job.yml", JOB).commit("job");

    Result result =
        prodigy().env("PRODIGY__LOGGING__FORMAT", "json").typing("").run("run", "job.yml", "-y");

    assertThat(result.code()).isZero();
    assertThat(lines(result)).isNotEmpty();
  }
}
