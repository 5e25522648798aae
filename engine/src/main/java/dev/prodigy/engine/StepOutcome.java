package dev.prodigy.engine;

import dev.prodigy.model.CompletedStep.RetryState;
import dev.prodigy.workflow.Step;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What became of one step, handlers included. No text has a secret in it: outputs and captured
/// values have placeholders instead, which [Masked#revealing] turns back.
///
/// @param exitCode 0 also for a recovered step; the real code for a tolerated one
/// @param stdout without the masked values; at most about 1 MiB, the whole is in the log
/// @param stopped the run was told to stop while the step ran: neither success nor failure
/// @param message why it failed, as shown to users; empty after success
/// @param captured the variables the step gave a name to, by name
/// @param jsonLog the agent's live log, for agent steps
/// @param recoveredBy for `RECOVERED`: `fallback`, `on_failure` or `on_exit_code`
/// @param retries null: it has none
public record StepOutcome(
    Step step,
    Status status,
    int exitCode,
    String stdout,
    String stderr,
    String combined,
    boolean timedOut,
    boolean stopped,
    Kind failureKind,
    String message,
    Map<String, JsonNode> captured,
    Duration duration,
    @Nullable Path jsonLog,
    @Nullable String recoveredBy,
    @Nullable RetryState retries) {

  /// Only `FAILED` ends the list of steps.
  public enum Status {
    SUCCESS,
    SKIPPED,
    RECOVERED,
    TOLERATED,
    FAILED;

    /// The word users see in variables: `failed_tolerated`.
    public String word() {
      return switch (this) {
        case SUCCESS -> "success";
        case SKIPPED -> "skipped";
        case RECOVERED -> "recovered";
        case TOLERATED -> "failed_tolerated";
        case FAILED -> "failed";
      };
    }
  }

  /// The typed cause of a failure; decides about retries, dead letters and hints.
  public enum Kind {
    NONE,
    COMMAND,
    TIMEOUT,
    COMMIT,
    OUTPUTS,
    CAPTURE,
    VALIDATION,
    AGENT,
    PERMISSION,
    INTERPOLATION,
    NOT_FOUND,
    AUTHENTICATION,
    CIRCUIT
  }

  public StepOutcome {
    captured = Map.copyOf(captured);
  }

  /// Failed for good, and not merely cut short.
  public boolean failed() {
    return status == Status.FAILED && !stopped;
  }
}
