package dev.prodigy.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.prodigy.workflow.EnvironmentBlock;
import dev.prodigy.workflow.WorkflowLoader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunEnvironmentTest {
  private static final Map<String, String> PROCESS =
      Map.of("HOME", "/home/u", "PATH", "/bin", "TOKEN", "t0ken-value", "GIT_DIR", "/elsewhere");

  private static RunEnvironment resolve(String blocks) {
    return resolve(blocks, Map.of());
  }

  private static RunEnvironment resolve(String blocks, Map<String, String> extra) {
    return RunEnvironment.resolve(block(blocks), PROCESS, extra, List.of("arg one"));
  }

  private static RunEnvironment resolve(String blocks, EnvironmentInputs inputs) {
    return RunEnvironment.resolve(block(blocks), inputs);
  }

  private static EnvironmentBlock block(String blocks) {
    String yaml = blocks + "\ncommands:\n  - shell: 'true'\n";
    return WorkflowLoader.parse(yaml, "test.yml").workflow().environment();
  }

  private static EnvironmentInputs inputs(Path directory, @Nullable String profile) {
    Path files = directory.toAbsolutePath();
    return new EnvironmentInputs(PROCESS, Map.of(), List.of(), profile, files, files, "main");
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
  void filesEntriesProfileAndCallerOutrankEachOtherInThisOrder(@TempDir Path directory)
      throws IOException {
    Files.writeString(directory.resolve(".env"), "X=1\nY=\"a b\"\nTOKEN=from-file-value\n");
    String blocks =
        """
        env_files: [.env, .env.missing, ".env.${UNDEFINED}"]
        env: {X: "2", Z: "${X}-${Y}"}
        profiles: {dev: {X: "3"}, prod: {}}
        secrets: {API: TOKEN}
        """;

    assertThat(resolve(blocks, inputs(directory, null)).variables())
        .containsEntry("X", "2")
        .containsEntry("Y", "a b")
        .containsEntry("Z", "2-a b")
        .containsEntry("API", "from-file-value");
    assertThat(resolve(blocks, inputs(directory, "dev")).variables()).containsEntry("Z", "3-a b");
    assertThatThrownBy(() -> resolve(blocks, inputs(directory, "nope")))
        .hasMessage("Invalid profile: nope (defined: dev, prod)");
  }

  @Test
  void aBrokenLineOfAFileIsNamed(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve(".env"), "A=1\nBROKEN\n");

    assertThatThrownBy(() -> resolve("env_files: .env", inputs(directory, null)))
        .hasMessage(file + ":2: expected KEY=value");
    assertThatThrownBy(
            () -> resolve("env_files: {path: nope, required: true}", inputs(directory, null)))
        .hasMessageContaining("nope");
  }

  @Test
  void filesAreReadAsPeopleWriteThem() {
    var values =
        EnvFiles.parse(
            "\uFEFF# c\r\n\r\nexport A = x y # note\r\nB='$HOME \\n'\nC=\nD=\"q\" # c\nE=a#b\nA=2\n",
            Path.of("f"));

    assertThat(values)
        .containsExactly(
            Map.entry("A", "2"),
            Map.entry("B", "$HOME \\n"),
            Map.entry("C", ""),
            Map.entry("D", "q"),
            Map.entry("E", "a#b"));
    for (String bad : List.of("A=\"", "A=\"x'", "A=x\"", "1A=x", "=x")) {
      assertThatThrownBy(() -> EnvFiles.parse(bad, Path.of("f"))).hasMessageStartingWith("f:1: ");
    }
  }

  @Test
  void conditionsAndProfilesChooseValues() {
    String blocks =
        """
        env:
          MODE: {condition: "${CI:-false}", when_true: ci, when_false: local}
          TARGET: {condition: "branch == 'main' && STAGE != 'test'", when_true: prod, when_false: dev}
          STAGE: {default: test, live: live}
        profiles: {live: {CI: "true"}}
        """;

    assertThat(resolve(blocks, inputs(Path.of(""), null)).variables())
        .containsEntry("MODE", "local")
        .containsEntry("TARGET", "dev");
    assertThat(resolve(blocks, inputs(Path.of(""), "live")).variables())
        .containsEntry("MODE", "ci")
        .containsEntry("TARGET", "prod")
        .containsEntry("STAGE", "live");
    assertThatThrownBy(() -> resolve("env: {A: {condition: NOPE, when_true: 1, when_false: 2}}"))
        .hasMessageContaining("Environment entry 'A'");
    assertThatThrownBy(() -> resolve("env: {A: {p: 1}}\nprofiles: {p: {}, q: {}}"))
        .hasMessage("env.A has no value without a profile");
  }

  @Test
  void secretsComeFromFilesAndCommands(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("token"), "from-a-file\n");
    String blocks =
        """
        secrets:
          A: "${file:token}"
          B: {provider: pass, key: a/b, version: 7}
          C: {command: "printf 'from-%s' command"}
        secret_providers:
          pass: {command: "printf '%s-%s-%s' $PRODIGY_SECRET_VERSION $PRODIGY_SECRET_KEY"}
        """;
    var environment = resolve(blocks, inputs(directory, null));

    assertThat(environment.variables())
        .containsEntry("A", "from-a-file")
        .containsEntry("B", "7-a/b-a/b")
        .containsEntry("C", "from-command");
    assertThat(environment.warnings()).singleElement().asString().contains("chmod 600");
    assertThatThrownBy(
            () ->
                resolve(
                    "secrets: {A: '${file:gone}', B: NOPE, C: {command: 'exit 3'}, D: '${x:y}'}",
                    inputs(directory, null)))
        .hasMessageContainingAll(
            "Failed to read secret file: " + directory.resolve("gone"),
            "Secret not found in environment: NOPE",
            "Secret command failed: C (exit code 3",
            "secret_providers.x.command");
  }

  @Test
  void vaultIsAskedOverHttp() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/v1/",
        call -> {
          boolean allowed = "t0p".equals(call.getRequestHeaders().getFirst("X-Vault-Token"));
          String second = "{\"data\":{\"data\":{\"f\":\"second-value\"},\"metadata\":{}}}";
          String first = "{\"data\":{\"value\":\"first-value\",\"other\":1}}";
          boolean v2 = call.getRequestURI().getPath().startsWith("/v1/secret/data");
          byte[] body = (v2 ? second : first).getBytes(UTF_8);
          call.sendResponseHeaders(allowed ? 200 : 403, body.length);
          call.getResponseBody().write(body);
          call.close();
        });
    server.start();
    try {
      var process = new HashMap<>(PROCESS);
      process.put("VAULT_ADDR", "http://127.0.0.1:" + server.getAddress().getPort());
      process.put("VAULT_TOKEN", "t0p");
      String blocks =
          """
          secrets:
            A: "${vault:secret/data/app#f}"
            B: {provider: vault, key: kv/app}
          """;
      var environment = RunEnvironment.resolve(block(blocks), process, Map.of(), List.of());

      assertThat(environment.variables())
          .containsEntry("A", "second-value")
          .containsEntry("B", "first-value");
      process.put("VAULT_TOKEN", "wrong-token");
      assertThatThrownBy(() -> RunEnvironment.resolve(block(blocks), process, Map.of(), List.of()))
          .hasMessageContaining("Secret not read from vault:secret/data/app#f (HTTP 403)");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void withoutInheritanceOnlyAMinimalSetIsLeft() {
    var environment = resolve("inherit: false\nenv: {A: '${TOKEN}'}");

    assertThat(environment.variables())
        .containsOnlyKeys("HOME", "PATH", "A")
        .containsEntry("A", "t0ken-value");
  }

  @Test
  void whatIsDerivedFromSecretsIsNotStoredInClear() {
    var environment = resolve("secrets: {API: TOKEN}\nenv: {HEADER: 'Bearer ${API}'}");

    assertThat(environment.declared()).containsEntry("HEADER", "Bearer ***");
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
