package dev.prodigy.workflow.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.prodigy.workflow.LoadedWorkflow;
import dev.prodigy.workflow.Problem;
import dev.prodigy.workflow.SequentialWorkflow;
import dev.prodigy.workflow.WorkflowException;
import dev.prodigy.workflow.WorkflowLoader;
import dev.prodigy.workflow.schema.Explanation;
import dev.prodigy.workflow.schema.UserDefaults;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is checked of a workflow holds for composed ones, too, with the places they were written.
class ComposedChecksTest {
  @TempDir Path directory;
  private Project project;

  @BeforeEach
  void begin() {
    project = new Project(directory);
  }

  private List<String> undefined(String name) {
    return WorkflowLoader.checkNames(
            directory.resolve(name), name, Map.of(), Places.NONE, Set.of("HOME"))
        .problems()
        .stream()
        .map(problem -> problem.toString().replace(directory + "/", ""))
        .toList();
  }

  @Test
  void theKeysOfCompositionAreNoUnknownFields() {
    project
        .file("base.yml", "env: {A: b}\ncommands: [{shell: base}]\n")
        .file("steps.yml", "templates: {lint: {steps: [{shell: lint}]}}\ncommands: [{shell: s}]\n")
        .file(
            "w.yml",
            """
            extends: base.yml
            imports: [{path: steps.yml, alias: tools}]
            parameters: {level: {type: string, default: high}}
            defaults: {COLOR: red}
            templates:
              build: {steps: [{shell: build}]}
            workflows:
              child:
                inputs: {x: HOME}
                outputs: [made]
                commands: [{shell: "echo ${x}", capture_output: made}]
            commands:
              - use: super
              - use: build
              - use: tools.lint
              - workflow: child
                with: {y: 1}
              - claude: "/tell ${level} ${made} ${COLOR} ${child.made} ${child.success}"
            """);

    assertThat(project.load("w.yml").warnings()).isEmpty();
    assertThat(undefined("w.yml")).isEmpty();
  }

  @Test
  void warningsStandWhereTheFieldIsWritten() {
    project
        .file("base.yml", "commands:\n  - shell: a\n    timeot: 3\n")
        .file("w.yml", "extends: base.yml\nmax_iteration: 2\n");

    assertThat(project.load("w.yml").warnings().stream().map(this::relative))
        .satisfiesExactlyInAnyOrder(
            text -> assertThat(text).startsWith("base.yml:3:5: ").contains("`timeout`"),
            text -> assertThat(text).startsWith("w.yml:2:1: ").contains("`max_iterations`"));
  }

  private String relative(String text) {
    return text.replace(directory + "/", "");
  }

  @Test
  void numbersOfABaseComeFromVariables() {
    project
        .file("base.yml", "commands:\n  - shell: a\n    retry: {attempts: $TRIES}\n")
        .file("w.yml", "extends: base.yml\nparameters: {p: {type: string, default: x}}\n");
    LoadedWorkflow loaded = project.load("w.yml");

    assertThat(loaded.numbers()).containsExactly("TRIES");
    LoadedWorkflow resolved = loaded.resolved(Map.of("TRIES", "4")::get);
    var steps = ((SequentialWorkflow) resolved.workflow()).steps();
    assertThat(steps.getFirst().retry()).hasFieldOrPropertyWithValue("attempts", 4);
    assertThat(resolved.composition()).isEqualTo(loaded.composition());
    assertThat(resolved.hash()).isEqualTo(loaded.hash());

    WorkflowException e =
        catchThrowableOfType(
            WorkflowException.class, () -> loaded.resolved(Map.of("TRIES", "few")::get));
    assertThat(e.problems())
        .extracting(Problem::toString)
        .singleElement()
        .asString()
        .contains("base.yml:3:23: ")
        .contains("'TRIES' value 'few'");
  }

  @Test
  void theCopyOfAComposedWorkflowIsTheSameWorkflow() {
    project
        .file("base.yml", "commands:\n  - shell: a\n    retry: {attempts: $TRIES}\n")
        .file("w.yml", "extends: base.yml\nparameters: {p: {type: string, default: x}}\n");
    LoadedWorkflow loaded = project.load("w.yml");
    LoadedWorkflow copy = WorkflowLoader.parse(loaded.text(), "w.yml");

    assertThat(copy.hash()).isEqualTo(loaded.hash());
    assertThat(copy.numbers()).isEqualTo(loaded.numbers());
    assertThat(copy.warnings()).isEmpty();
  }

  @Test
  void aParameterMayBeWithoutAValueWhenAFileIsOnlyChecked() {
    project.file(
        "w.yml",
        """
        parameters: {level: {type: number, required: true}, on: {type: boolean, required: true}}
        commands:
          - claude: "/tell ${level}"
            commit_required: ${on}
            timeout: ${level}
          - shell: b
            commit_required: maybe
        """);

    assertThat(undefined("w.yml"))
        .singleElement()
        .asString()
        .startsWith("w.yml:7:22: ")
        .contains("expected true or false");
    assertThat(project.failure("w.yml")).contains("Parameter validation failed");
  }

  @Test
  void namesWithinASubWorkflowAreItsOwn() {
    project.file(
        "w.yml",
        """
        workflows:
          child:
            inputs: {x: HOME}
            outputs: [made]
            commands:
              - claude: "/go ${x} ${before}"
                capture_output: made
        commands:
          - shell: a
            capture_output: before
          - workflow: child
          - claude: "/use ${made} ${x}"
        """);

    assertThat(undefined("w.yml"))
        .satisfiesExactly(
            text -> assertThat(text).startsWith("w.yml:6:27: ").contains("`before`"),
            text -> assertThat(text).startsWith("w.yml:12:27: ").contains("`x`"));
  }

  @Test
  void explainingNamesTheFileOfWhatComesFromAnother() {
    project
        .file("base.yml", "commands:\n  - shell: a\n")
        .file("w.yml", "extends: base.yml\ntimeout: 1h\n");

    assertThat(Explanation.of(project.load("w.yml").root(), UserDefaults.NONE))
        .anySatisfy(
            line -> {
              assertThat(line.path()).isEqualTo("commands[0].shell");
              assertThat(line.origin()).endsWith("base.yml:2");
            })
        .anySatisfy(
            line -> {
              assertThat(line.path()).isEqualTo("timeout");
              assertThat(line.origin()).isEqualTo("line 2");
            });
  }
}
