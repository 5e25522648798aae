package dev.prodigy.storage.file;

import dev.prodigy.model.CheckpointReason;
import dev.prodigy.model.JobId;
import dev.prodigy.model.Phase;
import dev.prodigy.model.SessionId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// The first member of every checkpoint. Its own first members are the hash of the file, see
/// [CheckpointFile], and the format version.
///
/// @param checkpointId `cp-<uuid>`
/// @param kind `setup`, `map`, `reduce` or `workflow`
record CheckpointMetadata(
    int formatVersion,
    String checkpointId,
    String kind,
    @Nullable JobId jobId,
    SessionId sessionId,
    int version,
    Instant createdAt,
    Phase phase,
    CheckpointReason checkpointReason,
    int totalWorkItems,
    int completedItems) {
  static final int FORMAT = 1;

  /// As [CheckpointFile] reads it back; where the hash stands depends on nothing but this start.
  void write(JsonGenerator out, String integrityHash) {
    out.writeObjectPropertyStart("metadata");
    out.writeStringProperty("integrity_hash", integrityHash);
    out.writeNumberProperty("format_version", formatVersion);
    out.writeStringProperty("checkpoint_id", checkpointId);
    out.writeStringProperty("kind", kind);
    if (jobId != null) {
      out.writeStringProperty("job_id", jobId.value());
    }
    out.writeStringProperty("session_id", sessionId.value());
    out.writeNumberProperty("version", version);
    out.writeStringProperty("created_at", Timestamps.text(createdAt));
    out.writeStringProperty("phase", Encodings.pascalName(phase));
    out.writeStringProperty("checkpoint_reason", Encodings.pascalName(checkpointReason));
    out.writeNumberProperty("total_work_items", totalWorkItems);
    out.writeNumberProperty("completed_items", completedItems);
    out.writeEndObject();
  }
}
