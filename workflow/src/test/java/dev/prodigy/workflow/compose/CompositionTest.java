package dev.prodigy.workflow.compose;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.workflow.Command;
import dev.prodigy.workflow.MapReduceWorkflow;
import dev.prodigy.workflow.Parameters;
import dev.prodigy.workflow.SequentialWorkflow;
import dev.prodigy.workflow.Step;
import dev.prodigy.workflow.SubWorkflow;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One workflow out of several files.
class CompositionTest {
  @TempDir Path directory;
  private Project project;

  @BeforeEach
  void open() {
    project = new Project(directory);
  }

  @Test
  void importedStepsComeFirstAndTheirEnvironmentIsThere() {
    project.file("common.yml", "env: {C: '1', O: lower}\ncommands: [{shell: echo c}]\n");
    project.file(
        "w.yml", "imports: [{path: common.yml}]\nenv: {O: own}\ncommands: [{shell: echo o}]\n");

    assertThat(project.shell("w.yml")).containsExactly("echo c", "echo o");
    assertThat(project.env("w.yml", "C")).isEqualTo("1");
    assertThat(project.env("w.yml", "O")).isEqualTo("own");
    assertThat(project.composition("w.yml").dependencies())
        .extracting(Composition.Dependency::kind)
        .containsExactly(Composition.Kind.IMPORT);
  }

  @Test
  void aChildGoesOverItsBaseKeyByKey() {
    project.file(
        "base.yml", "env: {A: 1, B: 2, D: 4}\nmax_iterations: 3\ncommands: [{shell: base}]\n");
    project.file("w.yml", "extends: base.yml\nenv: {B: 3, C: 4, D: null}\n");

    assertThat(project.shell("w.yml")).containsExactly("base");
    assertThat(project.env("w.yml", "A")).isEqualTo("1");
    assertThat(project.env("w.yml", "B")).isEqualTo("3");
    assertThat(project.env("w.yml", "C")).isEqualTo("4");
    assertThat(project.env("w.yml", "D")).isNull();
  }

  @Test
  void ownStepsReplaceThoseOfTheBaseUnlessTheyAskForThem() {
    project.file("base.yml", "commands: [{shell: base}]\n");
    project.file("a.yml", "extends: base.yml\ncommands: [{shell: own}]\n");
    project.file("b.yml", "extends: base.yml\nsteps: [{use: super}, {shell: own}]\n");

    assertThat(project.shell("a.yml")).containsExactly("own");
    assertThat(project.shell("b.yml")).containsExactly("base", "own");
  }

  @Test
  void ofThreeLevelsTheNearestWins() {
    project.file("a.yml", "env: {A: a, B: a, C: a}\nname: a\ncommands: [{shell: x}]\n");
    project.file("sub/b.yml", "extends: ../a.yml\nenv: {B: b, C: b}\n");
    project.file("w.yml", "extends: sub/b.yml\nenv: {C: c}\n");

    assertThat(List.of("A", "B", "C"))
        .map(n -> project.env("w.yml", n))
        .containsExactly("a", "b", "c");
    assertThat(project.load("w.yml").workflow().name()).isEqualTo("a");
  }

  @Test
  void aBareNameIsLookedForInSeveralPlaces() {
    project.file("bases/ci.yml", "- shell: bases\n");
    project.file("workflows/ci.yml", "- shell: workflows\n");
    project.file("w.yml", "extends: ci\n");
    project.file("v.yml", "name: v\nextends: nowhere\n");

    assertThat(project.shell("w.yml")).containsExactly("bases");
    assertThat(project.failure("v.yml"))
        .startsWith("error[E5001]")
        .contains("v.yml:2:10")
        .contains("bases/nowhere.yml", "workflows/nowhere.yaml", "home/templates/nowhere.yml");
  }

  @Test
  void aCircleIsToldFromFileToFile() {
    project.file("main.yml", "name: m\nextends: base.yml\n");
    project.file("base.yml", "\n\n\nimports: [shared/config.yml]\n");
    project.file("shared/config.yml", "extends: ../main.yml\n");

    assertThat(project.failure("main.yml"))
        .startsWith(
            """
            error[E5010] Circular dependency detected
              main.yml -> base.yml -> shared/config.yml -> main.yml
              1. main.yml:2 extends base.yml
              2. base.yml:4 imports shared/config.yml
              3. shared/config.yml:1 extends ../main.yml  <- circular\
            """);
  }

  @Test
  void twoWaysToOneFileAreNoCircle() {
    project.file("shared.yml", "env: {S: s}\n");
    project.file("x.yml", "imports: [shared.yml]\n");
    project.file("y.yml", "imports: [shared.yml]\n");
    project.file("w.yml", "imports: [x.yml, y.yml]\ncommands: [{shell: go}]\n");

    assertThat(project.shell("w.yml")).containsExactly("go");
    assertThat(project.env("w.yml", "S")).isEqualTo("s");
  }

  @Test
  void onlyWhatIsSelectedIsTaken() {
    project.file(
        "lib.yml",
        """
        env: {A: a, B: b}
        parameters: {p: {default: 1}}
        commands:
          - {id: first, shell: one}
          - {name: Second, shell: two}
          - {shell: three}
        """);
    project.file(
        "w.yml",
        "imports: [{path: lib.yml, selective: ['2', first, A, p]}]\ncommands: [{shell: 'own ${p}'}]\n");
    project.file("v.yml", "imports: [{path: lib.yml, selective: [nope]}]\n");

    assertThat(project.shell("w.yml")).containsExactly("three", "one", "own 1");
    assertThat(project.env("w.yml", "A")).isEqualTo("a");
    assertThat(project.env("w.yml", "B")).isNull();
    assertThat(project.failure("v.yml"))
        .startsWith("error[E5007]")
        .contains("Item 'nope' not found in lib.yml (available: first, Second");
  }

  @Test
  void anAliasKeepsNamesApart() {
    project.file(
        "lib.yml",
        """
        env: {HOST: example}
        templates:
          greet: {parameters: [who], steps: [{shell: "hello ${who}"}]}
        commands: [{shell: lib}]
        workflows:
          tidy: {commands: [{shell: tidied}]}
        """);
    project.file(
        "w.yml",
        """
        imports: [{path: lib.yml, alias: a}]
        commands:
          - shell: ping ${a.HOST}
          - use: a.greet
            with: {who: you}
          - use: a
          - workflow: a.tidy
        """);

    List<String> shell = project.shell("w.yml");
    assertThat(shell.subList(0, 2)).containsExactly("ping example", "hello you");
    assertThat(shell).contains("lib").last().isEqualTo("workflow workflow: a.tidy");
    assertThat(project.env("w.yml", "HOST")).isNull();
  }

  @Test
  void inlineTemplatesExpandInPlace() {
    project.file(
        "w.yml",
        """
        parameters: {env: {}}
        """
                .replace("env", "stage")
            + """
        templates:
          deploy:
            parameters: {required: [where], optional: [{name: how, default: fast}]}
            steps:
              - id: push
                shell: push ${where} ${how} ${stage}
                when: "a == 'b'"
              - shell: after ${push.output}
          plain: [{shell: simple}]
        commands:
          - use: deploy
            id: eu
            when: "${go}"
            with: {where: "eu-${stage}"}
          - template: plain
          - shell: x
            on_failure: [{use: plain}]
        """);
    project.param("stage", "prod");

    var steps = project.steps("w.yml");

    assertThat(Project.shell(steps))
        .containsExactly("push eu-prod fast prod", "after ${eu.push.output}", "simple", "x");
    assertThat(steps.getFirst().id()).isEqualTo("eu.push");
    assertThat(steps.getFirst().when()).hasToString("(${go} && ((a) == 'b'))");
    assertThat(steps.get(1).when()).isNotNull();
    assertThat(Project.shell(requireNonNull(steps.get(3).onFailure()).steps()))
        .containsExactly("simple");
  }

  @Test
  void mistakesInUsesAreToldWhereTheyStand() {
    project.file(
        "w.yml",
        """
        templates:
          t: {parameters: [{name: n, type: number}], steps: [{shell: "x ${n}"}]}
          loop: [{use: pool}]
          pool: [{use: loop}]
        commands:
          - use: t
            with: {m: 1}
          - use: t
            with: {n: many}
          - use: nope
          - use: super
          - use: loop
        """);

    assertThat(project.failure("w.yml"))
        .contains("w.yml:7:12", "unknown parameter `m`, did you mean `n`?")
        .contains("w.yml:7:11", "parameter 'n': Required parameter 'n' not provided")
        .contains("w.yml:9:11", "parameter 'n': Expected Number, got String")
        .contains("w.yml:10:10", "Template 'nope' not found (available: t, loop, pool)")
        .contains("w.yml:11:10", "this file extends nothing")
        .contains("loop -> pool -> loop");
  }

  @Test
  void aRegisteredTemplateGivesStepsBehindTheOwnOnes() {
    project.file(
        "home/templates/ci.yml",
        """
        name: ci
        parameters: {env: {type: string, required: true}}
        """
                .replace("env", "stage")
            + """
        env: {X: "1", T: t}
        commands:
          - shell: test ${stage}
          - shell: pack
        """);
    project.file(
        "deep/w.yml",
        """
        template:
          source: ci
          with: {stage: dev}
          override:
            env: {X: "y"}
            commands.0.timeout: 5
            commands[1].shell: packed
            setting.typo: 1
        commands: [{shell: own}]
        """);

    assertThat(project.shell("deep/w.yml")).containsExactly("own", "test dev", "packed");
    assertThat(project.env("deep/w.yml", "X")).isEqualTo("y");
    assertThat(project.env("deep/w.yml", "T")).isNull();
    assertThat(project.steps("deep/w.yml").get(1).timeout()).hasToString("Fixed[duration=PT5S]");
    assertThat(project.load("deep/w.yml").warnings())
        .singleElement()
        .asString()
        .contains("`setting.typo` overrides nothing");
    assertThat(project.composition("deep/w.yml").templates()).containsExactly("ci");
  }

  @Test
  void theProjectsTemplateGoesBeforeTheUsers() {
    project.file("home/templates/ci.yml", "- shell: users\n");
    project.file(".prodigy/templates/ci.yml", "- shell: projects\n");
    project.file("w.yml", "template: ci\ncommands: [{use: ci}, {shell: own}]\n");

    assertThat(project.shell("w.yml")).containsExactly("projects", "own");
  }

  @Test
  void jobsAreComposedLikeAnyWorkflow() {
    project.file(
        "base.yml",
        """
        mode: mapreduce
        name: base
        setup: [{shell: prepare}]
        map:
          input: items.json
          max_parallel: 2
          agent_template: [{shell: "one ${item.id}"}]
        reduce: [{shell: gather}]
        """);
    project.file(
        "w.yml",
        """
        extends: base.yml
        parameters: {n: {type: integer, default: 7}}
        map:
          max_parallel: "${n}"
          agent_template: [{use: super}, {shell: "two ${n}"}]
        """);

    var job = (MapReduceWorkflow) project.load("w.yml").workflow();

    assertThat(job.map().maxParallel()).hasToString("Fixed[number=7]");
    assertThat(Project.shell(job.map().agentTemplate())).containsExactly("one ${item.id}", "two 7");
    assertThat(Project.shell(requireNonNull(job.setup()).steps())).containsExactly("prepare");
  }

  @Test
  void aJobCanBeWrittenWithinAWorkflow() {
    project.file(
        "w.yml",
        """
        workflows:
          fan:
            mode: mapreduce
            map: {input: items.json, agent_template: [{shell: "one ${item}"}]}
        commands: [{workflow: fan}]
        """);

    var command = (Command.RunWorkflows) project.steps("w.yml").getFirst().command();

    assertThat(command.workflows().getFirst().workflow())
        .isInstanceOfSatisfying(
            MapReduceWorkflow.class, job -> assertThat(job.name()).isEqualTo("fan"));
  }

  @Test
  void subWorkflowsBecomeStepsOfTheirOwn() {
    project.file(
        "child.yml",
        """
        parameters: {level: {default: 1}, later: {required: true}}
        commands: [{shell: "work ${level} ${later}"}]
        """);
    project.file(
        "w.yml",
        """
        workflows:
          a: {source: child.yml, parameters: {level: 2}, inputs: {later: x}, parallel: true}
          b: {commands: [{shell: inline}], parallel: true}
          c: {source: child.yml, inputs: {later: y}, outputs: [tag], depends_on: [d]}
          d: {commands: [{shell: d}]}
          e: {commands: [{shell: e}]}
        commands:
          - shell: own
          - workflow: e
        """);

    var steps = project.steps("w.yml");

    assertThat(steps.stream().map(step -> step.display()))
        .containsExactly(
            "workflow: a, b", "workflow: d", "workflow: c", "shell: own", "workflow: e");
    var group = (Command.RunWorkflows) steps.getFirst().command();
    assertThat(Project.shell(steps(group.workflows().getFirst())))
        .containsExactly("work 2 ${later}");
    assertThat(group.workflows().getFirst().ownWorktree()).isTrue();
  }

  private static List<Step> steps(SubWorkflow child) {
    return ((SequentialWorkflow) child.workflow()).steps();
  }

  @Test
  void mainAloneRunsWhereThereAreNoSteps() {
    project.file(
        "w.yml", "workflows: {main: {commands: [{shell: m}]}, other: {commands: [{shell: o}]}}\n");

    assertThat(project.steps("w.yml").stream().map(step -> step.display()))
        .containsExactly("workflow: main");
  }

  @Test
  void mistakesAboutSubWorkflowsAreTold() {
    project.file("self.yml", "workflows: {again: {source: self.yml}}\ncommands: [{shell: x}]\n");
    project.file(
        "w.yml",
        """
        workflows:
          a: {timeout: 5}
          b: {source: gone.yml}
        commands:
          - workflow: bb
        """);

    assertThat(project.failure("self.yml"))
        .startsWith("error[E5010]")
        .contains("self.yml:1 runs sub-workflow self.yml  <- circular");
    assertThat(project.failure("w.yml"))
        .contains("w.yml:2:6", "neither `source` nor `commands`")
        .contains("w.yml:3:15", "file not found: gone.yml");
  }

  @Test
  void whatIsWrongInAnImportedFileIsToldThere() {
    project.file("lib/common.yml", "env: {A: 1}\ncommands:\n  - shel: echo c\n");
    project.file("w.yml", "imports: [lib/common.yml]\ncommands: [{shell: x}]\n");

    assertThat(project.failure("w.yml"))
        .contains("lib/common.yml:3:")
        .contains("Problematic line:   - shel: echo c")
        .contains("No command specified");
  }

  @Test
  void theComposedTextMeansTheSameWithoutItsFiles() {
    project.file("base.yml", "env: {B: b}\ncommands: [{shell: 'say ${p}'}]\n");
    project.file("w.yml", "extends: base.yml\nparameters: {p: {default: '${shell.x}'}}\n");
    var loaded = project.load("w.yml");

    project.file("elsewhere/copy.yml", loaded.text());
    var copy = project.load("elsewhere/copy.yml");

    assertThat(copy.hash()).isEqualTo(loaded.hash());
    assertThat(copy.stepHashes()).isEqualTo(loaded.stepHashes());
    assertThat(copy.workflow().parameters()).isNotEqualTo(Parameters.NONE);
    assertThat(copy.composition()).isNull();
  }

  @Test
  void aPromptThatMentionsParametersDoesNotMakeAFileComposed() {
    project.file("w.yml", "- claude: |\n    explain parameters: and imports:\n");

    assertThat(project.load("w.yml").composition()).isNull();
  }

  @Test
  void valuesCannotNestWithoutEnd() {
    var deep = new StringBuilder("templates:\n");
    for (int i = 0; i < 30; i++) {
      deep.append(
          "  t%d: {parameters: [p], steps: [{use: t%d, with: {p: %s${p}%s}}]}\n"
              .formatted(i, i + 1, "[".repeat(60) + "\"", "\"" + "]".repeat(60)));
    }
    deep.append("  t30: {parameters: [p], steps: [{shell: 'x ${p}'}]}\n");
    project.file("w.yml", deep + "commands: [{use: t0, with: {p: 1}}]\n");

    assertThat(project.failure("w.yml")).contains("nested more than 100 levels deep");
  }

  @Test
  void aWorkflowMayStandWithinAConfigurationFile() {
    project.file("w.yml", "name: shop\nworkflow:\n  commands: [{shell: sold}]\n");

    assertThat(project.shell("w.yml")).containsExactly("sold");
  }

  @Test
  void compositionEndsWhateverItIsGiven() {
    var bomb = new StringBuilder("templates:\n  t0: [{shell: x}]\n");
    for (int i = 1; i < 30; i++) {
      bomb.append("  t%d: [{use: t%d}, {use: t%d}]\n".formatted(i, i - 1, i - 1));
    }
    project.file("w.yml", bomb + "commands: [{use: t29}]\n");
    for (int i = 0; i < 30; i++) {
      project.file("f%d.yml".formatted(i), "imports: [f%1$d.yml, f%1$d.yml]\n".formatted(i + 1));
    }
    project.file("f30.yml", "- shell: x\n");

    assertThat(project.failure("w.yml")).contains("more than 20000 steps");
    assertThat(project.failure("f0.yml")).contains("refer to each other more than 2000 times");
  }
}
