package dev.prodigy.cli.monitor;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.run.Workspace;
import dev.prodigy.cli.terminal.Column;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.cli.terminal.Format;
import dev.prodigy.cli.terminal.Human;
import dev.prodigy.cli.terminal.Listing;
import dev.prodigy.cli.terminal.Records;
import dev.prodigy.cli.terminal.Style;
import dev.prodigy.model.Json;
import dev.prodigy.storage.EventTime;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.storage.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `prodigy status`: every live and recent run of every repository.
public final class StatusCommand {
  private static final int USUAL = 10;
  private static final Option<Optional<Integer>> LIMIT =
      Option.value("limit", "N", Values.COUNT, "Runs shown besides the live ones; default: 10");

  private static final Listing<RunRow> LISTING =
      Listing.of(RunRow::json, "No runs yet.", List.<Column<RunRow>>of())
          .withLines(StatusCommand::lines);

  private StatusCommand() {}

  public static void define(Command command) {
    command
        .options(Watch.WATCH, Watch.INTERVAL, LIMIT)
        .details("All repositories, unless --repo names one.")
        .runs(StatusCommand::run);
  }

  private static int run(Invocation call) {
    Store store = Workspace.store(call);
    var runs = new Runs(store);
    Watch.run(
        call,
        () -> {
          show(call, runs.rows(repositories(call, store), call.get(LIMIT).orElse(USUAL)));
          return true;
        });
    return ExitCode.OK;
  }

  private static List<RepositoryStore> repositories(Invocation call, Store store) {
    return store.repositories().stream()
        .filter(name -> call.repo().isEmpty() || call.repo().get().equals(name.value()))
        .map(store::repository)
        .toList();
  }

  private static void show(Invocation call, List<RunRow> rows) {
    Console console = call.console();
    call.records().one(json(rows), () -> human(console, rows));
  }

  private static ObjectNode json(List<RunRow> rows) {
    ObjectNode json = Json.NODES.objectNode();
    json.put("timestamp", EventTime.format(Instant.now().toEpochMilli()));
    json.put("live", rows.stream().filter(RunRow::live).count());
    json.put(
        "running", rows.stream().filter(RunRow::live).mapToInt(r -> r.counts().active()).sum());
    ArrayNode runs = json.putArray("runs");
    rows.forEach(row -> runs.add(row.json()));
    return json;
  }

  private static void human(Console console, List<RunRow> rows) {
    new Records(console, Format.HUMAN).list(rows, LISTING);
    long live = rows.stream().filter(RunRow::live).count();
    if (!rows.isEmpty()) {
      console.print(live == 0 ? "Nothing is running." : Human.count(live, "run") + " at work");
    }
  }

  /// What it is, and below it how it goes.
  private static String lines(RunRow row, Style style) {
    Duration age = Runs.age(row, Instant.now());
    Style.Tone tone =
        switch (row.status()) {
          case "Completed", "Running" -> Style.Tone.GOOD;
          case "Failed" -> Style.Tone.BAD;
          default -> Style.Tone.CAREFUL;
        };
    var details =
        Stream.of(
                row.progress(),
                row.live() ? row.counts().active() + " running" : "",
                row.rate(),
                row.eta() == null ? "" : "ETA " + row.left(),
                Human.duration(Duration.ofSeconds(age.toSeconds())).replace(".000", ""),
                row.cost(),
                Human.size(row.storageBytes()))
            .filter(text -> !text.isEmpty())
            .toList();
    return "%s  %s (%s)%n  %s  %s"
        .formatted(
            row.id(),
            row.workflow(),
            row.repository(),
            style.paint(tone, row.status()),
            String.join("  ", details));
  }
}
