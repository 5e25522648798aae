package dev.prodigy.cli.look;

import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.UsageException;
import dev.prodigy.cli.command.Values;
import dev.prodigy.storage.EventFilter;
import dev.prodigy.storage.EventTypes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Which events a command is about: the options that all event commands share.
final class EventOptions {
  static final Option<Optional<String>> JOB =
      Option.value("job-id", "ID", Values.ID, "Only this job");
  static final Option<Optional<Path>> FILE =
      Option.value("file", "FILE", Values.PATH, "Read this JSONL file, plain or packed, instead");
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

  private EventOptions() {}

  static void define(Command command) {
    command.options(JOB, TYPE, AGENT, ITEM, CORRELATION, SINCE, UNTIL, FILE);
  }

  static EventFilter filter(Invocation call) {
    EventFilter filter = EventFilter.ALL;
    List<String> types = call.get(TYPE);
    if (!types.isEmpty()) {
      filter = filter.withTypes(known(types));
    }
    if (call.get(FILE).isPresent() && call.get(JOB).isPresent()) {
      filter = filter.withJob(call.get(JOB).get());
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

  /// Whether some events may be left out.
  static boolean areGiven(Invocation call) {
    return !filter(call).equals(EventFilter.ALL);
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
}
