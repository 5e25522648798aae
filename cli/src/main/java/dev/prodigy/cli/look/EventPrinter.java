package dev.prodigy.cli.look;

import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.cli.terminal.Format;
import dev.prodigy.cli.terminal.Output;
import dev.prodigy.storage.EventLine;
import dev.prodigy.storage.EventSink;
import dev.prodigy.storage.ReadSummary;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/// Prints events: the stored line to scripts, a sentence to people, and rows in other formats.
final class EventPrinter implements EventSink {
  private final Console console;
  private final OutputStream out;
  private final Format format;
  private final @Nullable EventSheet sheet;
  private String footer = "Displayed %s events";
  private String empty = "No events found.";

  EventPrinter(Invocation call) {
    console = call.console();
    out = new Answers(console.out());
    Format asked = call.format().orElse(null);
    Format usual = console.terminals().output() ? Format.HUMAN : Format.JSONL;
    format = asked == null ? usual : asked;
    sheet = isRaw() || format == Format.HUMAN ? null : new EventSheet(console, format);
  }

  /// With another last line for people.
  ///
  /// @param some how many there were, `%s`
  EventPrinter calling(String some, String none) {
    footer = some;
    empty = none;
    return this;
  }

  /// For events `json` is the same as `jsonl`: the stored record, one per line.
  private boolean isRaw() {
    return format == Format.JSONL || format == Format.JSON;
  }

  @Override
  public boolean accept(EventLine event) {
    if (sheet != null) {
      sheet.add(event);
    } else if (isRaw()) {
      write(event);
    } else {
      console.print(EventSentences.of(event));
    }
    return true;
  }

  private void write(EventLine event) {
    try {
      event.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void end(ReadSummary summary) {
    if (sheet != null) {
      sheet.end();
    }
    if (summary.unreadable() > 0) {
      warnOfUnreadable(console, summary.unreadable());
    }
    if (format == Format.HUMAN) {
      console.print(summary.events() == 0 ? empty : footer.formatted(summary.events()));
    }
  }

  static void warnOfUnreadable(Console console, long lines) {
    console.warn(lines + (lines == 1 ? " unreadable line skipped" : " unreadable lines skipped"));
  }

  /// The console's answers as a stream, for lines that are bytes already.
  private static final class Answers extends OutputStream {
    private final Output out;

    Answers(Output out) {
      this.out = out;
    }

    @Override
    public void write(int b) {
      out.write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      out.write(bytes, offset, length);
    }
  }
}
