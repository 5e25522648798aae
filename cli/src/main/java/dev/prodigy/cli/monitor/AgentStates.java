package dev.prodigy.cli.monitor;

import dev.prodigy.mapreduce.ItemState;
import dev.prodigy.mapreduce.JobPicture;
import dev.prodigy.model.Failure;
import dev.prodigy.model.JournalRecord.Disposition;
import dev.prodigy.model.Json;
import dev.prodigy.storage.EventFiles;
import dev.prodigy.storage.EventFilter;
import dev.prodigy.storage.EventLine;
import dev.prodigy.storage.EventTime;
import dev.prodigy.storage.Segment;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What the agent of each item does. The step it is at is in its last event; it is looked for from
/// the end of the log and only so far, since it is a courtesy.
final class AgentStates {
  private static final long LOOKED_AT = 2000;

  private final JobPicture picture;
  private final boolean live;
  private final Map<String, EventLine> steps = new HashMap<>();

  /// @param live whether a process works on the job
  AgentStates(JobPicture picture, List<Segment> log, boolean live) {
    this.picture = picture;
    this.live = live;
    int active = picture.counts().active();
    if (live && active > 0) {
      EventFiles.newest(log, EventFilter.ALL, LOOKED_AT, event -> note(event) < active);
    }
  }

  private int note(EventLine event) {
    String agent = event.agentId();
    if (agent != null && event.type().equals("AgentProgress")) {
      steps.putIfAbsent(agent, event);
    }
    return steps.size();
  }

  /// One agent at work.
  ///
  /// @param step what it does; empty if it has not said anything yet
  record Active(String agent, String item, String type, String step, Duration since) {}

  List<Active> active(Instant now) {
    return picture.items().stream()
        .filter(item -> type(item).equals("Running") || type(item).equals("Merging"))
        .map(
            item ->
                new Active(
                    agent(item),
                    item.item().id().value(),
                    type(item),
                    step(item).path("step").asString(""),
                    Duration.between(item.changedAt(), now)))
        .toList();
  }

  ObjectNode json() {
    ObjectNode all = Json.NODES.objectNode();
    for (ItemState item : picture.items()) {
      ObjectNode state = all.putObject(agent(item));
      String type = type(item);
      state.put("type", type).put("item_id", item.item().id().value());
      state.put("attempt", item.attempt());
      state.put("since", EventTime.format(item.changedAt().toEpochMilli()));
      if (type.equals("Running") && !step(item).isMissingNode()) {
        state.put("step", step(item).path("step").asString());
        state.put("progress", step(item).path("progress_pct").asDouble());
      }
      if (!item.failures().isEmpty()) {
        Failure last = item.failures().getLast();
        state.put("error", last.errorMessage());
      }
    }
    return all;
  }

  private String agent(ItemState item) {
    return picture.state().jobId().agent(item.item().id()).value();
  }

  /// The step of this attempt: an event from before it began is not about it.
  private JsonNode step(ItemState item) {
    EventLine last = steps.get(agent(item));
    return last == null || last.timeMillis() < item.changedAt().toEpochMilli()
        ? Json.NODES.missingNode()
        : last.json();
  }

  String type(ItemState item) {
    return switch (item.status()) {
      case PENDING -> item.failures().isEmpty() ? "Queued" : "Retrying";
      case RUNNING -> live ? "Running" : "Queued";
      case COMPLETED -> live ? "Merging" : "Queued";
      case DONE -> "Completed";
      case FAILED -> item.disposition() == Disposition.DEAD_LETTER ? "DeadLettered" : "Failed";
    };
  }
}
