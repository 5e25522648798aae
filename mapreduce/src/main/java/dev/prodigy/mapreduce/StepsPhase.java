package dev.prodigy.mapreduce;

import dev.prodigy.agent.AgentEvent;
import dev.prodigy.agent.OutputLine;
import dev.prodigy.engine.ClaudeEvents;
import dev.prodigy.engine.ReportingObserver;
import dev.prodigy.engine.StepObserver;
import dev.prodigy.engine.StepOutcome;
import dev.prodigy.model.Event;
import dev.prodigy.workflow.Step;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Follows the steps of setup or reduce: events, progress lines, and what the phase itself must
/// make durable after each step.
final class StepsPhase implements StepObserver {
  private static final int KEPT_OUTPUT = 4096;

  private final JobContext job;
  private final String phase;
  private final String lineFormat;
  private final int count;
  private final BiConsumer<Step, StepOutcome> afterStep;

  /// @param phase `setup` or `reduce`, as events name it
  /// @param lineFormat how a starting step is announced: number, count, display
  StepsPhase(
      JobContext job,
      String phase,
      String lineFormat,
      int count,
      BiConsumer<Step, StepOutcome> afterStep) {
    this.job = job;
    this.phase = phase;
    this.lineFormat = lineFormat;
    this.count = count;
    this.afterStep = afterStep;
  }

  @Override
  public void started(Step step) {
    job.files().event(new Event.StepStarted(phase, step.index(), job.shown(step)));
    job.reporter().info(lineFormat.formatted(step.index() + 1, count, job.shown(step)));
  }

  @Override
  public void finished(Step step, StepOutcome outcome) {
    if (outcome.stopped()) {
      return;
    }
    afterStep.accept(step, outcome);
    job.files()
        .event(
            outcome.failed()
                ? new Event.StepFailed(
                    phase, step.index(), job.shown(step), outcome.duration(), outcome.message())
                : new Event.StepCompleted(
                    phase, step.index(), job.shown(step), outcome.duration()));
  }

  @Override
  public void retrying(Step step, int attempt, int max, Duration delay, String error) {
    new ReportingObserver(job.reporter(), job.run().environment().masker())
        .retrying(step, attempt, max, delay, error);
    job.files()
        .event(new Event.StepRetrying(job.shown(step), attempt, max, delay.toMillis(), error));
  }

  @Override
  public void exhausted(Step step, int attempts, String reason, String error) {
    job.files().soon(new Event.RetryExhausted(job.shown(step), attempts, reason, error));
  }

  @Override
  public void event(Event event) {
    job.files().event(event);
  }

  @Override
  public void agent(Step step, AgentEvent event, @Nullable Path log) {
    job.files().soon(ClaudeEvents.toEvent(event, null, null, log));
  }

  @Override
  public boolean wantsOutput() {
    return job.reporter().wantsOutput();
  }

  @Override
  public void output(Step step, OutputLine line) {
    job.reporter().output(line, step.command().isAgent());
  }

  @Override
  public void warning(String text) {
    job.reporter().warning(text);
  }

  @Override
  public void note(String text) {
    job.reporter().info(text);
  }

  /// As much of an output as checkpoints keep.
  static String tail(String output) {
    return output.substring(Math.max(0, output.length() - KEPT_OUTPUT));
  }

  @Override
  public void detail(String text) {
    job.reporter().detail(text);
  }
}
