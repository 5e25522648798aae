package dev.prodigy.cli.monitor;

import dev.prodigy.cli.terminal.Human;
import dev.prodigy.mapreduce.JobPicture;
import dev.prodigy.model.Json;
import dev.prodigy.storage.EventTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// One run of any repository at one moment.
///
/// @param id the job's, or the session's of a sequential run
/// @param session null if the user cleaned it away
/// @param status as users know it, `Interrupted` for a run whose process died
/// @param phase `step` for sequential runs
/// @param throughput items per second, at present or, for ended runs, overall
/// @param eta null if nothing can be told
/// @param storageBytes kept of it, its worktrees aside
record RunRow(
    String id,
    @Nullable String session,
    String repository,
    String workflow,
    boolean live,
    String status,
    String phase,
    JobPicture.Counts counts,
    double throughput,
    @Nullable Duration eta,
    Spending spending,
    long storageBytes,
    Instant startedAt,
    Instant updatedAt) {

  ObjectNode json() {
    ObjectNode json = Json.NODES.objectNode();
    json.put("id", id).put("session_id", session).put("repository", repository);
    json.put("workflow_name", workflow).put("live", live).put("status", status);
    json.put("phase", phase).put("total", counts.total()).put("completed", counts.completed());
    json.put("failed", counts.failed()).put("skipped", counts.skipped());
    json.put("running", live ? counts.active() : 0).put("pending", counts.pending());
    json.put("throughput", JobReport.rounded(throughput));
    json.put("eta_seconds", eta == null ? null : Long.valueOf(eta.toSeconds()));
    json.put("input_tokens", spending.inputTokens()).put("output_tokens", spending.outputTokens());
    json.put("cost_usd", spending.priced() ? Double.valueOf(spending.dollars()) : null);
    json.put("storage_bytes", storageBytes);
    json.put("started_at", EventTime.format(startedAt.toEpochMilli()));
    json.put("updated_at", EventTime.format(updatedAt.toEpochMilli()));
    return json;
  }

  /// `map 6/10`, with what failed: `map 6/10, 1 failed`.
  String progress() {
    String text = "%s %d/%d".formatted(phase, counts.finished(), counts.total());
    return counts.failed() == 0 ? text : text + ", " + counts.failed() + " failed";
  }

  String rate() {
    return throughput == 0 ? "" : String.format(Locale.ROOT, "%.2f/s", throughput);
  }

  String left() {
    return eta == null ? "" : Human.duration(Duration.ofSeconds(eta.toSeconds()));
  }

  String cost() {
    return spending.priced() ? String.format(Locale.ROOT, "$%.2f", spending.dollars()) : "";
  }
}
