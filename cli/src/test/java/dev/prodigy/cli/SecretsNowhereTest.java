package dev.prodigy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.testkit.ScriptedClaude;
import dev.prodigy.testkit.TestRepository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Twenty secrets of all kinds, which workflows print, capture, hand on and fail with: none of them
/// is found in anything stored or shown, nor in the arguments of a process.
class SecretsNowhereTest {
  private static final String KEY =
      "-----BEGIN KEY-----\nMIIEpAIBAAKCAQEAr4x9\nqq7\nZm9vYmFyYmF6cXV4MTIz\n-----END KEY-----";

  @TempDir Path directory;
  private final Map<String, String> secrets = new LinkedHashMap<>();
  private TestRepository repository;
  private ScriptedClaude claude;
  private CommandRun prodigy;

  @BeforeEach
  void plant() throws IOException {
    repository = TestRepository.create(directory.resolve("demo"));
    claude = ScriptedClaude.install(Files.createDirectories(directory.resolve("bin")));
    claude.on("use ").answer("done").install();
    prodigy =
        CommandRun.in(repository.path())
            .env("HOME", directory.resolve("home").toString())
            .env("PRODIGY_HOME", directory.resolve("root").toString())
            .env("PATH", claude.path())
            .env("OUTSIDE", directory.toString())
            .env("GIT_CONFIG_GLOBAL", "/dev/null");
    exported("S1", "plain-secret-one");
    exported("S2", "with \"quotes\" & 'more'");
    exported("S3", "p/l+u=s%20&?secret");
    exported("S4", "gr\u00fc\u00dfe-aus-m\u00fcnchen");
    exported("S5", "back\\slash\\secret");
    exported("S6", "$(not-run)`nor-this`");
    exported("S7", "1234567890123");
    exported("S8", KEY.replace("KEY", "ENV"));
    Files.writeString(directory.resolve(".env"), "F1=in-an-env-file\nF2='quoted in file'\n");
    Files.writeString(directory.resolve("print.sh"), PRINT_ALL);
    secrets.put("S9", "in-an-env-file");
    secrets.put("S10", "quoted in file");
    inFile("S11", "from-a-secret-file");
    inFile("S12", KEY);
    inFile("S13", "a".repeat(300) + "-long-secret");
    secrets.put("S14", "printed-by-command");
    secrets.put("S15", "printed-line-1\nprinted-line-2");
    secrets.put("S16", "from-provider-k1");
    secrets.put("S17", "from-provider-k2");
    secrets.put("S18", "written-in-the-file");
    secrets.put("S19", "Bearer plain-secret-one");
    secrets.put("S20", "four");
  }

  private void exported(String name, String value) {
    secrets.put(name, value);
    prodigy.env("P_" + name, value);
  }

  private void inFile(String name, String value) throws IOException {
    secrets.put(name, value);
    Path file = Files.writeString(directory.resolve(name), value + "\n");
    Files.setPosixFilePermissions(
        file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
  }

  private static final String SECRETS =
      """
      env_files: .env
      secrets:
        S1: "${env:P_S1}"
        S2: "${P_S2}"
        S3: P_S3
        S4: {provider: env, key: P_S4}
        S5: P_S5
        S6: P_S6
        S7: P_S7
        S8: P_S8
        S9: F1
        S10: F2
        S11: "${file:S11}"
        S12: {provider: file, key: S12}
        S13: "${file:S13}"
        S14: {command: "echo printed-by-command | cat"}
        S15: {command: "printf 'printed-line-%s\\\\n' 1 2"}
        S16: "${vaultlike:k1}"
        S17: {provider: {custom: vaultlike}, key: k2}
        S18: written-in-the-file
        S19: "Bearer ${S1}"
        S20: four
      secret_providers:
        vaultlike: {command: "printf 'from-provider-%s'"}
      """;

  /// Prints each secret as it is, in base64, broken over lines, and to standard error.
  private static final String PRINT_ALL =
      """
      for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        eval "v=\"\\$S$n\""
        printf 'S%s=%s\\n' $n "$v"
        printf '%s' "$v" | base64
        printf '%s' "$v" | fold -w 9
        echo
        printf '%s\\n' "$v" >&2
      done
      """;

  @Test
  void aSequentialRunKeepsThemToItself() throws IOException {
    var result =
        run(
            """
            name: sequential
            """
                + SECRETS
                + """
                commands:
                  - shell: . "$OUTSIDE/print.sh"
                    capture_output: all
                  - shell: printf '%s' "$S7"
                    capture_output: number
                    capture_format: number
                  - shell: |
                      tr '\\0' '\\n' < /proc/$$/cmdline > $OUTSIDE/arguments
                      test '${all}' != '' && test "${env.S1}" = plain-secret-on""e && exit 0
                  - claude: "use $S1 and ${all}"
                  - write_file: {path: out.txt, content: nothing}
                  - shell: echo ${env.S11} >&2; printf '%s' "$S12" >&2; exit 3
                    retry: {attempts: 2, initial_delay: 1ms}
                    on_failure:
                      shell: echo 'handling ${shell.stderr}'; exit 1
                  - shell: printf '%s' "$S12" "$S2"; exit 3
                """);

    assertThat(result.code()).as(result.err()).isEqualTo(1);
    assertThat(result.err()).contains("error[E5003]: Workflow error in 'sequential'");
    assertThat(result.out()).contains("S1=***", "S20=***");
    assertThat(claude.calls()).hasSize(1);
    assertThat(claude.calls().getFirst().prompt()).contains("plain-secret-one");
    assertNowhere("arguments", Files.readString(directory.resolve("arguments")));
    assertNowhere("arguments of claude", claude.calls().getFirst().argv().toString());
    assertNowhereStored(result);
  }

  @Test
  void aMapReduceJobKeepsThemToItself() throws IOException {
    var result =
        run(
            """
            name: job
            mode: mapreduce
            """
                + SECRETS
                + """
                setup:
                  commands:
                    - shell: . "$OUTSIDE/print.sh"
                      capture_output: all
                    - shell: echo "[$S11]"
                  capture_outputs: {from_setup: 1}
                map:
                  input: "shell: tr '\\\\0' ' ' < /proc/$$/cmdline > $OUTSIDE/arguments-0; printf '[{\\"id\\":1,\\"t\\":\\"%s\\"},{\\"id\\":2,\\"t\\":\\"x\\"}]' $S1"
                  max_parallel: 2
                  agent_template:
                    - shell: . "$OUTSIDE/print.sh"
                      capture_output: mine
                    - shell: test '${from_setup}' = "[$S11]"
                    - shell: |
                        tr '\\0' '\\n' < /proc/$$/cmdline > $OUTSIDE/arguments-${item.id}
                        echo '${item.t} ${all}' > /dev/null
                    - shell: |
                        if test '${item.id}' = 2; then printf '%s' "$S12" "$S2" >&2; exit 3; fi
                        test "${item.t}" = "$S1"
                reduce:
                  - shell: printf '%s' '${map.results}' | head -c 100000; echo "$S14"
                """);

    assertThat(result.code()).as(result.err() + result.out()).isZero();
    assertThat(result.err()).contains("Map phase completed: 1 successful, 1 failed");
    for (String id : new String[] {"0", "1", "2"}) {
      assertNowhere("arguments", Files.readString(directory.resolve("arguments-" + id)));
    }
    assertNowhereStored(result);
  }

  @Test
  void aComposedWorkflowKeepsThemToItself() throws IOException {
    secrets.put("token", "secret-by-parameter");
    Files.writeString(
        directory.resolve("child.yml"),
        """
        parameters: {token: {type: string, secret: true}}
        commands:
          - shell: . "$OUTSIDE/print.sh"; echo "${token} $PRODIGY_PARAM_TOKEN"
            capture_output: seen
          - shell: |
              tr '\\0' '\\n' < /proc/$$/cmdline > $OUTSIDE/arguments-child
              echo '${seen}' '${token}' >&2
              echo "out=$S1" >> $PRODIGY_OUTPUT
          - shell: echo '${token}'; test "$S2" != "" && test '${token}' = secret-by-param''eter
        """);

    var result =
        run(
            """
            name: composed
            """
                + SECRETS
                + """
                parameters: {token: {type: string, secret: true}}
                templates: {say: {parameters: [what], steps: [{shell: "echo '${what}'"}]}}
                workflows:
                  child:
                    source: child.yml
                    parameters: {token: "${token}"}
                    outputs: [out, seen]
                commands:
                  - workflow: child
                  - use: say
                    with: {what: "${token}"}
                  - shell: tr '\\0' '\\n' < /proc/$$/cmdline > $OUTSIDE/arguments; echo '${token}'
                  - shell: echo '${child.seen} ${child.out}' | tee $OUTSIDE/outputs; exit 3
                """,
            "--param",
            "token=secret-by-parameter");

    assertThat(result.code()).as(result.err()).isEqualTo(1);
    assertThat(Files.readString(directory.resolve("outputs")))
        .contains("secret-by-parameter", "plain-secret-one");
    assertNowhere("arguments", Files.readString(directory.resolve("arguments")));
    assertNowhere("arguments of child", Files.readString(directory.resolve("arguments-child")));
    assertNowhereStored(result);
  }

  private CommandRun.Result run(String yaml, String... more) throws IOException {
    Path workflow = Files.writeString(directory.resolve("wf.yml"), yaml);
    var words = new ArrayList<>(List.of("run", workflow.toString(), "-v"));
    words.addAll(List.of(more));
    return prodigy.run(words.toArray(String[]::new));
  }

  private void assertNowhereStored(CommandRun.Result result) throws IOException {
    assertNowhere("standard output", result.out());
    assertNowhere("standard error", result.err());
    try (var files = Files.walk(directory.resolve("root"))) {
      files
          .filter(Files::isRegularFile)
          .forEach(
              file -> {
                try {
                  assertNowhere(
                      file.toString(),
                      new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }

  private void assertNowhere(String place, String text) {
    String joined = text.replace("\n", "");
    secrets.forEach(
        (name, value) -> {
          for (String form : forms(value)) {
            boolean word = form.equals("four");
            assertThat(word ? text.replaceAll("\\bfourth?\\w+", "") : text)
                .as("%s in %s", name, place)
                .doesNotContain(form);
            if (form.length() >= 8) {
              assertThat(joined).as("%s over lines in %s", name, place).doesNotContain(form);
            }
          }
        });
  }

  private static Set<String> forms(String value) {
    var forms = new LinkedHashSet<String>();
    forms.add(value);
    value.lines().filter(line -> line.length() >= 8).forEach(forms::add);
    if (value.length() >= 8) {
      byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
      forms.add(Base64.getEncoder().withoutPadding().encodeToString(bytes));
    }
    return forms;
  }
}
