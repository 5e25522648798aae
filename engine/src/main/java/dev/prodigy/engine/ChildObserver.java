package dev.prodigy.engine;

import dev.prodigy.agent.AgentEvent;
import dev.prodigy.agent.OutputLine;
import dev.prodigy.agent.SecretMasker;
import dev.prodigy.model.Event;
import dev.prodigy.workflow.Step;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Hears the steps of a workflow within a step: the caller's observer hears all but their beginning
/// and end, which are told with the workflow's name.
record ChildObserver(
    StepObserver outer,
    String name,
    RunReporter reporter,
    SecretMasker masker,
    Consumer<Step> finishedStep)
    implements StepObserver {

  @Override
  public void started(Step step) {
    reporter.info(
        "[%s] step %d: %s".formatted(name, step.index() + 1, masker.mask(step.display())));
  }

  @Override
  public void finished(Step step, StepOutcome outcome) {
    if (!outcome.failed() && !outcome.stopped()) {
      finishedStep.accept(step);
    }
  }

  @Override
  public void retrying(Step step, int attempt, int max, Duration delay, String error) {
    outer.retrying(step, attempt, max, delay, error);
  }

  @Override
  public void exhausted(Step step, int attempts, String reason, String error) {
    outer.exhausted(step, attempts, reason, error);
  }

  @Override
  public void event(Event event) {
    outer.event(event);
  }

  @Override
  public void agent(Step step, AgentEvent event, @Nullable Path log) {
    outer.agent(step, event, log);
  }

  @Override
  public boolean wantsOutput() {
    return outer.wantsOutput();
  }

  @Override
  public void output(Step step, OutputLine line) {
    outer.output(step, line);
  }

  @Override
  public void info(String text) {
    outer.info(text);
  }

  @Override
  public void warning(String text) {
    outer.warning(text);
  }

  @Override
  public void note(String text) {
    outer.note(text);
  }

  @Override
  public void detail(String text) {
    outer.detail(text);
  }
}
