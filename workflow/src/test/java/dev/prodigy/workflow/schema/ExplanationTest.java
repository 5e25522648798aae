package dev.prodigy.workflow.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.workflow.LoadedWorkflow;
import dev.prodigy.workflow.RetryPolicy;
import dev.prodigy.workflow.SequentialWorkflow;
import dev.prodigy.workflow.WorkflowLoader;
import dev.prodigy.workflow.schema.UserDefaults.Said;
import dev.prodigy.workflow.yaml.Value;
import dev.prodigy.workflow.yaml.Yaml;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// A workflow with every default made visible.
class ExplanationTest {

  private static final String FLOW =
      """
      name: nightly
      retry_defaults: {attempts: 4, max_delay: 10s}
      secrets: {TOKEN: written-out, KEY: "${env:KEY}"}
      commands:
        - shell: |
            make all
            make test
          cwd: src
          retry: {initial_delay: 2s}
          on_failure: {claude: "/fix", max_attempts: 2}
        - claude: "/x: y"
          whenn: z
      """;

  private static List<String> origins(String text) {
    return Explanation.of(text, "w.yml").stream()
        .filter(line -> !line.path().isEmpty())
        .map(line -> "%s = %s (%s)".formatted(line.path(), line.value().strip(), line.origin()))
        .toList();
  }

  private static String yaml(String text) {
    return Explanation.of(text, "w.yml").stream()
        .map(line -> line.text() + "\n")
        .collect(Collectors.joining());
  }

  @Test
  void everyValueHasItsOrigin() {
    assertThat(origins(FLOW))
        .contains(
            "name = nightly (line 1)",
            "mode = standard (default)",
            "max_iterations = 1 (default)",
            "secrets.TOKEN = \"***\" (line 3)",
            "secrets.KEY = \"${env:KEY}\" (line 3)",
            "commands[0].working_dir = src (line 8, written as cwd)",
            "commands[0].retry.initial_delay = 2s (line 9)",
            "commands[0].retry.attempts = 4 (retry_defaults, line 2)",
            "commands[0].retry.backoff = exponential (default)",
            "commands[0].on_failure.max_attempts = 2 (line 10)",
            "commands[0].on_failure.strategy = recovery (default)",
            "commands[1].claude = \"/x: y\" (line 11)",
            "commands[1].whenn = z (line 12, unknown)",
            "commands[1].retry.attempts = 4 (retry_defaults, line 2)",
            "commands[1].capture_output = true (default)")
        .noneMatch(text -> text.startsWith("commands[0].on_failure.retry"));
  }

  private static final UserDefaults USERS =
      new UserDefaults(
          new Said("5", "attempts, c.yml:1"),
          new Said("fixed", "backoff, c.yml:2"),
          new Said("7", "parallel, c.yml:3"),
          null);

  private static List<String> origins(String text, UserDefaults user) {
    Value root = Objects.requireNonNull(Yaml.parse(text, "w.yml").root());
    return Explanation.of(root, user).stream()
        .map(line -> "%s = %s (%s)".formatted(line.path(), line.value(), line.origin()))
        .toList();
  }

  @Test
  void settingsOfTheUserStandWhereTheWorkflowLeavesRetriesOpen() {
    assertThat(
            origins(
                """
                retry_defaults: {backoff: linear}
                commands:
                  - shell: a
                  - shell: b
                    retry: {strategy: fibonacci, attempts: 2}
                  - write_file: {path: p, content: c}
                    retry: {max_delay: 1s}
                """,
                USERS))
        .contains(
            "retry_defaults.attempts = 5 (attempts, c.yml:1)",
            "retry_defaults.backoff = linear (line 1)",
            "commands[0].retry.attempts = 5 (attempts, c.yml:1)",
            "commands[0].retry.backoff = linear (retry_defaults, line 1)",
            "commands[1].retry.attempts = 2 (line 5)",
            "commands[1].retry.backoff = fibonacci (line 5)",
            "commands[2].retry.attempts = 5 (attempts, c.yml:1)");
    assertThat(origins("- shell: a\n", USERS)).noneMatch(line -> line.contains("c.yml"));
  }

  @Test
  void shortFormsOfRetriesAreWrittenOutWithWhatFillsThem() {
    String text =
        """
        retry_defaults: {backoff: linear, jitter: 0.5, max_delay_ms: 9000}
        commands:
          - claude: /a
            retry: transient
          - shell: b
            max_attempts: 4
          - shell: c
            retry: {jitter: 0.2, max_delay: 2s}
          - shell: d
            retry: {jitter: true}
          - shell: e
            retry: {jitter_factor: 0.1}
          - write_file: {path: p, content: c}
            retry: transient
        """;

    assertThat(origins(text))
        .contains(
            "commands[0].retry.attempts = 6 (line 4, transient)",
            "commands[0].retry.initial_delay = 5s (line 4, transient)",
            "commands[0].retry.max_delay = 120s (line 4, transient)",
            "commands[0].retry.jitter = 0.25 (line 4, transient)",
            "commands[0].retry.backoff = linear (retry_defaults, line 1)",
            "commands[1].retry.attempts = 4 (line 6)",
            "commands[1].retry.initial_delay = 0s (max_attempts)",
            "commands[1].retry.backoff = linear (retry_defaults, line 1)",
            "commands[5].retry.backoff = exponential (default)");
    assertThat(origins("- shell: a\n  max_attempts: 2\n", USERS))
        .contains("commands[0].retry.backoff = fixed (backoff, c.yml:2)");
    assertThat(retries(yaml(text))).isEqualTo(retries(text));
    String named = "retry_defaults: transient\ncommands: [{shell: a, retry: {jitter: true}}]\n";
    assertThat(retries(yaml(named))).isEqualTo(retries(named));
  }

  @Test
  void whatRetriesOfAllStepsReachIsShownAsItIs() {
    String text =
        """
        retry_defaults: {initial_delay: 7s}
        commands:
          - name: prodigy-x
            retry: 4
          - write_file: {path: p, content: c}
            max_attempts: 4
          - name: label
            git: {operation: status}
            retry: 4
          - name: prodigy-y
        """;

    assertThat(origins(text))
        .contains(
            "commands[0].retry.initial_delay = 7s (retry_defaults, line 1)",
            "commands[1].retry.initial_delay = 0s (max_attempts)",
            "commands[2].retry.initial_delay = 1s (default)",
            "commands[3].retry.initial_delay = 7s (retry_defaults, line 1)");
  }

  private static List<String> retries(String text) {
    var workflow = (SequentialWorkflow) loaded(text).workflow();
    return workflow.steps().stream()
        .map(
            step -> {
              RetryPolicy policy = Objects.requireNonNull(step.retry());
              return List.of(
                      policy.attempts(),
                      policy.backoff(),
                      policy.initialDelay(),
                      policy.maxDelay(),
                      policy.jitter(),
                      policy.retryOn())
                  .toString();
            })
        .toList();
  }

  private static LoadedWorkflow loaded(String text) {
    return Objects.requireNonNull(WorkflowLoader.check(text, "w.yml").loaded(), text);
  }

  private static String job(String more) {
    return "name: j\nmode: mapreduce\nmap: {input: i, agent_template: [{shell: a}]%s}\n"
        .formatted(more);
  }

  @Test
  void theNumberOfAgentsIsTheUsersWhereTheJobHasNoneOrMoreThanTheLimit() {
    var limited = new UserDefaults(null, null, USERS.parallel(), new Said("3", "most, c.yml:4"));
    String policy = ", error_policy: {on_item_failure: retry, retry_config: {max_delay: 1s}}";

    assertThat(origins(job(policy), USERS))
        .contains("map.max_parallel = 7 (parallel, c.yml:3)")
        .contains("map.error_policy.retry_config.attempts = 3 (default)");
    assertThat(origins(job(""), limited)).contains("map.max_parallel = 3 (most, c.yml:4)");
    assertThat(origins(job(", max_parallel: 2"), limited))
        .contains("map.max_parallel = 2 (line 3)");
    assertThat(origins(job(", max_parallel: 20"), limited))
        .contains("map.max_parallel = 3 (most, c.yml:4, below 20 in line 3)");
    assertThat(origins(job(", max_parallel: \"$N\""), limited))
        .contains("map.max_parallel = \"$N\" (line 3, at most 3: most, c.yml:4)");
  }

  @Test
  void secretsAreNotShown() {
    assertThat(
            yaml(
                """
                env: {A: {secret: true, value: seen-1}}
                secrets:
                  B: {value: seen-2}
                  C: |
                    seen-3
                    seen-4
                commands: [{shell: a}]
                """))
        .doesNotContain("seen");
  }

  @Test
  void theTextIsTheSameWorkflowAgain() {
    String job =
        """
        name: j
        mode: mapreduce
        setup: ["/list"]
        map:
          input: [{path: a}, {path: b}]
          agent_template:
            - claude: "/fix ${item.path}"
              validate: {shell: check, threshold: 90, on_incomplete: {claude: /more}}
            - foreach: {items: [1, 2], do: [{shell: "echo ${item}"}]}
        reduce: [{shell: "true"}]
        """;
    for (String text : List.of(FLOW, job, "- shell: a\n- /lint\n")) {
      String whole = yaml(text);
      assertThat(WorkflowLoader.check(whole, "w.yml").loaded()).as(whole).isNotNull();
      assertThat(values(whole)).as(whole).isEqualTo(values(text));
    }
  }

  private static List<String> values(String text) {
    return Explanation.of(text, "w.yml").stream()
        .filter(line -> !line.path().isEmpty())
        .map(line -> line.path() + "=" + line.value())
        .sorted()
        .toList();
  }
}
