package dev.prodigy.workflow;

import static dev.prodigy.workflow.Workflows.causes;
import static dev.prodigy.workflow.Workflows.error;
import static dev.prodigy.workflow.Workflows.remarks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prodigy.model.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BadWorkflowsTest {

  @Test
  void theWholeMessageNamesFilePlaceLineStepFieldAndShapes() {
    var e = error("- shell: echo a\n- shell: echo b\n- shell: just test\n  timeout: [1]\n");

    assertThat(e.message()).isEqualTo("Failed to parse YAML playbook: w.yml");
    assertThat(e.where())
        .isEqualTo(
            """
            w.yml:4:12
            Error at line 4, column 12
            Problematic line:   timeout: [1]
                                         ^""");
    assertThat(e.why())
        .isEqualTo(
            "step 3 (`shell: just test`): field `timeout`:"
                + " expected seconds or a duration, got a list");
    assertThat(e.hint()).contains("- shell: \"make test\"").contains("commands:");
    assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_INVALID_VALUE);
  }

  @Test
  void allProblemsAreToldAtOnceByPosition() {
    var e =
        error(
            """
            name: x
            max_iterations: 0
            commands:
              - shel: a
              - shell: b
                timeout: soon
              - claude: c
                commit_required: maybe
            nmae: y
            """);

    assertThat(e.problems().stream().map(Problem::cause))
        .containsExactly(
            "field `max_iterations`: must be at least 1, is 0",
            "step 1: No command specified. Use one of: claude, shell, test, handler, foreach,"
                + " write_file, or name/command",
            "step 1: unknown field `shel`, did you mean `shell`?",
            "step 2 (`shell: b`): field `timeout`: Invalid duration format: 'soon'"
                + " (use e.g. 30d, 12h, 45m)",
            "step 3 (`claude: c`): field `commit_required`: expected true or false, got text",
            "unknown field `nmae`, did you mean `name`?");
    assertThat(e.why())
        .contains(
            """


            w.yml:6:14
            Error at line 6, column 14
            Problematic line:     timeout: soon
                                           ^
            step 2 (`shell: b`): field `timeout`:""");
  }

  @Test
  void unknownFieldsAreWarningsWithTheNearestNameAndAreIgnored() {
    assertThat(remarks("nmae: x\ncommands:\n  - shell: a\n    timeot: 3\n    zzz: 1\n"))
        .containsExactly(
            "1:1 warning: unknown field `nmae`, did you mean `name`?",
            "4:5 warning: step 1 (`shell: a`): unknown field `timeot`, did you mean `timeout`?",
            "5:5 warning: step 1 (`shell: a`): unknown field `zzz`");
    assertThat(causes("- shell: a\n  on_failure: {shel: b}\n").getFirst())
        .contains("No command specified: did you mean `shell`?");
  }

  @Test
  void warningsThatMayExplainAnErrorAreToldWithIt() {
    assertThat(error("name: j\nmode: mapreduce\nmap:\n  agent_templat: [a]\n  input: x\n").why())
        .startsWith("field `map`: `agent_template` is missing")
        .contains("\nwarning: w.yml:4:3: field `map`: unknown field `agent_templat`, did you mean");
  }

  @Test
  void hugeTextsAreNotQuotedInFull() {
    var e =
        error(
            "- shell: a\n  timeout: ["
                + "x, ".repeat(100_000)
                + "]\n  "
                + "k".repeat(9999)
                + ": 1\n");

    assertThat(e.where()).hasSizeLessThan(600).contains("…");
    assertThat(e.why()).hasSizeLessThan(3000);
  }

  @Test
  void syntaxErrorsHaveTheirPlace() {
    assertThat(causes("commands:\n\t- shell: a\n"))
        .containsExactly("2:1 tabs cannot be used for indentation: use spaces");
    assertThat(causes("- shell: a\n  timeout: 1\n  timeout: 2\n"))
        .containsExactly("3:3 step 1 (`shell: a`): key `timeout` appears twice, first in line 2");
    assertThat(causes("- shell: \"a\n- shell: b\n").getFirst())
        .contains("quoted scalar")
        .contains("it begins at line 1");
    assertThat(causes("- shell: a\n---\n- shell: b\n").getFirst())
        .isEqualTo("2:1 a workflow file holds one document, this is the second");
    assertThat(causes("# nothing\n")).containsExactly("1:1 the file is empty");
    assertThat(causes("- shell: a\u0007\n"))
        .containsExactly("1:11 character U+0007 is not allowed");
    assertThat(error("- shell: [").code()).isEqualTo(ErrorCode.WORKFLOW_SYNTAX);
    assertThat(causes("%YAML 2.0\n---\n- shell: a\n").getFirst())
        .isEqualTo("1:1 only YAML 1.2 is understood: leave the line with %YAML out");
    assertThat(causes("- shell: a\n  retry: !!int x\n").getFirst())
        .isEqualTo("2:10 step 1 (`shell: a`): field `retry`: expected a whole number, got `x`");
  }

  @Test
  void nestingAndAliasesAreLimited() {
    assertThat(causes("- " + "[".repeat(200) + "]".repeat(200)))
        .containsExactly("1:102 nested more than 100 levels deep");
    var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 8; i++) {
      bomb.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(10)));
    }
    assertThat(causes(bomb.toString()).getFirst())
        .contains("aliases stand for more than 100000 nodes");
    assertThat(causes("- &a [*a]").getFirst()).contains("nest");
  }

  @Test
  void referencesNestOnlySoDeep() {
    assertThat(causes("- claude: \"" + "${a:-".repeat(1000) + "}".repeat(1000) + "\"\n").getFirst())
        .contains("references nest more than 100 deep");
    assertThat(causes("- claude: \"" + "${".repeat(50_000) + "\"\n").getFirst())
        .contains("references nest more than 100 deep");
  }

  @Test
  void aStepHasExactlyOneCommand() {
    assertThat(causes("- shell: a\n  claude: /b\n"))
        .containsExactly(
            "1:3 step 1 (`shell: a`): Multiple command types specified."
                + " Use only one of: shell, claude");
    assertThat(causes("- id: a\n").getFirst())
        .startsWith("1:3 step 1: No command specified. Use one of: claude,");
    assertThat(causes("- [a]\n")).containsExactly("1:3 step 1: expected a step, got a list");
    assertThat(causes("- shell: ''\n"))
        .containsExactly("1:10 step 1 (`shell: `): field `shell`: must not be empty");
  }

  @Test
  void agentsNeedSomethingToDo() {
    assertThat(causes("- agent: codex\n"))
        .containsExactly(
            "1:3 step 1 (`agent: codex`): `prompt` is missing: what the agent `codex` is to do");
    assertThat(causes("- agent: shell\n  prompt: a\n"))
        .containsExactly(
            "1:3 step 1 (`agent: shell`): `run` is missing: what the agent `shell` runs");
    assertThat(causes("- agent: {name: codex, prompt: a, run: b}\n").getFirst())
        .endsWith("only the agent `shell` has `run`");
  }

  @Test
  void definitionsOfAgentsAreChecked() {
    assertThat(
            causes(
                """
                agents:
                  mine:
                    command: m
                    format: xml
                    argz: []
                    rules: [{emit: say, when: {path: a.b}}]
                commands: [{agent: mine, prompt: a}]
                """))
        .satisfiesExactlyInAnyOrder(
            format -> assertThat(format).startsWith("4:13").contains("expected one of claude-"),
            key -> assertThat(key).startsWith("5:11").contains("unknown key `argz`"),
            emit -> assertThat(emit).startsWith("6:12").contains("`emit` must be one of"));
  }

  @Test
  void whatWasRemovedIsToldOf() {
    assertThat(causes("- goal_seek: x\n").getFirst()).contains("`goal_seek` was removed");
  }

  @Test
  void listsAndShapesAreChecked() {
    assertThat(causes("[]")).containsExactly("1:1 Workflow has no steps to execute");
    assertThat(causes("commands: []\n"))
        .containsExactly("1:11 field `commands`: Workflow has no steps to execute");
    assertThat(causes("name: x\n")).containsExactly("1:1 `commands` is missing");
    assertThat(causes("commands: [a]\nsteps: [b]\n"))
        .containsExactly("2:8 field `steps`: `steps` is the same as `commands`: give one of them");
    assertThat(causes("map: {}\nname: x\n"))
        .containsExactly("1:1 `map` belongs to MapReduce: add `mode: mapreduce`");
    assertThat(causes("mode: map-reduce\ncommands: [a]\n").getFirst())
        .isEqualTo(
            "1:7 field `mode`: unknown word `map-reduce`, did you mean `mapreduce`?"
                + " (valid: standard, sequential, mapreduce)");
    assertThat(causes("just text"))
        .containsExactly("1:1 expected a list of steps, or a mapping with `commands`, got text");
    assertThat(causes("commands: [a]\nmerge: []\n"))
        .containsExactly(
            "2:8 field `merge`: must not be empty: leave it out for the default merge");
    assertThat(causes("- {id: a, shell: x}\n- {id: a, shell: y}\n- {id: 'b c', shell: z}\n"))
        .containsExactly(
            "2:3 step 2 has the id `a` of another step in its list",
            "3:8 step 3 (`shell: z`): field `id`:"
                + " an id has letters, digits, _ and - only, got `b c`");
  }

  @Test
  void embeddedLanguagesAreCheckedAtTheirPlace() {
    assertThat(causes("- shell: a\n  when: \"x ==\"\n").getFirst())
        .startsWith("2:")
        .contains("field `when`");
    var filter =
        error(
            """
            name: j
            mode: mapreduce
            map:
              input: a.json
              filter: "score >="
              json_path: "$.items["
              sort_by: "a SIDEWAYS"
              agent_template: [{shell: "true"}]
            """);
    assertThat(filter.problems()).hasSize(3);
    assertThat(filter.problems().get(0).cause()).startsWith("field `map.filter`: ");
    assertThat(filter.problems().get(0).position().line()).isEqualTo(5);
    assertThat(filter.problems().get(0).position().column()).isGreaterThan(11);
    assertThat(filter.problems().get(1).cause()).startsWith("field `map.json_path`: ");
    assertThat(filter.problems().get(2).cause()).startsWith("field `map.sort_by`: ");
    assertThat(causes("- shell: a\n  retry: {retry_on: {pattern: 'a('}}\n").getFirst())
        .contains("field `retry.retry_on.pattern`: not a regular expression: Unclosed group");
  }

  @Test
  void mapReduceMistakesAreNamed() {
    var e =
        error(
            """
            mode: 'MapReduce'
            map:
              inputs: a.json
              max_parallel: 0
              agent_template: []
              timeout_config: {timeout_policy: per_agnet, command_timeouts: {bash: 3}}
            error_policy: {failure_threshold: 1.5, on_item_failure: ignore}
            """);

    assertThat(e.message()).isEqualTo("Failed to parse MapReduce workflow: w.yml");
    assertThat(e.problems().stream().map(Problem::cause))
        .containsExactly(
            "`name` is missing",
            "field `map`: `input` is missing",
            "field `map`: unknown field `inputs`, did you mean `input`?",
            "field `map.max_parallel`: must be at least 1, is 0",
            "field `map.agent_template`: must not be empty",
            "field `map.timeout_config.timeout_policy`: unknown word `per_agnet`,"
                + " did you mean `per_agent`? (valid: per_agent, per_command, hybrid)",
            "field `map.timeout_config.command_timeouts.bash`: expected a command type,"
                + " or one with a number (claude, shell_1), got `bash`",
            "field `error_policy.failure_threshold`: must be between 0.0 and 1.0, is 1.5",
            "field `error_policy.on_item_failure`: unknown word `ignore`"
                + " (valid: dlq, retry, skip, stop, custom:<command>)");
    assertThat(causes("name: j\nmode: mapreduce\nsetup: [{shell: a}]\n"))
        .containsExactly("1:1 `map` is missing");
    assertThat(
            causes(
                """
                name: j
                mode: mapreduce
                setup: {commands: [a], capture_outputs: {A: 1, B: {command_index: 0, nope: 1}}}
                map: {agent_template: [{shell: b, timout: 3}]}
                """))
        .containsExactly(
            "3:45 field `setup.capture_outputs.A`: there is no command 1:"
                + " setup has 1, counted from 0",
            "3:70 warning: field `setup.capture_outputs.B`: unknown field `nope` (known: command_index,"
                + " source, max_size, pattern, multiline, json_path, default)",
            "4:35 warning: agent_template step 1 (`shell: b`): unknown field `timout`,"
                + " did you mean `timeout`?");
  }

  @Test
  void jsonFilesAreJson() {
    var e = error("{\"commands\": [\n  {\"shell\": \"a\",}\n]}", "w.json");

    assertThat(e.message()).isEqualTo("Failed to parse JSON playbook: w.json");
    assertThat(e.where()).contains("w.json:2:").contains("Error at line 2, column ");
    assertThat(e.why()).startsWith("not valid JSON: ");
    assertThat(error("{\"commands\": [{\"shel\": \"a\"}]}", "w.json").where())
        .startsWith("w.json:1:");
  }

  @Test
  void filesThatCannotBeReadAreNamed(@TempDir Path dir) throws Exception {
    Path missing = dir.resolve("no.yml");
    assertThatThrownBy(() -> WorkflowLoader.load(missing))
        .isInstanceOf(WorkflowException.class)
        .hasMessage("Workflow file '%s' does not exist".formatted(missing));
    assertThatThrownBy(() -> WorkflowLoader.load(dir))
        .hasMessage("Failed to read playbook file: " + dir);
    Path latin = Files.write(dir.resolve("l.yml"), new byte[] {'-', ' ', (byte) 0xe9, '\n'});
    assertThatThrownBy(() -> WorkflowLoader.load(latin))
        .hasMessage("Failed to read playbook file: " + latin)
        .extracting(e -> ((WorkflowException) e).why())
        .isEqualTo("not UTF-8 text");
  }

  @Test
  void handlersAndForeachHaveTheirRules() {
    assertThat(remarks("- shell: a\n  on_failure: {shell: b, max_atempts: 2}\n"))
        .containsExactly(
            "2:26 warning: step 1 (`shell: a`): field `on_failure`: unknown field `max_atempts`,"
                + " did you mean `max_attempts`?");
    assertThat(causes("- shell: a\n  on_failure: {strategy: prayer}\n").getFirst())
        .contains("unknown word `prayer`")
        .contains("recovery, fallback, cleanup, custom");
    assertThat(causes("- foreach: [1]\n  parallel: 0\n  do: [{shell: a}]\n"))
        .containsExactly("2:13 step 1 (`foreach: 1`): field `parallel`: must be at least 1, is 0");
    assertThat(causes("- foreach: [1]\n  parallel: 2\n  do: [{shell: a, auto_commit: true}]\n"))
        .singleElement()
        .asString()
        .startsWith("3:32 step 1 (`foreach: 1`), do step 1 (`shell: a`): field `auto_commit`:");
    var deep = new StringBuilder("{shell: a}");
    for (int i = 0; i < 11; i++) {
      deep.insert(0, "{shell: a, on_failure: ").append('}');
    }
    assertThat(causes("- " + deep).getFirst()).contains("nest more than 10 deep");
    assertThat(causes("- shell: a\n  allow_failure: true\n  on_failure: false\n").getFirst())
        .contains("contradicts");
  }
}
