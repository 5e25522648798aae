package dev.prodigy.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.cli.CommandRun;
import dev.prodigy.cli.ExitCode;
import dev.prodigy.model.Json;
import dev.prodigy.testkit.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Workflows of several files, with parameters and workflows within them, as `run` runs them.
class ComposedRunTest {
  @TempDir Path home;
  private TestRepository repository;

  @BeforeEach
  void open() {
    repository = TestRepository.create(home.resolve("project"));
  }

  private CommandRun.Result prodigy(String... args) {
    return CommandRun.in(repository.path())
        .env("HOME", home.resolve("home").toString())
        .env("PATH", System.getenv("PATH"))
        .run(args);
  }

  private CommandRun.Result run(String yaml, String... options) {
    repository.write("flow.yml", yaml);
    var args = new ArrayList<>(List.of("run", "flow.yml"));
    args.addAll(List.of(options));
    return prodigy(args.toArray(String[]::new));
  }

  private List<String> lines(String name) {
    try {
      return Files.readAllLines(home.resolve(name));
    } catch (IOException e) {
      return List.of("no " + name);
    }
  }

  @Test
  void parametersComeFromTheCommandLineAndFiles() {
    repository.write("p.yaml", "k: 1\nzip: 00123\nlist: [a, b]\n");
    String yaml =
        """
        parameters: {k: {type: integer}, zip: {type: string}, list: {}}
        commands:
          - shell: echo "k=${k} zip=${zip} list=${list} safe=$PRODIGY_PARAM_LIST late=${list[1]}"
        """;

    var result = run(yaml, "--param-file", "p.yaml", "--param", "k=2");

    assertThat(result.out()).contains("k=2 zip=00123 list=[a,b] safe=[\"a\",\"b\"] late=b");
    assertThat(result.code()).isZero();
  }

  @Test
  void wrongParametersAreToldBeforeAnythingHappens() {
    String yaml = "parameters: {k: {type: integer, required: true}}\ncommands: [{shell: 'x'}]\n";

    assertThat(run(yaml).err()).contains("error[E7000]: Required parameter 'k' not provided");
    assertThat(run(yaml, "--param", "k=x").err()).contains("error[E7002]", "Expected Integer");
    assertThat(run(yaml, "--param", "k").code()).isEqualTo(ExitCode.USAGE);
    assertThat(run(yaml, "--param", "k").err())
        .contains("Invalid parameter format: 'k'. Expected KEY=VALUE");
    assertThat(run(yaml, "--param-file", "none").err()).contains("Failed to read parameter file");
    repository.write("list.json", "[1]");
    assertThat(run(yaml, "--param-file", "list.json").err())
        .contains("Failed to parse parameter file as JSON or YAML");
    assertThat(run(yaml, "--param-file", "list.json").code()).isEqualTo(ExitCode.FAILED);
    assertThat(repository.branches()).containsExactly("main");
  }

  @Test
  void secretParametersAreNowhereInTheStore() throws IOException {
    var result =
        run(
            """
            parameters: {key: {secret: true}}
            commands:
              - shell: echo "[$PRODIGY_PARAM_KEY]"; test "$PRODIGY_PARAM_KEY" = very-hidden-value
            """,
            "--param",
            "key=very-hidden-value");

    assertThat(result.code()).isZero();
    assertThat(result.out()).contains("[***]").doesNotContain("very-hidden-value");
    try (Stream<Path> files = Files.walk(home.resolve("home"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file)).as(file.toString()).doesNotContain("very-hidden-value");
      }
    }
  }

  @Test
  void aComposedRunGoesOnWithItsParameters() {
    repository.write(
        "base.yml", "commands: [{shell: 'echo base ${p} >> %s/log'}]\n".formatted(home));
    String yaml =
        """
        extends: base.yml
        parameters: {p: {required: true}}
        commands:
          - use: super
          - shell: test -f %1$s/go
          - shell: echo end ${p} >> %1$s/log
        """
            .formatted(home);
    var first = run(yaml, "--param", "p=v1");
    assertThat(first.code()).isEqualTo(ExitCode.FAILED);
    repository.write("../go", "");

    var again = prodigy("resume", "latest");

    assertThat(again.err() + again.out()).doesNotContain("error");
    assertThat(again.code()).isZero();
    assertThat(lines("log")).containsExactly("base v1", "end v1");
  }

  @Test
  void whatAWorkflowIsMadeOfCanBeShown() {
    repository.write("base.yml", "commands: [{shell: 'true'}]\n");

    var result =
        run(
            "extends: base.yml\nparameters: {k: {secret: true}, n: {default: 3}}\n",
            "--dry-run",
            "--show-composition",
            "--param",
            "k=hidden-key");

    assertThat(result.out())
        .contains("[DRY RUN]   [Extends] ")
        .contains("[DRY RUN]   Parameter k: \"***\"", "[DRY RUN]   Parameter n: 3")
        .doesNotContain("hidden-key");
  }

  @Test
  void aRegisteredTemplateRunsByItsName() {
    repository.write("../home/.prodigy/templates/ci.yml", "- shell: echo \"from ${who:-ci}\"\n");

    assertThat(prodigy("run", "ci", "--param", "who=me").out()).contains("from me");
    assertThat(prodigy("run", "nothing").err()).contains("does not exist");
  }

  @Test
  void subWorkflowsGiveOutputsAndKeepTheirVariables() {
    repository.write(
        "b.yml",
        """
        env: {OWN: own}
        commands:
          - shell: echo "tag=v1-$1-${given}-$OWN-$OUTER" >> $PRODIGY_OUTPUT
            capture_output: inner
        """
            .replace("-$1", ""));
    var result =
        run(
            """
            env: {OUTER: outer}
            workflows:
              b: {source: b.yml, inputs: {given: "${x}"}, outputs: [tag]}
            commands:
              - shell: echo hello
                capture_output: x
              - workflow: b
              - shell: echo "got ${b.tag} ${tag} ${b.success} inner=${inner:-none}"
            """);

    assertThat(result.out()).contains("got v1-hello-own-outer v1-hello-own-outer true inner=none");
    assertThat(result.code()).isZero();
  }

  @Test
  void parallelOnesRunTogetherAndTheirCommitsComeHome() {
    var result =
        run(
            """
            workflows:
              a:
                parallel: true
                commands:
                  - shell: touch %1$s/a; for i in $(seq 100); do test -f %1$s/b && break; sleep 0.1; done; test -f %1$s/b
                  - shell: echo a > a; git add a; git commit -q -m a
              b:
                parallel: true
                commands:
                  - shell: touch %1$s/b; for i in $(seq 100); do test -f %1$s/a && break; sleep 0.1; done; test -f %1$s/a
                  - shell: echo b > b; git add b; git commit -q -m b
            commands:
              - shell: cat a b
            """
                .formatted(home),
            "-y");

    assertThat(result.err()).doesNotContain("error");
    assertThat(result.code()).isZero();
    assertThat(repository.path("a")).hasContent("a");
    assertThat(repository.path("b")).hasContent("b");
  }

  @Test
  void theFirstFailureEndsTheOthersUnlessItMayFail() {
    String yaml =
        """
        workflows:
          bad: {parallel: true, %s commands: [{shell: exit 3}]}
          long: {parallel: true, commands: [{shell: %s}]}
        commands:
          - shell: echo "bad=${bad.success} ${bad.exit_code} long=${long.success}"
        """;

    var strict = run(yaml.formatted("", "sleep 60"));
    var lenient = run(yaml.formatted("continue_on_error: true,", "'true'"));

    assertThat(strict.code()).isEqualTo(ExitCode.FAILED);
    assertThat(strict.err()).contains("Sub-workflow 'bad' failed");
    assertThat(lenient.out()).contains("bad=false 3 long=true");
    assertThat(lenient.code()).isZero();
  }

  @Test
  void aMissingOutputAndATimeoutFailTheStep() {
    var missing =
        run(
            "workflows: {b: {commands: [{shell: 'true'}], outputs: [tag]}}\ncommands: [{workflow: b}]\n");
    var late =
        run(
            "workflows: {b: {commands: [{shell: sleep 60}], timeout: 1}}\ncommands: [{workflow: b}]\n");

    assertThat(missing.err())
        .contains("Sub-workflow 'b' failed", "E5007", "'tag' was not produced");
    assertThat(late.err()).contains("Sub-workflow 'b' failed");
    assertThat(late.code()).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void aResumedRunRepeatsNothingWithinAWorkflow() {
    String yaml =
        """
        workflows:
          done: {commands: [{shell: echo done >> %1$s/log}], outputs: {n: shell.exit_code}}
          half:
            outputs: [word]
            commands:
              - shell: echo one >> %1$s/log; echo "word=kept" >> $PRODIGY_OUTPUT
              - shell: test -f %1$s/go
              - shell: echo three ${word} >> %1$s/log
        commands:
          - shell: echo own ${half.word} >> %1$s/log
        """
            .formatted(home);
    assertThat(run(yaml).code()).isEqualTo(ExitCode.FAILED);
    repository.write("../go", "");

    var again = prodigy("resume", "latest");

    assertThat(again.code()).isZero();
    assertThat(lines("log")).containsExactly("done", "one", "three kept", "own kept");
  }

  @Test
  void jobsTakeParametersAndWorkflowsToo() {
    repository.write("base.yml", "mode: mapreduce\nname: j\nmap: {max_parallel: '${n}'}\n");

    var result =
        run(
            """
            extends: base.yml
            parameters: {n: {type: integer, default: 2}, word: {required: true}}
            workflows: {before: {commands: [{shell: 'echo [1,2] > items.json'}]}}
            map:
              input: items.json
              agent_template:
                - shell: echo "${word} $PRODIGY_PARAM_WORD ${item}" >> %s/log
            """
                .formatted(home),
            "--param",
            "word=hi");

    assertThat(result.err()).doesNotContain("error");
    assertThat(result.code()).isZero();
    assertThat(lines("log")).containsExactlyInAnyOrder("hi hi 1", "hi hi 2");
  }

  @Test
  void aFailedParallelWorkflowKeepsWhatItCommitted() {
    String yaml =
        """
        workflows:
          a:
            parallel: true
            commands:
              - shell: date +%%s%%N > a; git add a; git commit -q -m work
              - shell: test -f %1$s/go
        commands: [{shell: cat a}]
        """
            .formatted(home);
    assertThat(run(yaml).code()).isEqualTo(ExitCode.FAILED);
    repository.write("../go", "");

    assertThat(prodigy("resume", "latest", "-y").code()).isZero();

    assertThat(repository.git("log", "--format=%s").lines().filter("work"::equals)).hasSize(1);
  }

  @Test
  void aDryRunGoesIntoWorkflows() {
    var result =
        run(
            "workflows: {b: {commands: [{shell: 'echo in ${x}'}]}}\ncommands: [{workflow: b}]\n",
            "--dry-run");

    assertThat(result.out())
        .contains("Would execute: workflow: b", "  Would execute: shell: echo in ${x}");
  }

  @Test
  void aResumeNeedsSecretParametersAgain() {
    String yaml =
        """
        parameters: {key: {secret: true, required: true}}
        commands:
          - shell: test -f %1$s/go
          - shell: test "$PRODIGY_PARAM_KEY" = hidden-value
        """
            .formatted(home);
    assertThat(run(yaml, "--param", "key=hidden-value").code()).isEqualTo(ExitCode.FAILED);
    repository.write("../go", "");

    assertThat(prodigy("resume", "latest").err()).contains("Required parameter 'key' not provided");
    assertThat(prodigy("resume", "latest", "--param", "key=hidden-value").code()).isZero();
  }

  @Test
  void theirBeginningAndEndAreEvents() {
    run(
        """
        workflows:
          good: {commands: [{shell: 'true'}]}
          own: {isolation: worktree, commands: [{shell: "git commit -q --allow-empty -m x"}]}
          bad: {continue_on_error: true, commands: [{shell: exit 3}]}
        commands: [{workflow: good}, {workflow: own}, {workflow: bad}]
        """);

    assertThat(prodigy("events", "latest", "--json").out().lines().filter(l -> l.contains("SubW")))
        .map(line -> Json.parse(line))
        .map(e -> e.get("type").asString() + " " + e.path("place").asString())
        .containsExactly(
            "SubWorkflowStarted commands[0]/workflows.good",
            "SubWorkflowCompleted commands[0]/workflows.good",
            "SubWorkflowStarted commands[1]/workflows.own",
            "SubWorkflowCompleted commands[1]/workflows.own",
            "SubWorkflowStarted commands[2]/workflows.bad",
            "SubWorkflowFailed commands[2]/workflows.bad");
  }

  @Test
  void variablesOfTheCallerAreNotThereUnlessGiven() {
    String yaml =
        """
        workflows: {b: {%scommands: [{%s}]}}
        commands:
          - shell: echo s
            capture_output: theirs
          - workflow: b
        """;
    for (String step :
        List.of(
            "write_file: {path: f, content: \"${theirs}\"}",
            "shell: \"echo [$theirs]\"",
            "shell: \"echo [${theirs.x}]\"")) {
      var result = run(yaml.formatted("", step));
      assertThat(result.code()).as(step).isEqualTo(ExitCode.FAILED);
      assertThat(result.err())
          .contains("[E5011]", "is a variable of the calling workflow", "inputs: {theirs: theirs}");
    }
    assertThat(run(yaml.formatted("inputs: {theirs: theirs}, ", "shell: \"echo [$theirs]\"")).out())
        .contains("[s]");
    assertThat(run(yaml.formatted("", "shell: \"for theirs in 1; do echo [$theirs]; done\"")).out())
        .contains("[1]");
    assertThat(run(yaml.formatted("", "shell: \"echo [${theirs:-own}]\"")).out()).contains("[own]");
  }
}
