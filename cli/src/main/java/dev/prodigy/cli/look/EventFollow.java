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
import dev.prodigy.storage.EventSink;
import dev.prodigy.storage.ReadSummary;
import java.util.Optional;

/// `prodigy events follow`: what is there, then what comes, until the job ends or Ctrl-C. A job
/// that has not begun is waited for.
final class EventFollow {
  private static final Argument<Optional<String>> FOLLOWED =
      Argument.optional("JOB", Values.ID, "Same as --job-id");
  private static final Option<Optional<Integer>> LINES =
      Option.value("lines", "N", Values.COUNT, "Begin with the last N; default: all");
  private static final Option<Boolean> EXIT_ON_COMPLETE =
      Option.flag("exit-on-complete", "End when the job has ended");

  private EventFollow() {}

  static void define(Command command) {
    EventOptions.define(command);
    command.arguments(FOLLOWED).options(LINES, EXIT_ON_COMPLETE);
    BookmarkFile.define(command);
    command.runs(EventFollow::run);
  }

  private static int run(Invocation call) {
    EventFilter filter = EventOptions.filter(call);
    Optional<String> job = call.get(FOLLOWED).or(() -> call.get(EventOptions.JOB));
    var places = new EventPlaces(call);
    var printer = new EventPrinter(call);
    printer.end(
        BookmarkFile.isAsked(call)
            ? goOn(call, places, job, filter, until(call, printer))
            : EventFiles.follow(
                places.following(job),
                call.get(LINES).map(Integer::longValue).orElse(EventFiles.UNLIMITED),
                filter,
                until(call, printer),
                () -> false,
                _ -> call.console().out().flush()));
    return ExitCode.OK;
  }

  private static EventSink until(Invocation call, EventPrinter printer) {
    boolean untilEnd = call.get(EXIT_ON_COMPLETE);
    return event -> printer.accept(event) && !(untilEnd && event.endsJob());
  }

  private static ReadSummary goOn(
      Invocation call,
      EventPlaces places,
      Optional<String> job,
      EventFilter filter,
      EventSink sink) {
    if (job.isEmpty() || call.get(LINES).isPresent()) {
      throw new UsageException("a cursor is a position in one job: name it, without --lines");
    }
    EventPlaces.Log log = places.one(job.get());
    var bookmark = new BookmarkFile(call);
    return log.files()
        .follow(log.job(), bookmark.position(), filter, sink, () -> false, bookmark::keep);
  }
}
