package dev.prodigy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.engine.StepOutcome.Status;
import java.nio.file.Path;
import java.time.Year;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Variables as whole steps see them.
class VariableExamplesTest {
  @TempDir Path home;
  private Bench bench;

  @BeforeEach
  void open() {
    bench = new Bench(home);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private String out(String yaml) {
    StepOutcome last = bench.run(yaml).outcomes().getLast();
    assertThat(last.message()).isEmpty();
    return last.stdout().stripTrailing();
  }

  private String prompt(String text) {
    bench.claude.on("^/").answer("ok").install();
    bench.runOne("- claude: \"%s\"\n".formatted(text));
    return bench.claude.calls().getLast().prompt();
  }

  @Test
  void whatIsUndefinedStaysAsWrittenOrFailsTheStep() {
    assertThat(prompt("/a ${x:-d}")).isEqualTo("/a d");
    assertThat(
            out(
                """
                - shell: echo '{"a":1}'
                  capture_output: v
                  capture_format: json
                - shell: echo "[${v.b}]"
                """))
        .isEqualTo("[]");
    String write = "- write_file: {path: f, content: 'a ${x.y} $x'}\n";
    assertThat(bench.runOne(write).status()).isEqualTo(Status.SUCCESS);
    assertThat(bench.read("f")).isEqualTo("a ${x.y} $x");
    assertThat(bench.warnings).anyMatch(text -> text.contains("x.y"));
    bench.scope().strict(true);
    assertThat(bench.runOne(write).message()).contains("x.y", "$x");
  }

  @Test
  void whatBelongsToTheShellReachesIt() {
    bench.variables.set("ARG_1", "q").set("ARG", "q");
    assertThat(out("- shell: \"printf 'a b\\\\n' | awk '{print $2}'\"\n")).isEqualTo("b");
    assertThat(out("- shell: bash -c 'arr=(1 2); echo ${arr[1]} ${#arr[@]}'\n")).isEqualTo("2 2");
    assertThat(out("- shell: \"echo \\\\$HOME\"\n")).isEqualTo("$HOME");
  }

  @Test
  void defaultsGiveWayToTheEnvironment() {
    var environment = new HashMap<>(bench.environment);
    environment.put("PORT", "9000");
    bench.scope().environment(environment);

    assertThat(out("- shell: echo ${PORT:-8080}\n")).isEqualTo("9000");
    assertThat(prompt("/run ${PORT:-8080}")).isEqualTo("/run 9000");
  }

  @Test
  void valuesAreNavigatedByPaths() {
    assertThat(
            out(
                """
                - shell: echo '{"a":{"b":[10,{"c":"z"}]}}'
                  capture_output: v
                  capture_format: json
                - shell: echo '${v.a.b[0]} ${v.a.b.1.c} ${v.a.b[9]:-none} ${v.a}'
                """))
        .isEqualTo("10 z none {\"b\":[10,{\"c\":\"z\"}]}");
    assertThat(
            out(
                """
                - shell: printf '1\\n2\\n'
                  capture_output: l
                  capture_format: lines
                - shell: echo '${l}|${l:json}|${l[1]}|${l|length}'
                """))
        .isEqualTo("1, 2|[\"1\",\"2\"]|2|2");
    assertThat(
            bench
                .runOne("- shell: echo abc\n  capture_output: n\n  capture_format: number\n")
                .message())
        .contains("abc");
  }

  @Test
  void conditionsCompareCapturedTexts() {
    assertThat(
            out(
                """
                - shell: git rev-parse --abbrev-ref HEAD
                  capture_output: b
                - shell: echo one
                  when: "${b} == 'main'"
                  capture_output: one
                - shell: echo two
                  when: b == main
                  capture_output: two
                - shell: echo ${one} ${two}
                """))
        .isEqualTo("one two");
  }

  @Test
  void filesHoldDollarsThatAreEscaped() {
    bench.runOne("- write_file: {path: f, content: '\\$HOME ${HOME}'}\n");

    assertThat(bench.read("f")).isEqualTo("$HOME " + home);
  }

  @Test
  void computedValuesAreComputedOncePerStepOrReference() {
    List<String> ids = List.of(out("- shell: echo ${uuid} ${uuid}\n").split(" "));
    assertThat(ids)
        .doesNotHaveDuplicates()
        .allMatch(id -> id.matches("[0-9a-f-]{14}4[0-9a-f-]{21}"));
    assertThat(out("- shell: echo ${date:%Y} ${cmd:echo hi}\n"))
        .isEqualTo(Year.now(java.time.ZoneId.systemDefault()) + " hi");
    assertThat(out("- shell: echo ${cmd:echo x >> n; cat n} ${cmd:echo x >> n; cat n}\n"))
        .isEqualTo("x x");
    bench.repository.write("conf.json", "{\"a\":{\"b\":[7]}}");
    assertThat(out("- shell: echo ${json:a.b[0]:conf.json} ${file:README.md}\n"))
        .isEqualTo("7 test");
  }

  @Test
  void namesAreMatchedWhole() {
    for (String name : List.of("ARG", "ARG_1")) {
      bench.variables.set(name, "v");
    }

    assertThat(prompt("/a $ARG_1 $ARG $ARGX")).isEqualTo("/a v v $ARGX");
  }

  @Test
  void aStepsOwnIdIsKnownToItsHandlersAndChecks() {
    assertThat(
            out(
                """
                - shell: echo out; echo err >&2; exit 7
                  id: s
                  capture_output: c
                  on_failure:
                    shell: echo ${s.output} ${s.stderr} ${s.exit_code} ${s.success} ${c} > seen
                - shell: cat seen
                """))
        .isEqualTo("out err 7 false out");
    assertThat(
            out(
                """
                - shell: echo well
                  id: s
                  validate: {shell: "echo '{\\"score\\": 100}'; echo ${s.output} > seen"}
                  on_success: [{shell: "echo ${s.status} >> seen"}]
                - shell: cat seen
                """))
        .isEqualTo("well\nsuccess");
    assertThat(bench.variable("s.success")).isEqualTo("true");
  }

  @Test
  void quotesInValuesDoNotEndTheShellsQuotes() {
    bench.variables.set("v", "it's");

    assertThat(out("- shell: \"echo ${v|sh}; echo '${v}'\"\n")).isEqualTo("it's\nit's");
  }

  @Test
  void listsAreAggregated() {
    bench.variables.set(
        "job",
        dev.prodigy.model.Json.parse(
            "{\"results\":[{\"s\":1},{\"s\":2},{\"s\":4},{\"s\":\"x\"}]}"));

    assertThat(
            out(
                "- shell: echo '${sum(job.results[*].s)} ${median(job.results[*].s)}"
                    + " ${count(job.results)} [${variance([])}]'\n"))
        .isEqualTo("7 2 4 []");
  }
}
