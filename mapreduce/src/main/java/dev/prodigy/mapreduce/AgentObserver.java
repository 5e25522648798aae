package dev.prodigy.mapreduce;

import dev.prodigy.agent.AgentEvent;
import dev.prodigy.agent.OutputLine;
import dev.prodigy.engine.ClaudeEvents;
import dev.prodigy.engine.StepObserver;
import dev.prodigy.engine.StepOutcome;
import dev.prodigy.model.AgentId;
import dev.prodigy.model.Event;
import dev.prodigy.model.ItemId;
import dev.prodigy.workflow.Step;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Writes down what an agent's steps do, and tells whoever watches.
final class AgentObserver implements StepObserver {
  private final JobContext job;
  private final AgentId agent;
  private final ItemId item;
  private final int steps;

  AgentObserver(JobContext job, AgentId agent, ItemId item) {
    this.job = job;
    this.agent = agent;
    this.item = item;
    this.steps = job.workflow().map().agentTemplate().size();
  }

  @Override
  public void started(Step step) {
    job.reporter().detail("Agent %s: Executing step %d/%d".formatted(agent, number(step), steps));
    job.progress().agentStep(agent, item, job.shown(step), number(step), steps);
  }

  @Override
  public void finished(Step step, StepOutcome outcome) {
    if (outcome.stopped()) {
      return;
    }
    job.files()
        .soon(
            new Event.AgentProgress(
                agent,
                item,
                job.shown(step),
                100.0 * number(step) / steps,
                step.index(),
                steps,
                outcome.exitCode()));
  }

  @Override
  public void retrying(Step step, int attempt, int max, Duration delay, String error) {
    job.files()
        .soon(new Event.StepRetrying(job.shown(step), attempt, max, delay.toMillis(), error));
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
    job.files().soon(ClaudeEvents.toEvent(event, agent, item, log));
  }

  @Override
  public boolean wantsOutput() {
    return job.reporter().wantsAgentOutput();
  }

  @Override
  public void output(Step step, OutputLine line) {
    job.reporter().output(line, true);
  }

  @Override
  public void warning(String text) {
    job.reporter().warning(agent + ": " + text);
  }

  @Override
  public void note(String text) {
    job.reporter().detail(agent + ": " + text);
  }

  @Override
  public void detail(String text) {
    job.reporter().detail(agent + ": " + text);
  }

  private static int number(Step step) {
    return step.index() + 1;
  }
}
