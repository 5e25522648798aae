package dev.prodigy.workflow.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.workflow.Problem;
import dev.prodigy.workflow.WorkflowLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The description of the language and its readers know the same fields.
class LanguageTest {

  /// For each block a workflow with a place for one more field of it.
  private static final Map<String, String> PLACES =
      Map.ofEntries(
          Map.entry("workflow", "commands: [a]\n@\n"),
          Map.entry("job", job("  input: a\n  agent_template: [a]\n@")),
          Map.entry("step", "- {shell: a, @}\n"),
          Map.entry("steps", "commands: [a]\nmerge: {commands: [a], @}\n"),
          Map.entry("secret_provider", "commands: [a]\nsecret_providers: {x: {command: a, @}}\n"),
          Map.entry("sub_workflow", "commands: [a]\nworkflows: {x: {commands: [a], @}}\n"),
          Map.entry("env_file", "commands: [a]\nenv_files: [{path: a, @}]\n"),
          Map.entry("on_failure", "- {shell: a, on_failure: {shell: b, @}}\n"),
          Map.entry(
              "on_incomplete",
              "- {shell: a, validate: {shell: b, on_incomplete: {shell: c, @}}}\n"),
          Map.entry("test", "- test: {command: a, @}\n"),
          Map.entry("foreach", "- foreach: {foreach: [a], do: [{shell: a}], @}\n"),
          Map.entry("foreach_input", "- {foreach: {@}, do: [{shell: a}]}\n"),
          Map.entry("write_file", "- write_file: {path: a, content: b, @}\n"),
          Map.entry("handler", "- handler: {name: git, attributes: {operation: log}, @}\n"),
          Map.entry("shell_attributes", "- handler: {name: shell, attributes: {command: a, @}}\n"),
          Map.entry("claude_attributes", "- handler: {name: claude, attributes: {prompt: a, @}}\n"),
          Map.entry("git", "- git: {operation: log, @}\n"),
          Map.entry("cargo", "- cargo: {command: test, @}\n"),
          Map.entry("file", "- file: {operation: exists, path: a, @}\n"),
          Map.entry("capture_streams", "- {shell: a, capture_streams: {@}}\n"),
          Map.entry("output", "- {shell: a, id: b, outputs: {c: {file_pattern: d, @}}}\n"),
          Map.entry("commit_config", "- {shell: a, commit_config: {@}}\n"),
          Map.entry("validate", "- {shell: a, validate: {result_file: x, @}}\n"),
          Map.entry("step_validate", "- {shell: a, step_validate: {commands: [b], @}}\n"),
          Map.entry("step_check", "- {shell: a, step_validate: [{command: b, @}]}\n"),
          Map.entry(
              "at_least", "- {shell: a, step_validate: {commands: [b], success_criteria: {@}}}\n"),
          Map.entry("retry", "- {shell: a, retry: {@}}\n"),
          Map.entry("pause", "- {shell: a, retry: {initial_delay: {@}}}\n"),
          Map.entry("retry_on", "- {shell: a, retry: {retry_on: {@}}}\n"),
          Map.entry("fallback", "- {shell: a, retry: {on_failure: {@}}}\n"),
          Map.entry("fallback_command", "- {shell: a, retry: {on_failure: {fallback: {@}}}}\n"),
          Map.entry("circuit_breaker", "- {shell: a, retry: {circuit_breaker: {@}}}\n"),
          Map.entry("setup", job("  input: a\n  agent_template: [a]\nsetup: {commands: [a], @}")),
          Map.entry(
              "capture_output",
              job(
                  "  input: a\n  agent_template: [a]\n"
                      + "setup: {commands: [a], capture_outputs: {x: {command_index: 0, @}}}")),
          Map.entry("map", job("  input: a\n  agent_template: [a]\n  @")),
          Map.entry(
              "timeout_config", job("  input: a\n  agent_template: [a]\n  timeout_config: {@}")),
          Map.entry(
              "item_validation",
              job("  input: a\n  agent_template: [a]\n  validation: {schema: {}, @}")),
          Map.entry(
              "item_schema", job("  input: a\n  agent_template: [a]\n  validation: {schema: {@}}")),
          Map.entry("error_policy", job("  input: a\n  agent_template: [a]\nerror_policy: {@}")),
          Map.entry(
              "custom_action", job("  input: a\n  agent_template: [a]\non_item_failure: {@}")),
          Map.entry("batched", job("  input: a\n  agent_template: [a]\nerror_collection: {@}")),
          Map.entry(
              "batch", job("  input: a\n  agent_template: [a]\nerror_collection: {batched: {@}}")),
          Map.entry("checkpoint", job("  input: a\n  agent_template: [a]\ncheckpoint: {@}")));

  /// Blocks whose fields depend on each other, or on other modules; examples cover them.
  private static final Set<String> ELSEWHERE =
      Set.of("env_value", "analyze", "backoff", "backoff_settings", "agent", "agent_definition");

  private static final Set<String> STEPS = Set.of("step", "on_failure", "on_incomplete");

  /// Not of those fields of a step that stand for its command or depend on it; examples cover them.
  private static boolean isFree(String name) {
    return !Set.of("do", "parallel", "max_items", "with", "prompt", "model", "run").contains(name)
        && !Language.block("step").commands().contains(name);
  }

  private static String job(String map) {
    return "name: j\nmode: mapreduce\nmap:\n" + map + "\n";
  }

  @Test
  void theReadersKnowEveryFieldThatIsDescribed() {
    var places = new HashSet<>(PLACES.keySet());
    places.addAll(ELSEWHERE);
    assertThat(places).as("every block has a place").isEqualTo(Language.all().keySet());
    PLACES.forEach(
        (block, place) ->
            Language.block(block).fields().stream()
                .flatMap(field -> field.names().stream())
                .filter(name -> isFree(name) || !STEPS.contains(block))
                .forEach(
                    name -> {
                      String text = place.replace("@", name + ": x");
                      assertThat(WorkflowLoader.check(text, "w.yml").problems())
                          .as(text)
                          .extracting(Problem::cause)
                          .noneMatch(cause -> cause.contains("unknown field `" + name + "`"));
                    }));
  }

  @Test
  void everyFieldTheReadersAskForIsDescribed() throws IOException {
    var described = new TreeSet<String>();
    Language.all().values().stream()
        .flatMap(block -> block.fields().stream())
        .forEach(field -> described.addAll(field.names()));
    described.addAll(List.of("goal_seek", "env_files", "custom", "given"));

    Path readers = Path.of("src/main/java/dev/prodigy/workflow/reading");
    var asked =
        Pattern.compile(
            "\\b(?:take|require|text|flag|integer|word|limit|template|duration|inert)"
                + "\\((?:[a-z]+, )?((?:\"[a-z_]+\",?\\s*)+)");
    var word = Pattern.compile("\"([a-z][a-z_]+)\"");
    try (var files = Files.list(readers)) {
      for (Path file : files.toList()) {
        var calls = asked.matcher(Files.readString(file));
        while (calls.find()) {
          var words = word.matcher(calls.group(1));
          while (words.find()) {
            assertThat(described)
                .as("%s: %s", file.getFileName(), calls.group())
                .contains(words.group(1));
          }
        }
      }
    }
  }

  @Test
  void theSchemaInTheRepositoryIsCurrent() throws IOException {
    assertThat(Files.readString(Path.of("../docs/workflow-schema.json")).strip())
        .as("renew it by: prodigy schema > docs/workflow-schema.json")
        .isEqualTo(SchemaWriter.schema().toPrettyString());
  }
}
