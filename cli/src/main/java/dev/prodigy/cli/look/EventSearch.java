package dev.prodigy.cli.look;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Argument;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.UsageException;
import dev.prodigy.cli.command.Values;
import dev.prodigy.storage.EventFiles;
import dev.prodigy.storage.EventFilter;
import dev.prodigy.storage.ReadSummary;
import dev.prodigy.storage.Segment;
import dev.prodigy.storage.TextQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;

/// `prodigy events search`: events some field of which matches a regular expression.
final class EventSearch {
  private static final Argument<String> PATTERN =
      Argument.required("PATTERN", Values.TEXT, "Regular expression; (?i) in front ignores case");
  private static final Option<List<String>> FIELDS =
      Option.repeated("fields", "NAME", Values.TEXT, "Look only here, such as error or a.b");
  private static final Option<Optional<Integer>> LIMIT =
      Option.value("limit", "N", Values.COUNT, "At most so many, the newest");

  private EventSearch() {}

  static void define(Command command) {
    EventOptions.define(command);
    command.arguments(PATTERN).options(FIELDS, LIMIT, EventReading.MODE).runs(EventSearch::run);
  }

  private static int run(Invocation call) {
    EventFilter filter = EventOptions.filter(call).containing(query(call));
    List<Segment> segments = new EventPlaces(call).segments();
    var printer = new EventPrinter(call).calling("Found %s matching events", "No events match.");
    int limit = call.get(LIMIT).orElse(0);
    ReadSummary summary =
        limit == 0
            ? EventReading.read(call, segments, filter, printer)
            : EventFiles.lastInOrder(segments, filter, limit, printer);
    printer.end(summary);
    return ExitCode.OK;
  }

  private static TextQuery query(Invocation call) {
    List<String> fields = new ArrayList<>();
    for (String list : call.get(FIELDS)) {
      fields.addAll(List.of(list.split(",", -1)));
    }
    fields.removeIf(String::isBlank);
    try {
      return new TextQuery(call.get(PATTERN), fields);
    } catch (PatternSyntaxException e) {
      throw new UsageException(
          "invalid value '%s' for '<PATTERN>': not a regular expression: %s at position %d"
              .formatted(call.get(PATTERN), e.getDescription(), Math.max(e.getIndex(), 0)));
    }
  }
}
