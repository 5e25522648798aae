package dev.prodigy.cli.look;

import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.storage.EventLine;
import dev.prodigy.storage.EventSink;
import dev.prodigy.storage.ReadSummary;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/// Prints events: the stored line to scripts, a sentence to people.
final class EventPrinter implements EventSink {
  private final Console console;
  private final OutputStream out;
  private final boolean human;

  EventPrinter(Invocation call) {
    console = call.console();
    out = EventsCommands.answers(console);
    human = EventsCommands.forPeople(call);
  }

  @Override
  public boolean accept(EventLine event) {
    if (human) {
      console.print(EventSentences.of(event));
      return true;
    }
    try {
      event.writeTo(out);
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void end(ReadSummary summary) {
    if (summary.unreadable() > 0) {
      console.warn(summary.unreadable() + " unreadable lines skipped");
    }
    if (human) {
      console.print("Displayed " + summary.events() + " events");
    }
  }
}
