package dev.prodigy.workflow;

import static dev.prodigy.workflow.Workflows.causes;
import static dev.prodigy.workflow.Workflows.load;
import static dev.prodigy.workflow.Workflows.step;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Validations, outputs, commit settings and the older forms of steps.
class CheckFormsTest {

  private static Validation validation(String fields) {
    return requireNonNull(step("shell: a\n  validate: " + fields).checks().validation());
  }

  @Test
  void aValidationHasOneCommandOrSeveralOrJustAFile() {
    var one = validation("{shell: check, threshold: 80, timeout: 5m}");
    assertThat(one.steps()).extracting(Step::display).containsExactly("shell: check");
    assertThat(one.single()).isTrue();
    assertThat(one.threshold()).isEqualTo(80);
    assertThat(one.timeout()).isEqualTo(Limit.of(Duration.ofMinutes(5)));
    assertThat(one.onIncomplete()).isNull();
    var list = validation("[{claude: /check, result_file: r.json}, make check]");
    assertThat(list.steps())
        .extracting(Step::display)
        .containsExactly("claude: /check", "shell: make check");
    assertThat(list.single()).isFalse();
    assertThat(requireNonNull(list.resultFile()).source()).isEqualTo("r.json");
    assertThat(validation("{result_file: r.json}").steps()).isEmpty();
    assertThat(load("- shell: a\n  validate: {command: b}\n").warnings())
        .containsExactly("w.yml:2:13: `command` is deprecated in `validate`: write `shell`");
  }

  @Test
  void gapsAreFilledByStepsWithControlKeysAnywhere() {
    var single = validation("{shell: c, on_incomplete: {claude: /fix, max_attempts: 5}}");
    var rule = requireNonNull(single.onIncomplete());
    assertThat(rule.steps()).extracting(Step::display).containsExactly("claude: /fix");
    assertThat(rule.maxAttempts()).isEqualTo(5);
    assertThat(rule.failWorkflow()).isTrue();
    var list =
        validation(
            "{shell: c, on_incomplete: [{claude: /fix, fail_workflow: false}, {shell: x,"
                + " commit_required: true, prompt: 'Go on?'}]}");
    rule = requireNonNull(list.onIncomplete());
    assertThat(rule.steps()).extracting(Step::display).containsExactly("claude: /fix", "shell: x");
    assertThat(rule.steps().get(1).commitRequired()).isFalse();
    assertThat(rule.maxAttempts()).isEqualTo(2);
    assertThat(rule.failWorkflow()).isFalse();
    assertThat(rule.commitRequired()).isTrue();
    assertThat(requireNonNull(rule.prompt()).source()).isEqualTo("Go on?");
  }

  @Test
  void mistakesInValidationsAreNamed() {
    assertThat(causes("- shell: a\n  validate: {threshold: 120}\n"))
        .containsExactly(
            "2:13 step 1 (`shell: a`): field `validate`:"
                + " give one of `shell`, `claude`, `commands` and `result_file`",
            "2:25 step 1 (`shell: a`): field `validate.threshold`:"
                + " must be between 0.0 and 100.0, is 120");
    assertThat(causes("- shell: a\n  validate: {shell: b, claude: c}\n").getFirst())
        .contains("give only one of");
    assertThat(causes("- shell: a\n  validate: {shell: b, expected_schema: {typ: x}}\n").getFirst())
        .contains("`validate.expected_schema`: schema.typ: this keyword is not supported");
  }

  @Test
  void aValidationAloneIsAStep() {
    var step = step("name: Check\n  validate: {shell: c}");
    assertThat(step.command()).isInstanceOf(Command.Validate.class);
    assertThat(step.display()).isEqualTo("Check");
    assertThat(step("validate: [c]").display()).isEqualTo("validate");
  }

  @Test
  void stepValidationsAreTextsOrDetailed() {
    var short_ =
        requireNonNull(step("shell: a\n  step_validate: test -f x").checks().stepValidation());
    assertThat(short_.checks().getFirst().step().display()).isEqualTo("shell: test -f x");
    var list =
        requireNonNull(
            step("""
                    shell: a
                      step_validate:
                        commands:
                          - {command: "claude: /look", expect_output: "^ok"}
                          - {command: "exit 3", command_type: shell, expect_exit_code: 3}
                        success_criteria: {at_least: 1}
                        max_attempts: 2
                        retry_delay: 1s
                      validation_timeout: 1m
                      ignore_validation_failure: true
                    """)
                .checks()
                .stepValidation());
    assertThat(list.checks())
        .extracting(check -> check.step().display())
        .containsExactly("claude: /look", "shell: exit 3");
    assertThat(list.needed()).isEqualTo(1);
    assertThat(list.maxAttempts()).isEqualTo(2);
    assertThat(list.retryDelay()).isEqualTo(Duration.ofSeconds(1));
    assertThat(list.onlyWarn()).isTrue();
    assertThat(
            step("shell: a\n  step_validate: [b]\n  skip_validation: true")
                .checks()
                .stepValidation())
        .isNull();
    assertThat(
            causes("- shell: a\n  step_validate: {commands: [b], success_criteria: {at_least: 2}}")
                .getFirst())
        .contains("there are only 1 commands");
  }

  @Test
  void commitsAreConfigured() {
    var config =
        step("""
                shell: a
                  commit_config:
                    message_pattern: "^fix: "
                    sign: true
                    author: "A B <a@b>"
                    include_files: ["src/**", "*.md"]
                    exclude_files: "*.log"
                    squash: true
                """)
            .commitConfig();
    assertThat(requireNonNull(config.messagePattern()).pattern()).isEqualTo("^fix: ");
    assertThat(config.sign()).isTrue();
    assertThat(config.include()).containsExactly("src/**", "*.md");
    assertThat(config.exclude()).containsExactly("*.log");
    assertThat(config.squash()).isTrue();
    assertThat(causes("- shell: a\n  commit_config: {author: me}\n").getFirst())
        .contains("expected `Name <mail>`, got `me`");
    assertThat(
            causes(
                    """
                    name: j
                    mode: mapreduce
                    map:
                      input: i.json
                      agent_template: [{shell: a, commit_config: {squash: true}}]
                    """)
                .getFirst())
        .contains("not possible in a MapReduce workflow");
  }

  @Test
  void outputsNeedAnId() {
    assertThat(
            step("shell: a\n  id: x\n  outputs: {spec: {file_pattern: '*.md'}}").checks().outputs())
        .containsExactly(java.util.Map.entry("spec", "*.md"));
    assertThat(causes("- shell: a\n  outputs: {spec: {file_pattern: '*.md'}}\n").getFirst())
        .contains("needs an `id`");
  }

  @Test
  void agentCommandsInTheirOlderFormAreRead() {
    assertThat(step("prodigy-lint --fix").display()).isEqualTo("claude: /prodigy-lint --fix");
    assertThat(
            step("""
                    name: prodigy-x
                      args: [a, "$ARG"]
                      options: {focus: perf, fix: true, quiet: false}
                    """)
                .display())
        .isEqualTo("claude: /prodigy-x a $ARG --focus perf --fix");
    var step =
        step(
            """
            command: /y
              name: Label
              metadata: {retries: 2, timeout: 60, continue_on_error: true, commit_required: true}
            """);
    assertThat(step.display()).isEqualTo("Label");
    assertThat(((Command.Claude) step.command()).prompt().source()).isEqualTo("/y");
    assertThat(requireNonNull(step.retry()).attempts()).isEqualTo(3);
    assertThat(step.timeout()).isEqualTo(Limit.of(Duration.ofMinutes(1)));
    assertThat(step.onFailure()).isEqualTo(FailureHandler.TOLERATE);
    assertThat(step.commitRequired()).isTrue();
    assertThat(step("shell: a\n  metadata: {env: {A: b}, note: x}\n  args: [1]").env())
        .containsOnlyKeys("A");
    assertThat(causes("- {name: Build, shel: make}\n").getFirst())
        .isEqualTo("1:3 step 1 (`Build`): No command specified: did you mean `shell`?");
  }

  @Test
  void analyzeIsAcceptedAndDoesNothing() {
    assertThat(load("- analyze: {save: true}\n- analyze: {}\n").warnings()).hasSize(1);
  }

  @Test
  void referencesAreFoundWhereverTheyStand() {
    assertThat(refers("shell: echo ${step.files_added:json}")).isTrue();
    assertThat(refers("shell: a\n  when: step.commit_count > 0")).isTrue();
    assertThat(refers("shell: a\n  on_failure: {shell: 'echo ${step.commits}'}")).isTrue();
    assertThat(refers("shell: a\n  validate: {shell: 'echo $x ${step.commits}'}")).isTrue();
    assertThat(refers("foreach: [a]\n  do: [{shell: 'echo ${length(step.commits)}'}]")).isTrue();
    assertThat(refers("shell: echo step.commits")).isFalse();
  }

  private static boolean refers(String fields) {
    return StepReferences.any(java.util.List.of(step(fields)), name -> name.startsWith("step."));
  }
}
