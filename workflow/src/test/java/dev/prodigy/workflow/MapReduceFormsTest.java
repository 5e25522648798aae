package dev.prodigy.workflow;

import static dev.prodigy.workflow.Workflows.load;
import static dev.prodigy.workflow.Workflows.map;
import static dev.prodigy.workflow.Workflows.mapReduce;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prodigy.model.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MapReduceFormsTest {

  private static final String MAP = "map: {input: a.json, agent_template: [{shell: x}]}\n";

  @Test
  void theSmallestJobHasDefaultsForTheRest() {
    var job = mapReduce(MAP);
    assertThat(job.name()).isEqualTo("job");
    assertThat(job.setup()).isNull();
    assertThat(job.reduce()).isNull();
    assertThat(job.merge()).isNull();
    assertThat(job.errorPolicy()).isEqualTo(ErrorPolicy.DEFAULT);
    assertThat(job.checkpoint()).isEqualTo(CheckpointPolicy.DEFAULT);
    var map = job.map();
    assertThat(map.maxParallel()).isNull();
    assertThat(map.timeouts()).isEqualTo(AgentTimeouts.NONE);
    assertThat(map.offset()).isZero();
    assertThat(map.maxItems()).isNull();
    assertThat(map.validation()).isNull();
  }

  @Test
  void modeIsRecognisedInTheTreeNotInTheText() {
    assertThat(load("# mode: mapreduce\n- shell: 'echo mode: mapreduce'\n").workflow())
        .isInstanceOf(SequentialWorkflow.class);
    assertThat(load("{name: j, mode: 'MapReduce', " + MAP.strip() + "}").workflow())
        .isInstanceOf(MapReduceWorkflow.class);
  }

  @Test
  void setupIsAListOrABlock() {
    assertThat(requireNonNull(mapReduce(MAP + "setup: [{shell: a}, b]").setup()).steps())
        .hasSize(2);
    var setup =
        requireNonNull(
            mapReduce(
                    MAP
                        + """
                        setup:
                          commands: [{shell: a}, {shell: b}]
                          timeout: ${SETUP_LIMIT}
                          capture_outputs:
                            FIRST: 0
                            SECOND:
                              command_index: 1
                              source: combined
                              max_size: 10
                              pattern: "v(\\\\d+)"
                              multiline: first_line
                              json_path: $.a
                              default: none
                        """)
                .setup());
    assertThat(setup.timeout()).isEqualTo(new Limit.FromVariable("SETUP_LIMIT"));
    assertThat(setup.captureOutputs().keySet()).containsExactly("FIRST", "SECOND");
    var first = requireNonNull(setup.captureOutputs().get("FIRST"));
    assertThat(first.source()).isEqualTo(CaptureOutput.Source.STDOUT);
    assertThat(first.maxSize()).isEqualTo(1_048_576);
    var second = requireNonNull(setup.captureOutputs().get("SECOND"));
    assertThat(second.commandIndex()).isEqualTo(1);
    assertThat(second.source()).isEqualTo(CaptureOutput.Source.COMBINED);
    assertThat(requireNonNull(second.pattern()).pattern()).isEqualTo("v(\\d+)");
    assertThat(second.multiline()).isEqualTo(CaptureOutput.Multiline.FIRST_LINE);
    assertThat(second.jsonPath()).isEqualTo("$.a");
    assertThat(second.defaultValue()).isEqualTo("none");
  }

  @Test
  void reduceAndMergeAreListsOrBlocks() {
    var job = mapReduce(MAP + "reduce: [{shell: r}]\nmerge: [{shell: m}]\n");
    assertThat(requireNonNull(job.reduce()).steps()).hasSize(1);
    assertThat(requireNonNull(job.merge()).steps()).hasSize(1);
    var loaded =
        load(
            "name: j\nmode: mapreduce\n" + MAP + "reduce: {commands: [{shell: r}], timeout: 60}\n");
    var reduce = requireNonNull(((MapReduceWorkflow) loaded.workflow()).reduce());
    assertThat(reduce.timeout()).isEqualTo(Limit.of(Duration.ofMinutes(1)));
    assertThat(loaded.warnings()).singleElement().asString().contains("`commands` is deprecated");
  }

  @Test
  void inputIsTextOrInline() {
    assertThat(mapReduce(MAP).map().input())
        .isInstanceOfSatisfying(
            MapInput.Text.class, t -> assertThat(t.text().source()).isEqualTo("a.json"));
    assertThat(mapReduce("map: {input: [1, {a: b}], agent_template: [x]}").map().input())
        .isEqualTo(new MapInput.Inline(Json.parse("[1,{\"a\":\"b\"}]")));
    assertThat(mapReduce("setup: [{shell: s}]\nmap: {agent_template: [x]}").map().input()).isNull();
  }

  @Test
  void itemsAreSelected() {
    var map =
        map(
            """
            json_path: "$.items[*]"
            filter: "score >= 5"
            sort_by: "score DESC"
            distinct: category
            offset: 1
            max_items: 2
            max_parallel: "$WORKERS"
            """);
    assertThat(map.jsonPath()).isEqualTo("$.items[*]");
    assertThat(map.filter()).isEqualTo("score >= 5");
    assertThat(map.sortBy()).isEqualTo("score DESC");
    assertThat(map.distinct()).isEqualTo("category");
    assertThat(map.offset()).isEqualTo(1);
    assertThat(map.maxItems()).isEqualTo(2);
    assertThat(map.maxParallel()).isEqualTo(new IntValue.FromVariable("WORKERS"));
    assertThat(map("limit: 3").maxItems()).isEqualTo(3);
  }

  @Test
  void theTemplateMayBeABlock() {
    var loaded =
        load("name: j\nmode: mapreduce\nmap: {input: a, agent_template: {commands: [{shell: x}]}}");
    assertThat(((MapReduceWorkflow) loaded.workflow()).map().agentTemplate()).hasSize(1);
    assertThat(loaded.warnings()).hasSize(1);
  }

  @Test
  void timeoutsAreRead() {
    assertThat(map("agent_timeout_secs: 5").timeouts().agent())
        .isEqualTo(Limit.of(Duration.ofSeconds(5)));
    assertThat(map("timeout_config: {}").timeouts().agent())
        .isEqualTo(Limit.of(Duration.ofMinutes(10)));
    var full =
        map("""
                agent_timeout_secs: "$T"
                timeout_config:
                  agent_timeout_secs: 9
                  timeout_policy: PerCommand
                  command_timeouts: {claude: 5m, shell_1: 3}
                  timeout_action: graceful_terminate
                  cleanup_grace_period_secs: 2
                  enable_monitoring: true
                """)
            .timeouts();
    assertThat(full.agent()).isEqualTo(new Limit.FromVariable("T"));
    assertThat(full.policy()).isEqualTo(AgentTimeouts.Policy.PER_COMMAND);
    assertThat(full.commands().keySet()).containsExactly("claude", "shell_1");
    assertThat(full.action()).isEqualTo(AgentTimeouts.Action.GRACEFUL_TERMINATE);
    assertThat(full.grace()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void theErrorPolicyIsReadInFull() {
    var policy =
        mapReduce(
                MAP
                    + """
                    error_policy:
                      on_item_failure: skip
                      continue_on_failure: false
                      max_failures: 3
                      failure_threshold: 0.25
                      error_collection: {batched: {size: 7}}
                      retry_config: {max_attempts: 3, backoff: {fixed: {delay: 100ms}}}
                      circuit_breaker:
                        {failure_threshold: 2, recovery_timeout_ms: 1500, on_open: stop}
                    """)
            .errorPolicy();
    assertThat(policy.onItemFailure()).isEqualTo(new OnItemFailure.Skip());
    assertThat(policy.continueOnFailure()).isFalse();
    assertThat(policy.maxFailures()).isEqualTo(3);
    assertThat(policy.failureThreshold()).isEqualTo(0.25);
    assertThat(policy.collection()).isEqualTo(new ErrorCollection.Batched(7));
    assertThat(requireNonNull(policy.retry()).initialDelay()).isEqualTo(Duration.ofMillis(100));
    assertThat(policy.breaker())
        .isEqualTo(
            new CircuitBreakerPolicy(
                2, 3, Duration.ofMillis(1500), 3, CircuitBreakerPolicy.OnOpen.STOP));
  }

  @Test
  void innerPoliciesOutrankShorthandsWhichOutrankTheBlock() {
    var policy =
        mapReduce(
                """
                max_failures: 2
                error_collection: immediate
                error_policy: {max_failures: 1, on_item_failure: stop, continue_on_failure: false}
                map:
                  input: a
                  agent_template: [x]
                  on_item_failure: retry
                  error_policy: {on_item_failure: skip, error_collection: "batched:4"}
                """)
            .errorPolicy();
    assertThat(policy.maxFailures()).isEqualTo(2);
    assertThat(policy.onItemFailure()).isEqualTo(new OnItemFailure.Retry());
    assertThat(policy.continueOnFailure()).isFalse();
    assertThat(policy.collection()).isEqualTo(new ErrorCollection.Batched(4));
    assertThat(policy.retry()).isEqualTo(RetryPolicy.DEFAULT);
  }

  @Test
  void actionsHaveTheirForms() {
    assertThat(action("'custom: /triage ${item}'"))
        .isInstanceOfSatisfying(
            OnItemFailure.Custom.class,
            c -> {
              assertThat(c.command().source()).isEqualTo("/triage ${item}");
              assertThat(c.claude()).isTrue();
            });
    assertThat(action("{custom: notify}")).isInstanceOf(OnItemFailure.Custom.class);
    assertThat(action("!Retry")).isEqualTo(new OnItemFailure.Retry());
    assertThat(action("DLQ")).isEqualTo(new OnItemFailure.Dlq());
    var stop = mapReduce(MAP + "error_policy: {on_item_failure: stop, retry_config: 3}");
    assertThat(stop.errorPolicy().retry()).isNull();
  }

  @Test
  void checkpointsAreConfigured() {
    var checkpoint =
        mapReduce(
                MAP
                    + "checkpoint: {interval_items: 5, interval_duration: 1m, max_checkpoints: 2,"
                    + " max_age: 604800, keep_final: false}")
            .checkpoint();
    assertThat(checkpoint)
        .isEqualTo(new CheckpointPolicy(5, Duration.ofMinutes(1), 2, Duration.ofDays(7), false));
  }

  @Test
  void itemsCanBeValidated() {
    var validation =
        requireNonNull(
            map("""
                    validation:
                      schema:
                        required_fields: [id, path]
                        field_types: {id: number, path: string, gone: null}
                      on_failure: skip
                    """)
                .validation());
    assertThat(validation.onFailure()).isEqualTo(ItemValidation.Action.SKIP);
    assertThat(validation.problems(Json.parse("{\"id\":1,\"path\":\"a\"}"))).isEmpty();
    assertThat(validation.problems(Json.parse("{\"id\":\"1\",\"gone\":2}")))
        .isEqualTo(
            List.of(
                "required field 'path' is missing",
                "field 'id' must be of type number, not string",
                "field 'gone' must be of type null, not number"));
  }

  private static OnItemFailure action(String value) {
    return mapReduce(MAP + "on_item_failure: " + value).errorPolicy().onItemFailure();
  }

  @Test
  void numbersCanBeNamedByVariables() {
    LoadedWorkflow loaded =
        load(
            """
            name: job
            mode: mapreduce
            map:
              input: a.json
              max_items: "$MOST"
              offset: "${FROM}"
              agent_template: [{shell: a, retry: {attempts: $TRIES, max_delay: $PAUSE}}]
            error_policy: {failure_threshold: $SHARE, max_failures: 3}
            """);
    assertThat(loaded.numbers())
        .containsExactlyInAnyOrder("MOST", "FROM", "TRIES", "SHARE", "PAUSE");

    var job =
        (MapReduceWorkflow)
            loaded
                .resolved(
                    Map.of("MOST", "7", "FROM", "2", "TRIES", "4", "SHARE", "0.25", "PAUSE", "5s")
                        ::get)
                .workflow();
    assertThat(job.map().maxItems()).isEqualTo(7);
    assertThat(job.map().offset()).isEqualTo(2);
    assertThat(requireNonNull(job.map().agentTemplate().getFirst().retry()).attempts())
        .isEqualTo(4);
    assertThat(job.errorPolicy().failureThreshold()).isEqualTo(0.25);

    assertThatThrownBy(
            () ->
                loaded.resolved(
                    Map.of("MOST", "many", "FROM", "-1", "TRIES", "4", "PAUSE", "long")::get))
        .isInstanceOfSatisfying(
            WorkflowException.class,
            e ->
                assertThat(e.problems())
                    .extracting(Problem::cause)
                    .containsExactly(
                        "field `map.max_items`: Failed to parse environment variable 'MOST' value"
                            + " 'many': expected a whole number",
                        "field `map.offset`: must be at least 0, is -1",
                        "agent_template step 1 (`shell: a`): field `retry.max_delay`: Failed to"
                            + " parse environment variable 'PAUSE' value 'long': expected seconds"
                            + " or a duration",
                        "field `error_policy.failure_threshold`: Environment variable 'SHARE' not"
                            + " found in workflow env or system environment"));
  }
}
