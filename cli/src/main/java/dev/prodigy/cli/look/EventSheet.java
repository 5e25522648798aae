package dev.prodigy.cli.look;

import dev.prodigy.cli.terminal.Column;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.cli.terminal.Format;
import dev.prodigy.cli.terminal.Listing;
import dev.prodigy.cli.terminal.RecordStream;
import dev.prodigy.cli.terminal.Records;
import dev.prodigy.model.Json;
import dev.prodigy.storage.EventLine;
import dev.prodigy.storage.EventTime;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/// Events as rows: time, type, job, agent and the rest.
final class EventSheet {
  private final RecordStream<EventLine> rows;

  EventSheet(Console console, Format format) {
    boolean table = format == Format.TABLE || format == Format.MARKDOWN;
    rows = new Records(console, format).stream(table ? FOR_PEOPLE : FOR_PROGRAMS);
  }

  void add(EventLine event) {
    rows.add(event);
  }

  void end() {
    rows.end();
  }

  long count() {
    return rows.count();
  }

  private static final Listing<EventLine> FOR_PEOPLE =
      listing("Timestamp", "Event Type", "Job ID", "Agent ID", "Details", EventSentences::details);
  private static final Listing<EventLine> FOR_PROGRAMS =
      listing(
          "timestamp",
          "event_type",
          "job_id",
          "agent_id",
          "details",
          event -> Json.text(EventSentences.fields(event)));

  private static Listing<EventLine> listing(
      String time,
      String type,
      String job,
      String agent,
      String details,
      Function<EventLine, String> rest) {
    return Listing.of(
        event -> (ObjectNode) event.json(),
        "No events found.",
        List.of(
            Column.id(time, (EventLine event) -> EventTime.format(event.timeMillis())),
            Column.id(type, EventLine::type),
            Column.id(job, event -> orEmpty(event.jobId())),
            Column.id(agent, event -> orEmpty(event.agentId())),
            Column.of(details, rest)));
  }

  private static String orEmpty(@org.jspecify.annotations.Nullable String id) {
    return id == null ? "" : id;
  }
}
