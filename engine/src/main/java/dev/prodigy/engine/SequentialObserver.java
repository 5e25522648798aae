package dev.prodigy.engine;

import dev.prodigy.agent.AgentEvent;
import dev.prodigy.model.CompletedStep;
import dev.prodigy.model.Event;
import dev.prodigy.model.Json;
import dev.prodigy.workflow.Step;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Follows a sequential run: lines for the user, events for tools, and a checkpoint after each
/// step, durable before the next one starts.
final class SequentialObserver extends ReportingObserver {
  private static final String PHASE = "workflow";
  private static final int KEPT_OUTPUT = 4096;
  private static final int LARGEST_PART = 4096; // events stay small: 1 to 10 KB
  private static final int PREVIEW = 1024;

  private final RunContext run;
  private final Position position;
  private final Checkpointing checkpoints;
  private final int total;

  SequentialObserver(RunContext run, Position position, Checkpointing checkpoints, int total) {
    super(run.reporter(), run.environment().masker());
    this.run = run;
    this.position = position;
    this.checkpoints = checkpoints;
    this.total = total;
  }

  @Override
  public void started(Step step) {
    String display = shown(step);
    run.reporter().info("Executing step %d/%d: %s".formatted(step.index() + 1, total, display));
    event(new Event.StepStarted(PHASE, step.index(), display));
  }

  @Override
  public void finished(Step step, StepOutcome outcome) {
    if (outcome.stopped()) {
      return; // it runs again from its beginning
    }
    String display = shown(step);
    if (outcome.failed()) {
      event(
          new Event.StepFailed(
              PHASE, step.index(), display, outcome.duration(), cut(outcome.message())));
      return;
    }
    if (outcome.status() == StepOutcome.Status.SKIPPED) {
      run.reporter().info("Skipped: " + display);
    }
    position.stepDone(completed(step, outcome, display));
    checkpoints.step();
    event(new Event.StepCompleted(PHASE, step.index(), display, outcome.duration()));
  }

  private CompletedStep completed(Step step, StepOutcome outcome, String display) {
    String output = outcome.stdout();
    boolean stored = step.capture().enabled() && !output.isEmpty();
    return new CompletedStep(
        step.index(),
        display,
        outcome.status() != StepOutcome.Status.TOLERATED,
        stored ? output.substring(Math.max(0, output.length() - KEPT_OUTPUT)) : null,
        outcome.captured(),
        outcome.duration(),
        run.now(),
        outcome.exitCode(),
        outcome.status().word(),
        outcome.recoveredBy(),
        outcome.retries());
  }

  @Override
  public void retrying(Step step, int attempt, int max, Duration delay, String error) {
    super.retrying(step, attempt, max, delay, error);
    event(new Event.StepRetrying(shown(step), attempt, max, delay.toMillis(), cut(error)));
  }

  @Override
  public void exhausted(Step step, int attempts, String reason, String error) {
    event(new Event.RetryExhausted(shown(step), attempts, reason, cut(error)));
  }

  @Override
  public void agent(Step step, AgentEvent event, @Nullable Path log) {
    super.agent(step, event, log);
    run.events().appendSoon(run.job(), stored(event, log == null ? null : log.toString()));
  }

  private static Event stored(AgentEvent event, @Nullable String log) {
    return switch (event) {
      case AgentEvent.SessionStarted(var id, var model, var tools, var provider) ->
          new Event.ClaudeSessionStarted(null, null, id, model, tools, provider, log);
      case AgentEvent.ToolInvoked(var name, var id, var parameters) ->
          new Event.ClaudeToolInvoked(null, null, name, id, small(parameters));
      case AgentEvent.Message(var content, var type) ->
          new Event.ClaudeMessage(null, null, cut(content), type, log);
      case AgentEvent.TokenUsage(
              var in,
              var out,
              var cacheRead,
              var cacheCreation,
              var cost,
              var model) ->
          new Event.ClaudeTokenUsage(null, null, in, out, cacheRead, cacheCreation, cost, model);
      case AgentEvent.Ended(var id, var subtype, var isError, var turns, var millis) ->
          new Event.ClaudeSessionEnded(null, null, id, subtype, isError, turns, millis);
    };
  }

  private static JsonNode small(JsonNode parameters) {
    String text = Json.text(parameters);
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes <= LARGEST_PART) {
      return parameters;
    }
    return Json.NODES
        .objectNode()
        .put("_truncated", true)
        .put("bytes", bytes)
        .put("preview", text.substring(0, Math.min(PREVIEW, text.length())));
  }

  private static String cut(String text) {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes <= LARGEST_PART) {
      return text;
    }
    String kept = text.substring(0, Math.min(LARGEST_PART / 2, text.length()));
    return kept + "… (+%d bytes)".formatted(bytes - kept.getBytes(StandardCharsets.UTF_8).length);
  }

  private String shown(Step step) {
    return run.environment().masker().mask(step.display());
  }

  @Override
  public void event(Event event) {
    run.events().append(run.job(), event);
  }
}
