package dev.prodigy.cli.look;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.cli.terminal.Format;
import dev.prodigy.cli.terminal.Human;
import dev.prodigy.cli.terminal.OutputFile;
import dev.prodigy.model.Json;
import dev.prodigy.storage.EventLine;
import dev.prodigy.storage.EventSink;
import dev.prodigy.storage.ReadSummary;
import dev.prodigy.storage.Segment;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// `prodigy events export`: events in the order of time, in the format of some other program.
final class EventExport {
  private enum Kind {
    JSON,
    JSONL,
    CSV,
    MARKDOWN,
    YAML
  }

  private enum Shape {
    FLAT,
    NESTED
  }

  private static final Option<Kind> FORMAT =
      Option.value(
          "format",
          "FORMAT",
          Values.oneOf(Kind.class),
          "json (an array), jsonl, csv, markdown or yaml",
          Kind.JSON);
  private static final Option<Optional<Path>> OUTPUT =
      Option.value("output", "FILE", Values.PATH, "Write to FILE").letter('o');
  private static final Option<Shape> SHAPE =
      Option.value(
          "shape",
          "SHAPE",
          Values.oneOf(Shape.class),
          "flat, as stored, or nested: the event's own fields under `event`",
          Shape.FLAT);

  private EventExport() {}

  static void define(Command command) {
    EventOptions.define(command);
    command.options(FORMAT, OUTPUT, SHAPE, EventReading.MODE).runs(EventExport::run);
  }

  private static int run(Invocation call) {
    List<Segment> segments = new EventPlaces(call).segments();
    Optional<Path> output = call.get(OUTPUT).map(call.callerDirectory()::resolve);
    if (output.isEmpty()) {
      export(call, call.console(), segments);
      return ExitCode.OK;
    }
    OutputFile.replace(
        output.get(),
        out -> {
          Console file = call.console().answering(out);
          long exported = export(call, file, segments);
          file.flush();
          call.console()
              .note("Exported %s to %s".formatted(Human.count(exported, "event"), output.get()));
        });
    return ExitCode.OK;
  }

  private static long export(Invocation call, Console to, List<Segment> segments) {
    Sheet sheet = sheet(call, to);
    ReadSummary summary = EventReading.read(call, segments, EventOptions.filter(call), sheet);
    sheet.end();
    if (summary.unreadable() > 0) {
      EventPrinter.warnOfUnreadable(call.console(), summary.unreadable());
    }
    return summary.events();
  }

  /// One kind of file being written.
  private interface Sheet extends EventSink {
    void end();
  }

  private static Sheet sheet(Invocation call, Console to) {
    boolean nested = call.get(SHAPE) == Shape.NESTED;
    return switch (call.get(FORMAT)) {
      case JSON -> new Lines(to, nested, true);
      case JSONL -> new Lines(to, nested, false);
      case CSV, MARKDOWN, YAML -> {
        Format format = Format.valueOf(call.get(FORMAT).name().toUpperCase(Locale.ROOT));
        if (format == Format.MARKDOWN) {
          to.print("# MapReduce Events");
          to.print("");
        }
        yield new Rows(new EventSheet(to, format));
      }
    };
  }

  private record Rows(EventSheet sheet) implements Sheet {
    @Override
    public boolean accept(EventLine event) {
      sheet.add(event);
      return true;
    }

    @Override
    public void end() {
      sheet.end();
    }
  }

  /// One record per line, as an array or not.
  private static final class Lines implements Sheet {
    private final Console to;
    private final boolean nested;
    private final boolean array;
    private boolean begun;

    Lines(Console to, boolean nested, boolean array) {
      this.to = to;
      this.nested = nested;
      this.array = array;
    }

    @Override
    public boolean accept(EventLine event) {
      String record = nested ? Json.text(nested(event)) : event.text();
      if (array) {
        to.out().print(begun ? ",\n" : "[\n");
        to.out().print(record);
      } else {
        to.print(record);
      }
      begun = true;
      return true;
    }

    @Override
    public void end() {
      if (array) {
        to.print(begun ? "\n]" : "[]");
      }
    }

    /// The shape of an earlier version's logs.
    private static ObjectNode nested(EventLine event) {
      ObjectNode flat = (ObjectNode) event.json().deepCopy();
      ObjectNode nested = Json.NODES.objectNode();
      for (String outer : List.of("id", "timestamp", "correlation_id")) {
        if (flat.has(outer)) {
          nested.set(outer, flat.remove(outer));
        }
      }
      ObjectNode own = nested.putObject("event");
      own.set("event_type", flat.remove("event_type"));
      var metadata = flat.remove("metadata");
      flat.remove(List.of("type", "crc", "seq"));
      own.setAll(flat);
      nested.set("metadata", metadata == null ? Json.NODES.objectNode() : metadata);
      return nested;
    }
  }
}
