package dev.prodigy.cli;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.model.Json;
import dev.prodigy.testkit.Processes;
import dev.prodigy.testkit.TestRepository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What a job does about failures, and what a run refuses before anything has happened.
class ErrorPolicyTest {
  @TempDir Path directory;
  private CommandRun prodigy;

  @BeforeEach
  void makeRepository() {
    var repository = TestRepository.create(directory.resolve("demo"));
    prodigy =
        CommandRun.in(repository.path())
            .env("HOME", directory.resolve("home").toString())
            .env("PRODIGY_HOME", directory.resolve("root").toString())
            .env("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("OUTSIDE", directory.toString());
  }

  private CommandRun.Result run(String yaml, String... more) {
    var words = new java.util.ArrayList<>(List.of("run", write("wf.yml", yaml).toString()));
    words.addAll(List.of(more));
    return prodigy.run(words.toArray(String[]::new));
  }

  private Path write(String name, String text) {
    try {
      return Files.writeString(directory.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String job(int items, String step, String policy) {
    return """
        name: job
        mode: mapreduce
        map:
          input: [%s]
          max_parallel: 1
          agent_template:
            - shell: %s
        %s
        """
        .formatted(
            IntStream.rangeClosed(1, items).mapToObj("{id: %d}"::formatted).collect(joining(", ")),
            step,
            policy);
  }

  private List<JsonNode> stored(String directoryName, String ending) {
    try (var files = Files.walk(directory.resolve("root").resolve(directoryName))) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(ending))
          .sorted()
          .flatMap(ErrorPolicyTest::lines)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static java.util.stream.Stream<JsonNode> lines(Path file) {
    try {
      String text = Files.readString(file);
      return file.toString().endsWith("l")
          ? text.lines().map(Json::parse)
          : java.util.stream.Stream.of(Json.parse(text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> events() {
    return stored("events", ".jsonl").stream().map(e -> e.get("type").asString()).toList();
  }

  @Test
  void aShareOfFailuresEndsTheJobOnceTenItemsAreOver() {
    var result = run(job(20, "exit 3", "error_policy: {failure_threshold: 0.5}"));

    assertThat(result.code()).isEqualTo(1);
    assertThat(events()).endsWith("JobFailed").filteredOn("AgentFailed"::equals).hasSize(10);
    assertThat(stored("dlq", "dlq-items.json").getFirst().get("items")).hasSize(10);
    assertThat(
            stored("dlq", "dlq-items.json").getFirst().at("/items/0/failure_history/0/error_type"))
        .isEqualTo(Json.parse("{\"CommandFailed\":{\"exit_code\":3}}"));
    assertThat(stored("sessions", ".json").getFirst().at("/metadata/job_summary/error_types"))
        .isEqualTo(Json.parse("{\"CommandFailed\":10}"));
  }

  @Test
  void errorsAreToldInBatchesAndAtTheNumberAllowedTheJobEnds() {
    var result =
        run(job(5, "exit 3", "error_policy: {max_failures: 3, error_collection: 'batched:2'}"));

    assertThat(result.code()).isEqualTo(1);
    assertThat(events()).filteredOn("AgentStarted"::equals).hasSize(3);
    assertThat(result.err()).contains("2 items failed:\n  item_0: ", "1 item failed:\n  item_2: ");
  }

  @Test
  void anOpenCircuitHoldsItemsBackUntilAProbeSucceeds() {
    var result =
        run(
            job(
                4,
                "test ${item.id} -gt 2",
                """
                error_policy:
                  circuit_breaker:
                    {failure_threshold: 2, timeout: 1s, half_open_requests: 1, success_threshold: 1}
                """));

    assertThat(result.code()).isZero();
    assertThat(events())
        .containsSubsequence("CircuitOpen", "CircuitHalfOpen", "AgentCompleted", "CircuitClosed")
        .filteredOn("AgentCompleted"::equals)
        .hasSize(2);
  }

  @Test
  void theWorkflowsLimitCutsAgentsOffWithoutFailingTheirItems() {
    var result = run(job(2, "sleep 4913", "timeout: 2s"));

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out()).contains("Workflow timed out after 2 seconds");
    assertThat(events()).endsWith("JobFailed").doesNotContain("AgentFailed");
    assertThat(Processes.alive("sleep 4913")).isEmpty();
  }

  @Test
  void aPhaseThatTakesTooLongIsNamed() {
    var result = run(job(1, "'true'", "setup: {commands: [{shell: sleep 4914}], timeout: 1}"));

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out()).contains("Setup phase timed out after 1 seconds (setup.timeout)");
    assertThat(Processes.alive("sleep 4914")).isEmpty();
  }

  @Test
  void numbersMayComeFromAProfile() {
    String yaml =
        job(1, "echo $PRODIGY_PROFILE $X > $OUTSIDE/x", "profiles: {prod: {MAX: \"20\"}, dev: {}}")
            .replace("max_parallel: 1", "max_parallel: \"${MAX}\"");

    var without = run(yaml);
    assertThat(without.code()).isEqualTo(1);
    assertThat(without.err()).contains("Environment variable 'MAX' not found");
    var unknown = run(yaml, "--profile", "nope");
    assertThat(unknown.code()).isEqualTo(1);
    assertThat(unknown.err()).contains("Invalid profile: nope (defined: prod, dev)");
    assertThat(directory.resolve("root/sessions"))
        .satisfiesAnyOf(
            path -> assertThat(path).doesNotExist(), path -> assertThat(path).isEmptyDirectory());
    assertThat(run(yaml, "--profile", "prod", "--env", "X=5").code()).isZero();
    assertThat(directory.resolve("x")).hasContent("prod 5\n");
    assertThat(stored("events", ".jsonl"))
        .anySatisfy(event -> assertThat(event.path("max_parallel").asInt()).isEqualTo(20));
  }

  @Test
  void aSecretThatIsNotThereIsNamedBeforeAnythingExists() {
    var result = run("secrets: {T: '${env:TOK}'}\ncommands: [{shell: 'true'}]\n");

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("error[E4010]: Secret not found in environment: TOK");
    assertThat(directory.resolve("root/worktrees"))
        .satisfiesAnyOf(
            path -> assertThat(path).doesNotExist(), path -> assertThat(path).isEmptyDirectory());
  }
}
