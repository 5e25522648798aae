package dev.prodigy.mapreduce;

import dev.prodigy.model.AgentResult;
import dev.prodigy.model.Event;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.JobId;
import dev.prodigy.storage.EventFilter;
import dev.prodigy.storage.EventFiles;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a job's event log already says, so that a resume can add what a crash swallowed without
/// saying anything twice. Only for the log's own sake: the state of items never comes from here,
/// since users may delete logs at any time.
///
/// @param completed items whose `AgentCompleted` is in the log
/// @param types of the phase and terminal events in the log
/// @param since the time of the first record left; null for an empty log
record JobEvents(Set<String> completed, Set<String> types, @Nullable Instant since) {

  private static final List<String> WANTED =
      List.of(
          "AgentCompleted", "MapPhaseStarted", "MapPhaseCompleted", "JobCompleted", "JobStarted");

  static JobEvents read(EventFiles files, JobId job) {
    var completed = new HashSet<String>();
    var types = new HashSet<String>();
    Instant[] first = new Instant[1];
    files.scan(
        job,
        EventFilter.ALL.withTypes(WANTED),
        line -> {
          types.add(line.type());
          if (first[0] == null) {
            first[0] = line.timestamp();
          }
          if (line.type().equals("AgentCompleted")) {
            completed.add(line.json().path("item_id").asString());
          }
        });
    return new JobEvents(completed, types, first[0]);
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
