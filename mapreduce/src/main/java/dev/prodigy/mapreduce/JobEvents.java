package dev.prodigy.mapreduce;

import dev.prodigy.model.AgentResult;
import dev.prodigy.model.Event;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.JobId;
import dev.prodigy.storage.Cursor;
import dev.prodigy.storage.EventFiles;
import dev.prodigy.storage.EventFilter;
import dev.prodigy.storage.EventLine;
import dev.prodigy.storage.EventReader;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a job's event log already says, so that a resume can add what a crash swallowed without
/// saying anything twice. Only for the log's own sake: the state of items never comes from here,
/// since users may delete logs at any time.
///
/// @param completed items whose `AgentCompleted` is in the log
/// @param types of the phase and terminal events in the log
/// @param since the time of the first of these records; null when there is none
record JobEvents(Set<String> completed, Set<String> types, @Nullable Instant since) {

  private static final EventFilter WANTED =
      EventFilter.ofTypes(
          "JobStarted", "MapPhaseStarted", "AgentCompleted", "MapPhaseCompleted", "JobCompleted");

  static JobEvents read(EventFiles files, JobId job) {
    var completed = new HashSet<String>();
    var types = new HashSet<String>();
    Instant since = null;
    try (EventReader reader = files.read(job, Cursor.START, WANTED)) {
      for (EventLine line = reader.next(); line != null; line = reader.next()) {
        types.add(line.type());
        since = since == null ? Instant.ofEpochMilli(line.timeMillis()) : since;
        if (line.type().equals("AgentCompleted")) {
          completed.add(line.json().path("item_id").asString());
        }
      }
    }
    return new JobEvents(completed, types, since);
  }

  boolean has(Class<? extends Event> type) {
    return types.contains(type.getSimpleName());
  }

  /// Whether the item's last event is missing. Items that ended before the oldest record left are
  /// not told again: their part of the log was deleted.
  boolean lacksCompletionOf(ItemId item, AgentResult result, Instant doneAt) {
    return result.succeeded()
        && !completed.contains(item.value())
        && (since == null || !doneAt.isBefore(since));
  }
}
