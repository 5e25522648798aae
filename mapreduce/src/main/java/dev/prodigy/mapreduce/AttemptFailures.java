package dev.prodigy.mapreduce;

import dev.prodigy.engine.CircuitBreaker;
import dev.prodigy.engine.StepOutcome;
import dev.prodigy.engine.StepsOutcome;
import dev.prodigy.git.GitException;
import dev.prodigy.git.MergeQueue;
import dev.prodigy.model.AgentId;
import dev.prodigy.model.Failure;
import dev.prodigy.model.FailureReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// From what went wrong in an attempt to the record that is kept of it.
final class AttemptFailures {
  private static final int CONTEXT_LINES = 20;

  private AttemptFailures() {}

  static AttemptFailure worktree(
      GitException e, ItemState state, AgentId agent, Instant begun, Duration took) {
    return new AttemptFailure(
        failure(
            state,
            agent,
            begun,
            took,
            new FailureReason.WorktreeError(),
            e.message(),
            List.of(),
            "git worktree",
            null),
        true,
        false,
        false,
        e.message());
  }

  static AttemptFailure rejected(ItemState state, AgentId agent, Instant begun) {
    return new AttemptFailure(
        failure(
            state,
            agent,
            begun,
            Duration.ZERO,
            new FailureReason.Unknown(),
            CircuitBreaker.OPEN_MESSAGE,
            List.of(),
            "circuit_breaker",
            null),
        false,
        false,
        false,
        CircuitBreaker.OPEN_MESSAGE);
  }

  static AttemptFailure conflict(
      MergeQueue.Outcome.Conflict conflict,
      ItemState state,
      AgentId agent,
      Instant begun,
      Duration took) {
    return new AttemptFailure(
        failure(
            state,
            agent,
            begun,
            took,
            new FailureReason.MergeConflict(),
            conflict.message(),
            conflict.paths(),
            "git merge",
            null),
        true,
        false,
        false,
        conflict.message());
  }

  static AttemptFailure steps(
      JobContext job,
      StepsOutcome steps,
      MapSettings settings,
      ItemState state,
      AgentId agent,
      Instant begun,
      Duration took) {
    StepOutcome failed = steps.failed().orElseThrow();
    boolean retryable =
        switch (failed.failureKind()) {
          case COMMIT, INTERPOLATION, NOT_FOUND, AUTHENTICATION, PERMISSION, CIRCUIT -> false;
          default -> true;
        };
    String log = failed.jsonLog() == null ? null : failed.jsonLog().toString();
    return new AttemptFailure(
        failure(
            state,
            agent,
            begun,
            took,
            AgentAttempt.reason(failed),
            failed.message(),
            tail(failed.stderr()),
            job.shown(failed.step()),
            log),
        retryable,
        failed.timedOut() && settings.agentLimitPassed(took),
        failed.failureKind() == StepOutcome.Kind.AUTHENTICATION,
        failed.message() + "\n" + (failed.stderr().isBlank() ? failed.stdout() : failed.stderr()));
  }

  private static Failure failure(
      ItemState state,
      AgentId agent,
      Instant begun,
      Duration took,
      FailureReason reason,
      String message,
      List<String> context,
      String step,
      @Nullable String jsonLog) {
    return new Failure(
        state.attempt(),
        begun.plus(took),
        reason,
        message,
        context,
        agent,
        step,
        took.toMillis(),
        jsonLog);
  }

  private static List<String> tail(String text) {
    List<String> lines = text.strip().lines().toList();
    return lines.subList(Math.max(0, lines.size() - CONTEXT_LINES), lines.size());
  }
}
