package dev.prodigy.workflow;

import static dev.prodigy.workflow.Workflows.causes;
import static dev.prodigy.workflow.Workflows.load;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
    assertThat(entry(env, "E")).isEqualTo(new EnvValue.Unset());
    assertThat(source(env, "F")).isEqualTo("${A}");
    assertThat(env.entries().values()).noneMatch(EnvValue::secret);
  }

  @Test
  void secretsNameVariablesOrProviders() {
    var loaded =
        load(
            """
            env:
              OWN: x
              S: {secret: true, value: "${env:TOKEN}"}
            secrets:
              A: "${X}"
              B: UPPER
              C: "plain $text"
              D: "Bearer ${OWN}"
              E: "${file:~/.token}"
              F: "${vault:secret/data/app#field}"
              G: {provider: {custom: pass}, key: a/b, version: 2}
              H: {command: "pass show x"}
            secret_providers: {pass: {command: pass show, timeout: 5s}}
            commands: [{shell: a}]
            """);
    var env = loaded.workflow().environment();
    assertThat(env.secrets().keySet()).containsExactly("S", "A", "B", "C", "D", "E", "F", "G", "H");
    assertThat(env.secrets().values()).allMatch(EnvValue::secret);
    assertThat(provided(env, "S")).isEqualTo("env TOKEN");
    assertThat(provided(env, "A")).isEqualTo("env X");
    assertThat(provided(env, "B")).isEqualTo("env UPPER");
    assertThat(provided(env, "E")).isEqualTo("file ~/.token");
    assertThat(provided(env, "F")).isEqualTo("vault secret/data/app#field");
    assertThat(provided(env, "G")).isEqualTo("pass a/b");
    assertThat(env.secrets().get("H")).isInstanceOf(EnvValue.Command.class);
    assertThat(requireNonNull(env.providers().get("pass")).limit())
        .isEqualTo(Duration.ofSeconds(5));
    assertThat(loaded.warnings())
        .singleElement()
        .asString()
        .startsWith("w.yml:7:6: field `secrets.C`: secret in the workflow file");
  }

  @Test
  void valuesMayBeComputedChosenAndReadFromFiles() {
    var env =
        environment(
            """
            env_files: [.env, {path: ".env.${active_profile}", required: true}]
            env:
              NOW: {command: date, cache: true, timeout: 5s}
              MODE: {condition: "${CI:-false}", when_true: ci, when_false: {value: dev}}
              URL: {default: http://localhost, prod: https://example.org}
            profiles:
              dev: {description: "for us", LEVEL: 3}
              prod: {env: {LEVEL: 1}}
            active_profile: dev
            inherit: false
            """);

    assertThat(env.files()).extracting(f -> f.required()).containsExactly(false, true);
    assertThat(env.entries().get("NOW"))
        .isInstanceOfSatisfying(
            EnvValue.Command.class,
            command -> {
              assertThat(command.cache()).isTrue();
              assertThat(command.limit()).isEqualTo(Duration.ofSeconds(5));
            });
    assertThat(env.entries().get("MODE")).isInstanceOf(EnvValue.Conditional.class);
    assertThat(env.entries().get("URL"))
        .isInstanceOfSatisfying(
            EnvValue.PerProfile.class,
            url -> assertThat(url.values().keySet()).containsExactly("default", "prod"));
    assertThat(env.profiles().keySet()).containsExactly("dev", "prod");
    assertThat(requireNonNull(env.profiles().get("prod")).keySet()).containsExactly("LEVEL");
    assertThat(env.activeProfile()).isEqualTo("dev");
    assertThat(env.inherit()).isFalse();
  }

  @Test
  void mistakesAreRefused() {
    assertThat(causes("env: {1A: x}\nsteps: [a]\n").getFirst())
        .contains("`1A` cannot be a variable's name");
    assertThat(causes("env: {A: [x]}\nsteps: [a]\n").getFirst())
        .isEqualTo("1:10 field `env.A`: expected text, got a list");
    assertThat(causes("env: {A: x}\nsecrets: {A: Y}\nsteps: [a]\n").getFirst())
        .contains("already defined in `env`");
    assertThat(causes("env: {A: {secrt: true, value: b}}\nsteps: [a]\n").getFirst())
        .contains("did you mean `secret`?");
    assertThat(causes("env: {A: {devv: b}}\nprofiles: {dev: {B: 1}}\nsteps: [a]\n").getFirst())
        .contains("nor `default` nor a profile (dev)");
    assertThat(causes("active_profile: x\nprofiles: {dev: {B: 1}}\nsteps: [a]\n").getFirst())
        .contains("no such profile: `x` (defined: dev)");
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
    return ((EnvValue.Text) entry(env, name)).template().source();
  }

  private static String provided(EnvironmentBlock env, String name) {
    var secret = (EnvValue.Provided) requireNonNull(env.secrets().get(name));
    return secret.provider() + " " + secret.key().source();
  }
}
