package dev.prodigy.engine;

import dev.prodigy.agent.AgentEvent;
import dev.prodigy.agent.OutputLine;
import dev.prodigy.model.Event;
import dev.prodigy.workflow.Step;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Hears what happens while steps run. `started` and `finished` are called for the steps of the
/// list only, not for those inside handlers and `foreach`; everything else for nested steps too,
/// then perhaps from several threads at once. Texts are masked.
public interface StepObserver {
  StepObserver SILENT = new StepObserver() {};

  default void started(Step step) {}

  default void finished(Step step, StepOutcome outcome) {}

  /// @param attempt number of the coming execution, counted from 1
  default void retrying(Step step, int attempt, int max, Duration delay, String error) {}

  /// No execution is left, or none would help.
  ///
  /// @param reason `attempts`, `budget`, `not_retryable` or `circuit`
  default void exhausted(Step step, int attempts, String reason, String error) {}

  /// A circuit breaker of a step, or a workflow within it, has changed its state.
  default void event(Event event) {}

  default void agent(Step step, AgentEvent event, @Nullable Path log) {}

  /// False if nobody reads [#output]: lines are then not even assembled.
  default boolean wantsOutput() {
    return false;
  }

  default void output(Step step, OutputLine line) {}

  /// Worth knowing, though nothing is wrong.
  default void info(String text) {}

  default void warning(String text) {}

  /// Good to know.
  default void note(String text) {}

  /// For those who asked for more.
  default void detail(String text) {}
}
