package dev.prodigy.workflow;

import static dev.prodigy.workflow.Workflows.causes;
import static dev.prodigy.workflow.Workflows.load;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prodigy.workflow.EnvironmentBlock.EnvValue;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvironmentFormsTest {

  @Test
  void scalarsAreTakenAsWritten() {
    var env =
        environment(
            """
            env: {A: text, B: 1, C: true, D: 1.50, E: null, F: {value: "${A}"}}
            """);
    assertThat(env.entries().keySet()).containsExactly("A", "B", "C", "D", "E", "F");
    assertThat(source(env, "B")).isEqualTo("1");
    assertThat(source(env, "C")).isEqualTo("true");
    assertThat(source(env, "D")).isEqualTo("1.50");
    assertThat(entry(env, "E").template()).isNull();
    assertThat(source(env, "F")).isEqualTo("${A}");
    assertThat(env.entries().values()).noneMatch(EnvValue::secret);
  }

  @Test
  void secretsNameVariables() {
    var loaded =
        load(
            """
            env:
              OWN: x
              S: {secret: true, value: "${env:TOKEN}"}
            secrets:
              A: "${env:X}"
              B: "${X}"
              C: UPPER
              D: OWN
              E: "plain $text"
              F: {value: "${env:Y}"}
            commands: [{shell: a}]
            """);
    var env = loaded.workflow().environment();
    assertThat(env.entries().entrySet().stream().filter(e -> e.getValue().secret()))
        .extracting(Map.Entry::getKey)
        .containsExactly("S", "A", "B", "C", "D", "E", "F");
    assertThat(source(env, "A")).isEqualTo("${env:X}");
    assertThat(source(env, "B")).isEqualTo("${env:X}");
    assertThat(source(env, "C")).isEqualTo("${env:UPPER}");
    assertThat(source(env, "D")).isEqualTo("${OWN}");
    assertThat(source(env, "E")).isEqualTo("plain $text");
    assertThat(loaded.warnings())
        .singleElement()
        .asString()
        .startsWith("w.yml:9:6: field `secrets.E`: secret in the workflow file");
  }

  @Test
  void mistakesAreRefused() {
    assertThat(causes("env: {1A: x}\nsteps: [a]\n").getFirst())
        .contains("`1A` cannot be a variable's name");
    assertThat(causes("env: {A: [x]}\nsteps: [a]\n").getFirst())
        .isEqualTo("1:10 field `env.A`: expected text, got a list");
    assertThat(causes("env: {A: x}\nsecrets: {A: Y}\nsteps: [a]\n").getFirst())
        .contains("already defined in `env`");
    assertThat(causes("secrets: {A: '${vault:x}'}\nsteps: [a]\n").getFirst())
        .contains("secret providers are not available in this version");
    assertThat(causes("secrets: {A: {provider: env, key: B}}\nsteps: [a]\n")).hasSize(2);
    assertThat(causes("env: {A: {secrt: true, value: b}}\nsteps: [a]\n").getFirst())
        .contains("did you mean `secret`?");
  }

  @Test
  void limitsAndNumbersFromVariablesAreResolvedLater() {
    Map<String, String> environment = Map.of("T", "1m", "N", "4", "ZERO", "0", "WORD", "many");
    assertThat(new Limit.FromVariable("T").resolve(environment::get))
        .isEqualTo(Duration.ofMinutes(1));
    assertThat(Limit.of(Duration.ofSeconds(2)).resolve(environment::get))
        .isEqualTo(Duration.ofSeconds(2));
    assertThat(new IntValue.FromVariable("N").resolve(environment::get)).isEqualTo(4);
    assertThatThrownBy(() -> new IntValue.FromVariable("NOPE").resolve(environment::get))
        .isInstanceOf(WorkflowException.class)
        .hasMessage("Environment variable 'NOPE' not found in workflow env or system environment");
    assertThatThrownBy(() -> new IntValue.FromVariable("ZERO").resolve(environment::get))
        .hasMessage("Failed to parse environment variable 'ZERO' value '0': must be at least 1");
    assertThatThrownBy(() -> new Limit.FromVariable("WORD").resolve(environment::get))
        .hasMessageContaining("Failed to parse environment variable 'WORD' value 'many': ");
  }

  @Test
  void durationsHaveManySpellings() {
    Map<String, Duration> spellings =
        Map.of(
            "90", Duration.ofSeconds(90),
            "1.5", Duration.ofMillis(1500),
            "500ms", Duration.ofMillis(500),
            "1h30m", Duration.ofMinutes(90),
            "2m 30s", Duration.ofSeconds(150),
            "2 Days", Duration.ofDays(2),
            "1w", Duration.ofDays(7),
            "10us", Duration.ofNanos(10_000),
            "1.5 hours", Duration.ofMinutes(90));
    spellings.forEach((text, expected) -> assertThat(DurationText.parse(text)).contains(expected));
    for (String bad : new String[] {"", "soon", "-1s", "5x", "1h 30", "m5", "99999999999w"}) {
      assertThat(DurationText.parse(bad)).describedAs(bad).isEmpty();
    }
  }

  private static EnvironmentBlock environment(String text) {
    return load(text + "steps: [a]\n").workflow().environment();
  }

  private static EnvValue entry(EnvironmentBlock env, String name) {
    return requireNonNull(env.entries().get(name));
  }

  private static String source(EnvironmentBlock env, String name) {
    return requireNonNull(entry(env, name).template()).source();
  }
}
