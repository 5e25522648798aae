package dev.prodigy.storage.migrate;

import dev.prodigy.model.Json;
import dev.prodigy.model.Session;
import dev.prodigy.model.SessionId;
import dev.prodigy.model.SessionStatus;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A session of `session_state.json`: `{session_id, status, started_at, ended_at?,
/// iterations_completed, files_changed, errors[], working_directory, worktree_name?}`
final class LegacySession {
  private LegacySession() {}

  /// As it is kept today; empty if the document is no such session.
  ///
  /// @param repository in the store
  /// @param project where it was found
  /// @param modified when the document was last changed
  static Optional<Session> read(JsonNode old, String repository, String project, Instant modified) {
    String id = old.path("session_id").asString("");
    if (!old.isObject() || id.isEmpty()) {
      return Optional.empty();
    }
    SessionStatus status = status(old.path("status").asString(""));
    Instant started = time(old.path("started_at")).orElse(modified);
    Instant ended = time(old.path("ended_at")).orElse(modified);
    String workedIn = old.path("working_directory").asString("");
    var steps =
        new Session.WorkflowData(
            "legacy",
            "",
            0,
            0,
            List.of(),
            Map.of(),
            old.path("iterations_completed").asInt(0),
            old.path("files_changed").asInt(0),
            old.path("worktree_name").asString(null));
    return Optional.of(
        new Session(
            new SessionId(id),
            Session.Type.WORKFLOW,
            status,
            started,
            ended,
            status.ended() ? ended : null,
            metadata(id),
            List.of(),
            Map.of(),
            errors(old.path("errors")),
            steps,
            null,
            1,
            repository,
            workedIn.isEmpty() ? project : workedIn,
            null,
            null,
            null));
  }

  private static Map<String, JsonNode> metadata(String id) {
    var metadata = new TreeMap<String, JsonNode>();
    metadata.put("legacy_session_id", Json.NODES.stringNode(id));
    metadata.put("started_by", Json.NODES.stringNode("migrated"));
    metadata.put("tags", Json.NODES.arrayNode().add("migrated"));
    return metadata;
  }

  /// What was going on then goes on no more.
  private static SessionStatus status(String old) {
    return switch (old) {
      case "Completed", "completed" -> SessionStatus.COMPLETED;
      case "Failed", "failed" -> SessionStatus.FAILED;
      default -> SessionStatus.PAUSED;
    };
  }

  private static Optional<Instant> time(JsonNode value) {
    try {
      return value.isString()
          ? Optional.of(OffsetDateTime.parse(value.stringValue()).toInstant())
          : Optional.empty();
    } catch (DateTimeException _) { // no time at all
      return Optional.empty();
    }
  }

  private static @Nullable String errors(JsonNode errors) {
    String joined =
        errors
            .valueStream()
            .map(e -> e.isString() ? e.stringValue() : e.toString())
            .collect(Collectors.joining("; "));
    return joined.isEmpty() ? null : joined;
  }
}
