package dev.prodigy.workflow.compose;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.model.Json;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a workflow can be given, and what becomes of it.
class ParametersTest {
  @TempDir Path directory;
  private Project project;

  @BeforeEach
  void open() {
    project = new Project(directory);
  }

  @Test
  void aRequiredParameterIsGivenOrNamedAsMissing() {
    project.file(
        "w.yml",
        """
        parameters: {required: [{name: target, type: string}]}
        commands:
          - shell: lint ${target}
        """);

    assertThat(project.failure("w.yml"))
        .startsWith("error[E7000] Required parameter 'target' not provided\n")
        .contains("'target' is declared at w.yml:1:");
    assertThat(project.param("target", "src/a.rs").shell("w.yml")).containsExactly("lint src/a.rs");
  }

  @Test
  void undeclaredTextsAreNumbersBooleansOrTexts() {
    project.file("w.yml", "- shell: echo ${n} ${f} ${b} ${s} [${z}] ${e}\n");
    project.param("n", "300").param("f", "42.5").param("b", "true").param("s", "x=y");
    project.param("z", "").param("e", "1e3");

    assertThat(project.shell("w.yml")).containsExactly("echo 300 42.5 true x=y [] 1000");
    assertThat(project.load("w.yml").workflow().parameters().values())
        .containsEntry("n", Json.parse("300"))
        .containsEntry("b", Json.parse("true"))
        .containsEntry("s", Json.parse("\"x=y\""));
  }

  @Test
  void theDeclaredTypeDecidesWhatATextIs() {
    project.file(
        "w.yml",
        """
        parameters:
          zip: {type: string}
          list: {type: Array}
          n: {type: number, default: 1}
          flag: {type: bool, default: false}
        commands:
          - shell: echo ${zip} ${list} ${list[1]}
        """);
    project.param("zip", "00123").param("list", "a, b");

    assertThat(project.shell("w.yml")).containsExactly("echo 00123 [\"a\",\"b\"] b");
    assertThat(project.param("n", "abc").failure("w.yml")).startsWith("error[E7002]");
    assertThat(project.param("flag", "yes").failure("w.yml"))
        .startsWith("error[E7000] Parameter validation failed")
        .contains("- 'n': Expected Number, got 'abc'", "- 'flag': Expected Boolean, got 'yes'");
  }

  @Test
  void everyFormDeclares() {
    for (String form :
        List.of(
            "{required: [a, {name: b, type: number}], optional: [{name: c, default: 3}]}",
            "{definitions: {a: {type: string}, b: {type: number}, c: {default: 3}}, required: [a, b]}",
            "{a: {required: true}, b: {type: number, required: true}, c: {default: 3}}",
            "[a, {name: b, type: number}, {name: c, default: 3}]")) {
      project = new Project(directory);
      project.file(
          "w.yml", "parameters: " + form + "\ncommands: [{shell: 'echo ${a} ${b} ${c}'}]\n");
      assertThat(project.failure("w.yml"))
          .as(form)
          .contains("'a': Required parameter 'a'", "'b': Required parameter 'b'")
          .doesNotContain("'c'");
      assertThat(project.param("a", "x").param("b", "2").shell("w.yml"))
          .as(form)
          .containsExactly("echo x 2 3");
    }
  }

  @Test
  void defaultsOfParametersOutrankThoseOfTheWorkflow() {
    project.file(
        "w.yml",
        """
        parameters: {a: {default: 600}, b: {type: number}}
        defaults: {a: 300, b: 300, PLAIN: x}
        commands:
          - shell: wait ${a} ${b}
            timeout: "${b}"
        """);

    assertThat(project.shell("w.yml")).containsExactly("wait 600 300");
    assertThat(project.env("w.yml", "PLAIN")).isEqualTo("x");
    assertThat(project.env("w.yml", "a")).isEqualTo("600");
    assertThat(project.steps("w.yml").getFirst().timeout()).hasToString("Fixed[duration=PT5M]");
  }

  @Test
  void rulesAreChecked() {
    project.file(
        "w.yml",
        """
        parameters:
          environment: {type: string, validation: "matches('^(dev|prod)$')"}
          port: {type: integer, validation: "value >= 1024 && value <= 65535", default: 8080}
          region: {enum: [eu, us], default: eu}
          tag: {validation: "^v\\\\d+$", default: v1}
          size: {validation: "in(['s', 'm'])", default: s}
        commands:
          - shell: deploy ${environment}
        """);

    assertThat(project.param("environment", "dev").shell("w.yml")).containsExactly("deploy dev");
    project.param("environment", "test").param("port", "99999").param("region", "asia");
    assertThat(project.param("tag", "1").param("size", "xl").failure("w.yml"))
        .startsWith("error[E7000] Parameter validation failed")
        .contains("- 'environment': Value \"test\" violates 'matches('^(dev|prod)$')'")
        .contains("- 'port': Value 99999 violates 'value >= 1024 && value <= 65535'")
        .contains("- 'region': Value \"asia\" is not one of [\"eu\",\"us\"]")
        .contains("- 'tag': Value 1 violates")
        .contains("- 'size': Value \"xl\" violates");
  }

  @Test
  void whatIsNoParameterStaysForTheRun() {
    project.file(
        "w.yml",
        """
        parameters: {p: {default: "${shell.output}"}, unset: {}}
        commands:
          - shell: echo ${shell.output} ${item.id} $p $${p} ${p} ${unset:-other} ${nope}
            when: "${shell.exit_code} == 0"
        """);

    assertThat(project.shell("w.yml"))
        .containsExactly("echo ${shell.output} ${item.id} $p ${p} ${shell.output} other ${nope}");
    project.file("v.yml", "parameters: {unset: {}}\ncommands:\n  - shell: echo ${unset}\n");
    assertThat(project.failure("v.yml"))
        .startsWith("error[E5011]")
        .contains("v.yml:3:12")
        .contains("parameter `unset` has no value");
  }

  @Test
  void wrongDeclarationsAreToldWithTheirPlace() {
    project.file(
        "w.yml",
        """
        parameters:
          item: {type: string}
          a: {type: strin}
          b: {validation: "value >"}
          c: {type: number, default: x}
        commands:
          - shell: 'true'
        """);

    assertThat(project.failure("w.yml"))
        .contains("w.yml:2:9", "`item` is a name of Prodigy's own")
        .contains("w.yml:3:13", "unknown type `strin`")
        .contains("w.yml:4:19", "not a validation")
        .contains("w.yml:5:30", "expected Number, got String");
  }

  @Test
  void namesNobodyDeclaredAreAWarning() {
    project.file("w.yml", "parameters: {target: {}}\ncommands: [{shell: 'true'}]\n");

    assertThat(project.param("traget", "x").load("w.yml").warnings())
        .singleElement()
        .asString()
        .contains("parameter 'traget' is not declared, did you mean 'target'?");
  }

  @Test
  void secretsAreNeverShown() {
    project.file(
        "w.yml",
        """
        parameters: {key: {type: number, secret: true, validation: "value > 5"}}
        commands: [{shell: 'true'}]
        """);

    assertThat(project.param("key", "not-a-number-xyz").failure("w.yml")).doesNotContain("xyz");
    assertThat(project.param("key", "3").failure("w.yml")).contains("Value *** violates");
    var loaded = project.param("key", "77.5").load("w.yml");
    assertThat(loaded.workflow().environment().secrets()).containsKey("PRODIGY_PARAM_KEY");
    assertThat(requireNonNull(loaded.composition()).json(Instant.EPOCH).toString())
        .doesNotContain("77.5")
        .contains("\"key\":\"***\"");
  }
}
