package dev.prodigy.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.cli.CommandRun;
import dev.prodigy.cli.ExitCode;
import dev.prodigy.model.Json;
import dev.prodigy.testkit.TestRepository;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Settings of the program, as users see them and as runs feel them.
class ConfigCommandsTest {
  private static final String KEY = "sk-ant-0123456789abcdef";

  @TempDir Path home;
  private TestRepository repository;
  private final Map<String, String> variables = new HashMap<>();

  @BeforeEach
  void open() {
    repository = TestRepository.create(home.resolve("project"));
  }

  private CommandRun.Result prodigy(String... args) {
    CommandRun run =
        CommandRun.in(repository.path())
            .env("HOME", home.resolve("home").toString())
            .env("PATH", System.getenv("PATH"));
    variables.forEach(run::env);
    return run.run(args);
  }

  private void global(String yaml) {
    repository.write("../home/.prodigy/config.yml", yaml);
  }

  private void project(String yaml) {
    repository.write(".prodigy/config.yml", yaml);
  }

  private JsonNode json(String... args) {
    return Json.parse(prodigy(args).out());
  }

  @Test
  void withoutAnyFileTheDefaultsAreInEffect() {
    assertThat(prodigy("config", "show", "log_level").out()).isEqualTo("log_level: \"info\"\n");
    assertThat(json("config", "show", "--json").get("max_concurrent_specs").intValue())
        .isEqualTo(4);
    assertThat(json("config", "show", "storage.backend", "--json"))
        .isEqualTo(Json.parse("{\"storage\":{\"backend\":\"filesystem\"}}"));
    assertThat(prodigy("config", "show").out())
        .startsWith("Effective configuration:\n  log_level: info\n  claude_api_key: (not set)\n")
        .contains("  Storage:\n", "    backend: filesystem\n");
    var unknown = prodigy("config", "show", "nope");
    assertThat(unknown.code()).isEqualTo(ExitCode.FAILED);
    assertThat(unknown.err()).contains("No value found at path: nope");
  }

  @Test
  void aFileThatCannotBeReadIsNamedWithWhatTheSystemSays() {
    repository.write("../home/.prodigy/config.yml/in-the-way", "");

    var result = prodigy("config", "show", "-v");
    assertThat(result.code()).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(result.err().lines())
        .contains("error[E1001]: Failed to load configuration:", "  - Is a directory")
        .anyMatch(line -> line.endsWith("config.yml: cannot be read: Is a directory"));
  }

  @Test
  void aTraceTellsEverySourceInTheOrderTheyCount() {
    global("# mine\n\nlog_level: debug\n");
    variables.put("PRODIGY__LOG_LEVEL", "warn");

    assertThat(prodigy("config", "trace", "log_level").out())
        .isEqualTo(
            """
            log_level: "warn"
              ├── default: "info" (overridden)
              ├── ~/.prodigy/config.yml:3: "debug" (overridden)
              └── $PRODIGY__LOG_LEVEL: "warn" ← final value
            """);
    JsonNode traced = json("config", "trace", "log_level", "--json");
    assertThat(traced.get("history")).hasSize(3);
    assertThat(traced.at("/history/1/source/line").intValue()).isEqualTo(3);
    assertThat(traced.at("/final_source/type").asString()).isEqualTo("environment");
    assertThat(prodigy("config", "trace", "--overrides").out())
        .contains("log_level")
        .doesNotContain("auto_commit");
  }

  @Test
  void everythingWrongIsToldWithItsPlaceAndARunDoesNotBegin() {
    project("log_level: loud\nmax_concurrent_specs: 0\n");
    repository.write("flow.yml", "- shell: touch here\n");

    var checked = prodigy("config", "validate");
    var run = prodigy("run", "flow.yml");

    assertThat(checked.code()).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(checked.err())
        .contains("Failed to load configuration:")
        .contains(".prodigy/config.yml:1:12: log_level must be one of: trace, debug, info")
        .contains(".prodigy/config.yml:2:23: max_concurrent_specs must be between 1 and 100");
    assertThat(run.code()).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(repository.branches()).containsExactly("main");
  }

  @Test
  void brokenFilesAreErrorsWithAPosition() {
    project("log_level: info\nlog_level: debug\n");
    var twice = prodigy("config", "validate");
    project("a: [1\n");
    var broken = prodigy("config", "validate");
    project("- a\n");
    var list = prodigy("config", "validate");
    project("# nothing\n");

    assertThat(twice.code()).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(twice.err()).contains("config.yml:2:1: key `log_level` appears twice");
    assertThat(broken.code()).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(broken.err()).contains("config.yml:2:1: ");
    assertThat(list.code()).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(prodigy("config", "validate").code()).isZero();
  }

  @Test
  void aProjectMayWriteItsOwnSettingsFlatAndInYamlFiles() {
    repository.write(".prodigy/config.yaml", "name: shop\nvariables: {region: eu}\n");
    repository.write(".prodigy/config.local.yml", "variables: {zone: b}\n");

    assertThat(prodigy("config", "show", "project.name").out())
        .isEqualTo("project.name: \"shop\"\n");
    assertThat(json("config", "show", "project.variables", "--json").at("/project/variables"))
        .isEqualTo(Json.parse("{\"region\":\"eu\",\"zone\":\"b\"}"));
  }

  @Test
  void nullInAHigherFilePutsTheDefaultBack() {
    global("max_concurrent_specs: 7\nstorage: {timeout: 5s}\n");
    project("max_concurrent_specs: null\nstorage:\n");

    assertThat(prodigy("config", "show", "max_concurrent_specs").out()).endsWith(": 4\n");
    assertThat(prodigy("config", "show", "storage.timeout").out()).endsWith(": \"30s\"\n");
  }

  @Test
  void anEmptyVariableCountsAsUnsetAndIsTold() {
    variables.put("PRODIGY__DEFAULT_EDITOR", "");

    var diagnosis = prodigy("config", "trace", "--diagnose");

    assertThat(diagnosis.out())
        .contains("default_editor is set but empty from $PRODIGY__DEFAULT_EDITOR")
        .contains("Suggestion: unset PRODIGY__DEFAULT_EDITOR");
    assertThat(prodigy("config", "show").out()).contains("default_editor: (not set)");
  }

  @Test
  void misspelledSettingsAreAWarningUnlessStrict() {
    project("logLevel: debug\n");

    var lenient = prodigy("config", "validate");

    assertThat(lenient.code()).isZero();
    assertThat(lenient.err()).contains("Unknown field 'logLevel'").contains("'log_level'");
    assertThat(prodigy("config", "validate", "--strict").code()).isEqualTo(ExitCode.CONFIGURATION);
  }

  @Test
  void keysAreNeverShownWhole() {
    global("claude_api_key: " + KEY + "\nproject: {variables: {db_password: short}}\n");

    for (String[] args :
        new String[][] {
          {"config", "show"},
          {"config", "show", "--json"},
          {"config", "trace"},
          {"config", "trace", "--json"},
          {"config", "trace", "--diagnose"}
        }) {
      assertThat(prodigy(args).out()).doesNotContain(KEY).doesNotContain("short");
    }
    assertThat(prodigy("config", "show").out()).contains("claude_api_key: sk-ant-0...");
    assertThat(prodigy("config", "trace", "--diagnose").out()).contains("chmod 600");
  }

  @Test
  void wrongVariablesAreNamed() {
    variables.put("PRODIGY_AUTO_COMMIT", "perhaps");
    variables.put("PRODIGY__PROJECT__SPEC_DIR", "/abs");

    var result = prodigy("config", "validate");

    assertThat(result.code()).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(result.err())
        .contains("$PRODIGY_AUTO_COMMIT: auto_commit must be true or false")
        .contains("$PRODIGY__PROJECT__SPEC_DIR: project.spec_dir should be a relative path");
  }

  @Test
  void theStoreIsWhereTheUserSaysButNeverWhereARepositorySays() {
    repository.write("flow.yml", "- shell: 'true'\n");
    project("prodigy_home: " + home.resolve("evil") + "\n");
    assertThat(prodigy("run", "flow.yml").err()).contains("prodigy_home is ignored");
    assertThat(home.resolve("evil")).doesNotExist();
    assertThat(home.resolve("home/.prodigy/sessions")).isNotEmptyDirectory();

    global("storage: {base_path: ~/elsewhere}\n");
    assertThat(prodigy("run", "flow.yml").code()).isZero();
    assertThat(home.resolve("home/elsewhere/sessions")).isNotEmptyDirectory();
    assertThat(prodigy("sessions", "ls").out()).contains("\"status\":\"Completed\"");
  }

  @Test
  void runsFeelWhatIsSet() {
    global(
        """
        auto_commit: false
        project: {variables: {greeting: hello}}
        secret_providers: {vault2: {command: "printf provided-%s"}}
        """);
    repository.write(
        "flow.yml",
        """
        secrets: {KEY: {provider: vault2, key: k}}
        commands:
          - shell: echo "${greeting} from ${project.spec_dir}"; test "$KEY" = provided-k
          - shell: echo x > made
            auto_commit: true
        """);

    var result = prodigy("run", "flow.yml");

    assertThat(result.err() + result.out())
        .contains("hello from specs")
        .doesNotContain("provided-k");
    assertThat(result.code()).isZero();
    assertThat(result.err() + result.out()).contains("auto_commit is off in the configuration");
    assertThat(result.out()).contains("0 files changed");
  }
}
