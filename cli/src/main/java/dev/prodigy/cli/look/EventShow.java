package dev.prodigy.cli.look;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Argument;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.UsageException;
import dev.prodigy.cli.command.Values;
import dev.prodigy.storage.EventFiles;
import dev.prodigy.storage.EventFilter;
import java.util.Optional;

/// `prodigy events show`: a job's whole history, or what is new since the last time.
final class EventShow {
  private static final Argument<Optional<String>> ID =
      Argument.optional("JOB", Values.ID, "Job, session, the beginning of its id, or latest");

  private EventShow() {}

  static void define(Command command) {
    EventOptions.define(command);
    command.arguments(ID).options(EventReading.MODE);
    BookmarkFile.define(command);
    command.runs(EventShow::run);
  }

  private static int run(Invocation call) {
    EventFilter filter = EventOptions.filter(call);
    Optional<String> job = call.get(ID).or(() -> call.get(EventOptions.JOB));
    if (job.isEmpty() && call.get(EventOptions.FILE).isEmpty()) {
      throw new UsageException("the following required arguments were not provided: <JOB>");
    }
    var places = new EventPlaces(call);
    var printer = new EventPrinter(call);
    if (BookmarkFile.isAsked(call)) {
      showNew(call, job.orElse(""), filter, printer);
    } else {
      printer.end(EventReading.read(call, places.segments(job), filter, printer));
    }
    return ExitCode.OK;
  }

  private static void showNew(
      Invocation call, String job, EventFilter filter, EventPrinter printer) {
    if (job.isEmpty()) {
      throw new UsageException("a bookmark is of one job, not of a file");
    }
    EventPlaces.Log log = new EventPlaces(call).one(job);
    var bookmark = new BookmarkFile(call);
    EventFiles.Continued read = log.files().readOn(log.job(), bookmark.position(), filter, printer);
    printer.end(read.summary());
    bookmark.keep(read.next());
  }
}
