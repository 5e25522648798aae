package dev.prodigy.cli.look;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.terminal.Column;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.cli.terminal.Format;
import dev.prodigy.cli.terminal.Listing;
import dev.prodigy.model.Json;
import dev.prodigy.storage.EventCounts;
import dev.prodigy.storage.EventCounts.Grouping;
import dev.prodigy.storage.EventFiles;
import dev.prodigy.storage.file.EventIndex;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/// `prodigy events stats`: how many events there are of each kind, job, agent or day. How many of
/// each kind is kept in an index, so that a large log is read once.
final class EventStats {
  private static final Option<Grouping> GROUP_BY =
      Option.value(
          "group-by",
          "KEY",
          Values.oneOf(Grouping.class),
          "event_type, job_id, agent_id or day",
          Grouping.EVENT_TYPE);

  private EventStats() {}

  static void define(Command command) {
    EventOptions.define(command);
    command.options(GROUP_BY).runs(EventStats::run);
  }

  private static int run(Invocation call) {
    Grouping grouping = call.get(GROUP_BY);
    EventCounts counts = count(call, grouping);
    Console console = call.console();
    if (counts.unreadable() > 0) {
      EventPrinter.warnOfUnreadable(console, counts.unreadable());
    }
    Format format = call.records().listFormat();
    if (format == Format.CSV || format == Format.MARKDOWN || format == Format.TABLE) {
      call.records().list(counts.counts().entrySet(), listing(grouping, counts));
    } else {
      call.records().one(json(grouping, counts), () -> human(console, grouping, counts));
    }
    return ExitCode.OK;
  }

  private static EventCounts count(Invocation call, Grouping grouping) {
    var places = new EventPlaces(call);
    boolean indexed =
        grouping == Grouping.EVENT_TYPE
            && !EventOptions.areGiven(call)
            && call.get(EventOptions.FILE).isEmpty();
    if (!indexed) {
      return EventFiles.count(places.segments(), EventOptions.filter(call), grouping);
    }
    Map<String, Long> counts = new TreeMap<>();
    long unreadable = 0;
    for (EventPlaces.Log log : places.logs()) {
      EventIndex index = log.index(call.console()::warn);
      index.counts().forEach((type, count) -> counts.merge(type, count, Long::sum));
      unreadable += index.unreadable();
    }
    return EventCounts.sorted(counts, unreadable);
  }

  private static ObjectNode json(Grouping grouping, EventCounts counts) {
    ObjectNode json = Json.NODES.objectNode();
    json.put("group_by", word(grouping));
    var stats = json.putArray("stats");
    counts.counts().forEach((key, count) -> stats.add(json(counts, key, count)));
    json.put("total", counts.total());
    return json;
  }

  private static ObjectNode json(EventCounts counts, String key, long count) {
    return Json.NODES
        .objectNode()
        .put("key", key)
        .put("count", count)
        .put("percentage", Math.round(percent(counts, count) * 100) / 100.0);
  }

  private static void human(Console console, Grouping grouping, EventCounts counts) {
    console.print("Events by " + word(grouping));
    console.print("=".repeat(50));
    counts
        .counts()
        .forEach(
            (key, count) ->
                console.print("%-30s %6d (%5.1f%%)".formatted(key, count, percent(counts, count))));
    console.print("Total events: " + counts.total());
  }

  private static double percent(EventCounts counts, long count) {
    return 100.0 * count / counts.total();
  }

  private static String word(Grouping grouping) {
    return grouping.name().toLowerCase(Locale.ROOT);
  }

  private static Listing<Map.Entry<String, Long>> listing(Grouping grouping, EventCounts counts) {
    return Listing.of(
        entry -> json(counts, entry.getKey(), entry.getValue()),
        "No events found.",
        List.of(
            Column.id(grouping.name().replace('_', ' '), (Map.Entry<String, Long> e) -> e.getKey()),
            Column.number("COUNT", e -> String.valueOf(e.getValue())),
            Column.number("PERCENTAGE", e -> "%.1f".formatted(percent(counts, e.getValue())))));
  }
}
