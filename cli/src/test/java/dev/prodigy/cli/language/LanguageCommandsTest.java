package dev.prodigy.cli.language;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.cli.CommandRun;
import dev.prodigy.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// `validate`, `migrate-yaml`, `explain` and `schema` as typed; none needs a repository or a store.
class LanguageCommandsTest {
  @TempDir Path directory;

  private CommandRun.Result prodigy(String... args) {
    return CommandRun.in(directory).env("HOME", directory.toString()).run(args);
  }

  private Path write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  @Test
  void everyFileIsToldAboutAndOneThatCannotRunFails() throws IOException {
    write("flows/good.yml", "- shell: a\n");
    write("flows/deep/bad.yaml", "- shell: a\n  timeout: soon\n- shel: b\n");
    write("flows/notes.txt", "no workflow");
    write("flows/.git/config.yml", "not looked at");

    var result = prodigy("validate", "flows", "flows/good.yml");

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out().lines().filter(line -> line.contains("valid: flows/good.yml")))
        .hasSize(2);
    assertThat(result.err())
        .contains("Workflow has issues: flows/deep/bad.yaml")
        .contains("flows/deep/bad.yaml:2:12: error: step 1 (`shell: a`): field `timeout`")
        .contains("      timeout: soon\n               ^")
        .contains("flows/deep/bad.yaml:3:3: warning: step 2: unknown field `shel`");
    assertThat(prodigy("validate", "none.yml").err()).contains("does not exist");
    assertThat(prodigy("validate").code()).isEqualTo(2);
  }

  @Test
  void doubtsFailOnlyWhenAskedTo() throws IOException {
    write("w.yml", "- test: a\n- claude: \"/x ${nothing}\"\n  timeot: 3\n");

    var result = prodigy("validate", "w.yml");
    assertThat(result.code()).isZero();
    assertThat(result.err())
        .contains("`nothing` is not defined by any step before this one")
        .contains("did you mean `timeout`?")
        .contains("Suggestions:\n  w.yml:1:9: `test` is deprecated");
    assertThat(prodigy("validate", "w.yml", "--suggest=false").err()).doesNotContain("Suggestions");
    assertThat(prodigy("validate", "w.yml", "--strict").code()).isEqualTo(1);
  }

  @Test
  void nestedCommandsAreFineInAnyForm() throws IOException {
    write(
        "w.yml",
        "name: j\nmode: mapreduce\nmap: {input: a, agent_template: {commands: [{shell: b}]}}\n");

    assertThat(prodigy("validate", "w.yml").err()).contains("`commands` is deprecated here");
    assertThat(prodigy("validate", "w.yml", "--format", "any", "--strict").code()).isZero();
  }

  @Test
  void programsGetOneObject() throws IOException {
    write("w.yml", "- shell: a\n  timeout: soon\n");

    var result = prodigy("validate", "w.yml", "--json");

    JsonNode json = Json.parse(result.out());
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).isEmpty();
    assertThat(json.get("valid").asBoolean()).isFalse();
    JsonNode problem = json.at("/files/0/problems/0");
    assertThat(problem.get("severity").asString()).isEqualTo("error");
    assertThat(problem.get("line").asInt()).isEqualTo(2);
    assertThat(problem.get("column").asInt()).isEqualTo(12);
  }

  @Test
  void filesThatBuildUponOthersAreCheckedAndExplainedAsAWhole() throws IOException {
    write("flows/lib/base.yml", "commands:\n  - shell: a\n    timeot: 3\n");
    write(
        "flows/w.yml",
        """
        extends: lib/base.yml
        parameters:
          level: {type: string, required: true}
          token: {type: string, default: hunter2, secret: true}
        env: {LEVEL: "${level}", TOKEN: "${token}"}
        """);

    var checked = prodigy("validate", "flows/w.yml");
    assertThat(checked.code()).as(checked.err()).isZero();
    assertThat(checked.err()).contains("lib/base.yml:3:5: warning: step 1");

    var incomplete = prodigy("explain", "flows/w.yml");
    assertThat(incomplete.code()).isNotZero();
    assertThat(incomplete.err()).contains("Required parameter 'level' not provided");
    var explained = prodigy("explain", "flows/w.yml", "--param", "level=high");
    assertThat(explained.code()).as(explained.err()).isZero();
    assertThat(explained.out())
        .contains("LEVEL: high")
        .contains("base.yml:2")
        .doesNotContain("hunter2");
  }

  @Test
  void migrationShowsKeepsAndReplaces() throws IOException {
    String old = "# flow\nsteps:\n  - test: a   # why\n";
    Path file = write("workflows/w.yml", old);

    var shown = prodigy("migrate-yaml", "--dry-run");
    assertThat(shown.out())
        .isEqualTo(
            """
            --- workflows/w.yml
            +++ workflows/w.yml
            @@ -1,3 +1,3 @@
             # flow
            -steps:
            -  - test: a   # why
            +commands:
            +  - shell: a   # why
            """);
    assertThat(file).hasContent(old);

    assertThat(prodigy("migrate-yaml").out()).contains("Migrated: workflows/w.yml");
    assertThat(file).hasContent("# flow\ncommands:\n  - shell: a   # why\n");
    assertThat(directory.resolve("workflows/w.yml.bak")).hasContent(old);
    assertThat(prodigy("migrate-yaml", file.toString()).out()).contains("Up to date");

    Path inner =
        write("workflows/deep/t.yml", "templates:\n  t: [{test: a}]   # x\ncommands: [/b]\n");
    assertThat(prodigy("migrate-yaml", "workflows").out())
        .contains("Migrated: workflows/deep/t.yml");
    assertThat(inner)
        .hasContent("templates:\n  t: [{shell: a}]   # x\ncommands: [claude: \"/b\"]\n");

    Path bad = write("bad.yml", "- shell: [\n");
    assertThat(prodigy("migrate-yaml", bad.toString()).code()).isEqualTo(1);
    assertThat(prodigy("migrate-yaml", "nowhere").code()).isEqualTo(1);
  }

  @Test
  void explanationsNameTheOriginOfEachValue() throws IOException {
    write("w.yml", "name: x\ncommands:\n  - shell: a\n    cwd: src\n");

    assertThat(prodigy("explain", "w.yml").out().lines())
        .anyMatch(line -> line.matches("name: x +# line 1"))
        .anyMatch(line -> line.matches(" {4}working_dir: src +# line 4, written as cwd"))
        .anyMatch(line -> line.matches("max_iterations: 1 +# default"));
    assertThat(prodigy("explain", "w.yml", "--plain").out()).doesNotContain("#");
    JsonNode values = Json.parse(prodigy("explain", "w.yml", "--json").out()).get("values");
    assertThat(values.get(0))
        .isEqualTo(Json.parse("{\"path\": \"name\", \"value\": \"x\", \"origin\": \"line 1\"}"));
    write("bad.yml", "- shell: [\n");
    assertThat(prodigy("explain", "bad.yml").code()).isEqualTo(1);
  }

  @Test
  void explanationsNameTheSettingThatFillsAValueIn() throws IOException {
    write("flow.yml", "- shell: a\n  retry: {initial_delay: 1s}\n");
    write("job.yml", "name: j\nmode: mapreduce\nmap: {input: i, agent_template: [{shell: a}]}\n");
    write(".prodigy/config.yml", "retry:\n  default_attempts: 7\nworktree: {max_parallel: 2}\n");

    assertThat(prodigy("explain", "flow.yml").out().lines())
        .anyMatch(line -> line.matches(" +attempts: 7 +# retry.default_attempts, ~/.*.yml:2"))
        .anyMatch(line -> line.matches(" +backoff: exponential +# default"));
    assertThat(prodigy("explain", "job.yml").out().lines())
        .anyMatch(line -> line.matches(" +max_parallel: 2 +# worktree.max_parallel, ~/.*.yml:3"));
    assertThat(
            CommandRun.in(directory)
                .env("PRODIGY__RETRY__DEFAULT_BACKOFF", "fixed")
                .run("explain", "flow.yml")
                .out()
                .lines())
        .anyMatch(
            line ->
                line.matches(
                    " +backoff: fixed +# retry.default_backoff, "
                        + "\\$PRODIGY__RETRY__DEFAULT_BACKOFF"));
    write(".prodigy/config.yml", "max_concurent_specs: 3\n");
    assertThat(prodigy("explain", "flow.yml").err().lines()).hasSize(1);
  }

  @Test
  void theSchemaIsJson() {
    assertThat(Json.parse(prodigy("schema").out()).at("/$defs/step/properties/shell").isObject())
        .isTrue();
  }
}
