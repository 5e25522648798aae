package dev.prodigy.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prodigy.workflow.WorkflowLoader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunEnvironmentTest {
  private static final Map<String, String> PROCESS =
      Map.of("HOME", "/home/u", "PATH", "/bin", "TOKEN", "t0ken-value", "GIT_DIR", "/elsewhere");

  private static RunEnvironment resolve(String blocks) {
    return resolve(blocks, Map.of());
  }

  private static RunEnvironment resolve(String blocks, Map<String, String> extra) {
    String yaml = blocks + "\ncommands:\n  - shell: 'true'\n";
    var workflow = WorkflowLoader.parse(yaml, "test.yml").workflow();
    return RunEnvironment.resolve(workflow.environment(), PROCESS, extra, List.of("arg one"));
  }

  @Test
  void entriesReferToEachOtherInAnyOrder() {
    var environment =
        resolve(
            """
            env:
              URL: "http://$HOST:${PORT:-8080}/${env.HOME}"
              HOST: "${NAME}.example"
              NAME: web
              PATH: "${PATH}:/extra"
              FIRST: "$1"
            """);

    assertThat(environment.variables())
        .containsEntry("URL", "http://web.example:8080//home/u")
        .containsEntry("PATH", "/bin:/extra")
        .containsEntry("FIRST", "arg one")
        .containsEntry("HOME", "/home/u")
        .doesNotContainKey("GIT_DIR");
  }

  @Test
  void circlesAreNamed() {
    assertThatThrownBy(() -> resolve("env: {A: '$B', B: '${C}', C: 'x$A'}"))
        .hasMessageContaining("A -> B -> C -> A");
  }

  @Test
  void anUndefinedNameIsAnError() {
    assertThatThrownBy(() -> resolve("env: {A: '${NOPE}'}"))
        .hasMessageContaining("Environment entry 'A'");
  }

  @Test
  void secretsComeFromVariablesAndAreMasked() {
    var environment =
        resolve("secrets: {API: '${env:TOKEN}', SAME: TOKEN}\nenv: {HEADER: 'Bearer ${API}'}");

    assertThat(environment.variables())
        .containsEntry("API", "t0ken-value")
        .containsEntry("SAME", "t0ken-value")
        .containsEntry("HEADER", "Bearer t0ken-value");
    assertThat(environment.declared()).doesNotContainKeys("API", "SAME");
    assertThat(environment.masker().mask("a t0ken-value b")).isEqualTo("a *** b");
  }

  @Test
  void allMissingSecretsAreToldAtOnce() {
    assertThatThrownBy(() -> resolve("secrets: {A: '${env:X_ONE}', B: X_TWO}"))
        .hasMessage(
            "Secret not found in environment: X_ONE\nSecret not found in environment: X_TWO");
  }

  @Test
  void whatTheCallerSaysOutranksTheWorkflow() {
    var environment = resolve("env: {A: workflow}", Map.of("A", "caller"));

    assertThat(environment.variables()).containsEntry("A", "caller");
    assertThat(environment.fixed()).containsEntry("A", "caller");
  }

  @Test
  void nullTakesAnInheritedVariableAway() {
    assertThat(resolve("env: {HOME: null}").variables()).doesNotContainKey("HOME");
  }

  @Test
  void secretsInSavedStateAreNamedAndComeBack() {
    var environment = resolve("secrets: {API: '${env:TOKEN}'}");

    String saved = environment.concealing().text("key t0ken-value");

    assertThat(saved).isEqualTo("key ***{API}");
    assertThat(environment.revealing().text(saved)).isEqualTo("key t0ken-value");
  }
}
