package dev.prodigy.model;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What an agent achieved for its item; kept in the journal and in checkpoints.
///
/// @param status how it ended
/// @param output standard output of the steps joined by newlines, at most 4 KiB; the rest is in
///   `outputRef`
/// @param commits full hashes, oldest first; the last one is the tip that was merged
/// @param filesModified names in `base..tip`
/// @param outputs captured variables of the agent
/// @param outputBytes size of the whole output when it is longer than `output`
/// @param outputRef path of the whole output, relative to the job's directory
public record AgentResult(
    ItemId itemId,
    Status status,
    @Nullable String output,
    List<String> commits,
    List<String> filesModified,
    Duration duration,
    @Nullable String error,
    @Nullable FailureReason errorType,
    @Nullable String worktreePath,
    @Nullable String branchName,
    @Nullable SessionId worktreeSessionId,
    @Nullable String jsonLogLocation,
    @Nullable CleanupStatus cleanupStatus,
    int attempt,
    @Nullable Long outputBytes,
    @Nullable String outputRef,
    Map<String, JsonNode> outputs) {

  /// Stored in Pascal case; `Failed` with its message: `{"Failed":"..."}`.
  public enum Status {
    SUCCESS,
    FAILED,
    TIMEOUT,
    SKIPPED
  }

  public AgentResult {
    commits = List.copyOf(commits);
    filesModified = List.copyOf(filesModified);
    outputs = Map.copyOf(outputs);
  }

  public boolean succeeded() {
    return status == Status.SUCCESS;
  }
}
