package dev.prodigy.cli.look;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.Values;
import dev.prodigy.storage.EventFiles;
import dev.prodigy.storage.EventFilter;
import dev.prodigy.storage.ReadSummary;
import dev.prodigy.storage.Segment;
import java.util.List;

/// `prodigy events ls` prints the newest events first, so that `--limit 1` is a job's last event;
/// to a pipe it prints the stored lines, byte for byte.
final class EventList {
  private static final int DEFAULT_LIMIT = 100;
  private static final Option<Integer> LIMIT =
      Option.value("limit", "N", Values.COUNT, "At most so many; 0 for all", DEFAULT_LIMIT);
  private static final Option<Boolean> REVERSE =
      Option.flag("reverse", "The same events, oldest first");

  private EventList() {}

  static void define(Command command) {
    EventOptions.define(command);
    command.options(LIMIT, REVERSE).runs(EventList::run);
  }

  private static int run(Invocation call) {
    EventFilter filter = EventOptions.filter(call);
    List<Segment> segments = new EventPlaces(call).segments();
    int limit = call.get(LIMIT);
    long most = limit == 0 ? EventFiles.UNLIMITED : limit;
    var printer = new EventPrinter(call);
    ReadSummary summary =
        call.get(REVERSE)
            ? EventFiles.lastInOrder(segments, filter, most, printer)
            : EventFiles.newest(segments, filter, most, printer);
    printer.end(summary);
    return ExitCode.OK;
  }
}
