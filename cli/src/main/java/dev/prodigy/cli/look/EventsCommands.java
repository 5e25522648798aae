package dev.prodigy.cli.look;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Argument;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.UsageException;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.cli.terminal.Format;
import dev.prodigy.model.JobId;
import dev.prodigy.model.Json;
import dev.prodigy.storage.EventCounts;
import dev.prodigy.storage.EventFiles;
import dev.prodigy.storage.EventFilter;
import dev.prodigy.storage.EventLine;
import dev.prodigy.storage.EventTypes;
import dev.prodigy.storage.ReadSummary;
import dev.prodigy.storage.Segment;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// `prodigy events`: what happened. `ls` prints the newest events first, so that `--limit 1` is a
/// job's last event; to a pipe it prints the stored lines, byte for byte.
public final class EventsCommands {
  private static final int DEFAULT_LIMIT = 100;

  private static final Option<Optional<String>> JOB =
      Option.value("job-id", "ID", Values.ID, "Only this job");
  private static final Option<List<String>> TYPE =
      Option.repeated("event-type", "TYPE", Values.TEXT, "Only events of this type")
          .synonym("type");
  private static final Option<Optional<String>> AGENT =
      Option.value("agent-id", "ID", Values.TEXT, "Only this agent");
  private static final Option<Optional<String>> ITEM =
      Option.value("item-id", "ID", Values.TEXT, "Only this work item");
  private static final Option<Optional<String>> CORRELATION =
      Option.value("correlation-id", "ID", Values.TEXT, "Only this run");
  private static final Option<Optional<String>> SINCE =
      Option.value("since", "TIME", Values.TEXT, "From then on: minutes, 2h, or RFC 3339");
  private static final Option<Optional<String>> UNTIL =
      Option.value("until", "TIME", Values.TEXT, "Until then, likewise");
  private static final Option<Integer> LIMIT =
      Option.value("limit", "N", Values.COUNT, "At most so many; 0 for all", DEFAULT_LIMIT);
  private static final Option<Boolean> REVERSE =
      Option.flag("reverse", "The same events, oldest first");
  private static final Option<Optional<Integer>> LINES =
      Option.value("lines", "N", Values.COUNT, "Begin with the last N; default: all");
  private static final Option<Boolean> EXIT_ON_COMPLETE =
      Option.flag("exit-on-complete", "End when the job has ended");
  private static final Option<EventCounts.Grouping> GROUP_BY =
      Option.value(
          "group-by",
          "KEY",
          Values.oneOf(EventCounts.Grouping.class),
          "event_type, job_id, agent_id or day",
          EventCounts.Grouping.EVENT_TYPE);
  private static final Argument<Optional<String>> FOLLOWED =
      Argument.optional("JOB", Values.ID, "Same as --job-id");

  private EventsCommands() {}

  public static void define(Command events) {
    events.add("ls", "List events, newest first", EventsCommands::defineList).alias("list");
    events
        .add("follow", "Print events as they are written", EventsCommands::defineFollow)
        .alias("tail");
    events.add("stats", "Count events", EventsCommands::defineStats);
  }

  private static void filters(Command command) {
    command.options(JOB, TYPE, AGENT, ITEM, CORRELATION, SINCE, UNTIL);
  }

  private static void defineList(Command command) {
    filters(command);
    command.options(LIMIT, REVERSE).runs(EventsCommands::list);
  }

  private static void defineFollow(Command command) {
    filters(command);
    command.arguments(FOLLOWED).options(LINES, EXIT_ON_COMPLETE).runs(EventsCommands::follow);
  }

  private static void defineStats(Command command) {
    filters(command);
    command.options(GROUP_BY).runs(EventsCommands::stats);
  }

  private static int list(Invocation call) {
    List<Segment> segments = new EventPlaces(call).segments(call.get(JOB));
    EventFilter filter = filter(call);
    int limit = call.get(LIMIT);
    long most = limit == 0 ? EventFiles.UNLIMITED : limit;
    var printer = new EventPrinter(call);
    ReadSummary summary;
    if (call.get(REVERSE)) {
      List<EventLine> newest = new ArrayList<>();
      summary = EventFiles.newest(segments, filter, most, newest::add);
      for (EventLine event : newest.reversed()) {
        printer.accept(event);
      }
    } else {
      summary = EventFiles.newest(segments, filter, most, printer);
    }
    printer.end(summary);
    return ExitCode.OK;
  }

  private static int follow(Invocation call) {
    call.console().out().live();
    Optional<String> job = call.get(JOB).or(() -> call.get(FOLLOWED));
    var places = new EventPlaces(call);
    var printer = new EventPrinter(call);
    boolean untilEnd = call.get(EXIT_ON_COMPLETE);
    long lines = call.get(LINES).map(Integer::longValue).orElse(EventFiles.UNLIMITED);
    List<JobId> jobs = new ArrayList<>();
    EventFiles files;
    if (job.isPresent()) {
      jobs.add(new JobId(job.get()));
      EventFiles found = places.find(job.get());
      files = found != null ? found : places.repositories().getFirst();
    } else {
      files = places.repositories().getFirst();
    }
    ReadSummary summary =
        files.follow(
            jobs,
            lines,
            filter(call),
            event -> printer.accept(event) && !(untilEnd && event.endsJob()),
            () -> false);
    printer.end(summary);
    return ExitCode.OK;
  }

  private static int stats(Invocation call) {
    EventCounts.Grouping grouping = call.get(GROUP_BY);
    List<Segment> segments = new EventPlaces(call).segments(call.get(JOB));
    EventCounts counts = EventFiles.count(segments, filter(call), grouping);
    Console console = call.console();
    call.records().one(json(grouping, counts), () -> human(console, grouping, counts));
    return ExitCode.OK;
  }

  private static ObjectNode json(EventCounts.Grouping grouping, EventCounts counts) {
    ObjectNode json = Json.NODES.objectNode();
    json.put("group_by", grouping.name().toLowerCase(Locale.ROOT));
    var stats = json.putArray("stats");
    counts
        .counts()
        .forEach(
            (key, count) ->
                stats
                    .addObject()
                    .put("key", key)
                    .put("count", count)
                    .put("percentage", 100.0 * count / counts.total()));
    json.put("total", counts.total());
    return json;
  }

  private static void human(Console console, EventCounts.Grouping grouping, EventCounts counts) {
    console.print("Events by " + grouping.name().toLowerCase(Locale.ROOT));
    console.print("=".repeat(50));
    counts
        .counts()
        .forEach(
            (key, count) ->
                console.print(
                    "%-30s %6d (%5.1f%%)".formatted(key, count, 100.0 * count / counts.total())));
    console.print("Total events: " + counts.total());
  }

  private static EventFilter filter(Invocation call) {
    EventFilter filter = EventFilter.ALL;
    List<String> types = call.get(TYPE);
    if (!types.isEmpty()) {
      filter = filter.withTypes(known(types));
    }
    if (call.get(AGENT).isPresent()) {
      filter = filter.withAgent(call.get(AGENT).get());
    }
    if (call.get(ITEM).isPresent()) {
      filter = filter.withItem(call.get(ITEM).get());
    }
    if (call.get(CORRELATION).isPresent()) {
      filter = filter.withCorrelation(call.get(CORRELATION).get());
    }
    if (call.get(SINCE).isPresent() || call.get(UNTIL).isPresent()) {
      filter =
          filter.between(
              Moments.parse("since", call.get(SINCE)), Moments.parse("until", call.get(UNTIL)));
    }
    return filter;
  }

  private static List<String> known(List<String> asked) {
    List<String> types = new ArrayList<>();
    for (String list : asked) {
      for (String type : list.split(",", -1)) {
        if (!EventTypes.KNOWN.contains(EventTypes.pascalCase(type))) {
          throw new UsageException(
              "invalid value '%s' for '--event-type <TYPE>': expected one of %s"
                  .formatted(type, String.join(", ", EventTypes.KNOWN)));
        }
        types.add(type);
      }
    }
    return types;
  }

  /// The console's answers as a stream, for lines that are bytes already.
  static OutputStream answers(Console console) {
    return new OutputStream() {
      @Override
      public void write(int b) {
        console.out().write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        console.out().write(bytes, offset, length);
      }
    };
  }

  static boolean forPeople(Invocation call) {
    Format asked = call.format().orElse(null);
    return asked == null
        ? call.console().terminals().output()
        : asked != Format.JSON && asked != Format.JSONL;
  }
}
