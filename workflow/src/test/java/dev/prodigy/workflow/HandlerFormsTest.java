package dev.prodigy.workflow;

import static dev.prodigy.workflow.Workflows.handler;
import static dev.prodigy.workflow.Workflows.step;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.workflow.FailureHandler.Strategy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HandlerFormsTest {

  @Test
  void booleansTolerateOrFail() {
    assertThat(handler("true")).isEqualTo(FailureHandler.TOLERATE);
    assertThat(handler("false").failsPlainly()).isTrue();
    assertThat(handler("{fail_workflow: false}").tolerateOnly()).isTrue();
    assertThat(handler("{fail_workflow: true}").failsPlainly()).isTrue();
    assertThat(step("shell: a").onFailure()).isNull();
    assertThat(step("shell: a\n  allow_failure: true").onFailure())
        .isEqualTo(FailureHandler.TOLERATE);
    assertThat(step("shell: a\n  continue_on_error: true").onFailure())
        .isEqualTo(FailureHandler.TOLERATE);
    assertThat(step("shell: a\n  allow_failure: false").onFailure()).isNull();
  }

  @Test
  void textsAreShellCommandsOrPrompts() {
    assertThat(displays("make clean")).containsExactly("shell: make clean");
    assertThat(displays("/fix")).containsExactly("claude: /fix");
    assertThat(displays("'shell: /bin/true'")).containsExactly("shell: /bin/true");
    assertThat(displays("'claude: fix it'")).containsExactly("claude: fix it");
    assertThat(displays("[a, /b, {shell: c}]"))
        .containsExactly("shell: a", "claude: /b", "shell: c");
    assertThat(handler("/fix").maxAttempts()).isZero();
  }

  @Test
  void aMappingIsOneStepWithControlKeys() {
    var handler =
        handler(
            """
            {shell: fix, max_attempts: 2, fail_workflow: true, handler_failure_fatal: true,
                strategy: fallback, timeout: 30s, commit_required: true,
                capture: {out: handler_output, code: exit_code}, env: {A: b}, id: h}
            """);
    assertThat(handler.steps()).extracting(Step::display).containsExactly("shell: fix");
    var step = handler.steps().getFirst();
    assertThat(step.timeout()).isNull();
    assertThat(step.commitRequired()).isFalse();
    assertThat(step.retry()).isNull();
    assertThat(step.env()).containsKey("A");
    assertThat(step.id()).isEqualTo("h");
    assertThat(handler.maxAttempts()).isEqualTo(2);
    assertThat(handler.failWorkflow()).isTrue();
    assertThat(handler.handlerFailureFatal()).isTrue();
    assertThat(handler.strategy()).isEqualTo(Strategy.FALLBACK);
    assertThat(handler.timeout()).isEqualTo(Limit.of(Duration.ofSeconds(30)));
    assertThat(handler.capture()).isEqualTo(Map.of("out", "output", "code", "exit_code"));
    assertThat(handler.commitRequired()).isTrue();
    assertThat(handler.tolerateOnly()).isFalse();
  }

  @Test
  void onlyAnAgentAfterAShellCommandRepairsByDefault() {
    assertThat(handler("{claude: /fix}").maxAttempts()).isEqualTo(3);
    assertThat(handler("{claude: /fix, strategy: cleanup}").maxAttempts()).isZero();
    assertThat(handler("{shell: fix}").maxAttempts()).isZero();
    assertThat(
            requireNonNull(step("claude: /a\n  on_failure: {claude: /fix}").onFailure())
                .maxAttempts())
        .isZero();
    assertThat(handler("{claude: /fix, max_retries: 1}").maxAttempts()).isEqualTo(1);
    assertThat(handler("{claude: /fix, retry_original: false}").maxAttempts()).isZero();
    assertThat(handler("{shell: fix, retry_original: true}").maxAttempts()).isEqualTo(1);
    assertThat(handler("{shell: x, retry_original: true, max_attempts: 4}").maxAttempts())
        .isEqualTo(4);
  }

  @Test
  void shellAndClaudeTogetherRunInThisOrder() {
    assertThat(displays("{claude: /c, shell: s}")).containsExactly("shell: s", "claude: /c");
  }

  @Test
  void theDetailedFormHasCommands() {
    var handler =
        handler("{commands: [{shell: a, continue_on_error: true}, {claude: /b}], max_attempts: 1}");
    assertThat(handler.steps()).extracting(Step::display).containsExactly("shell: a", "claude: /b");
    assertThat(handler.steps().getFirst().onFailure()).isEqualTo(FailureHandler.TOLERATE);
    assertThat(handler.maxAttempts()).isEqualTo(1);
  }

  @Test
  void handlersNest() {
    var inner = handler("{shell: a, on_failure: {shell: b, on_success: {shell: c}}}").steps();
    var nested = requireNonNull(inner.getFirst().onFailure()).steps().getFirst();
    assertThat(nested.display()).isEqualTo("shell: b");
    assertThat(nested.onSuccess()).hasSize(1);
  }

  private static List<String> displays(String onFailure) {
    return handler(onFailure).steps().stream().map(Step::display).toList();
  }
}
