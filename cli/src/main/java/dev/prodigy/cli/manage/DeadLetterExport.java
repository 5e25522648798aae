package dev.prodigy.cli.manage;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Argument;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.UsageException;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.manage.DeadLetterList.Item;
import dev.prodigy.cli.run.Workspace;
import dev.prodigy.cli.terminal.Column;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.cli.terminal.Format;
import dev.prodigy.cli.terminal.Human;
import dev.prodigy.cli.terminal.Listing;
import dev.prodigy.cli.terminal.Records;
import dev.prodigy.cli.terminal.Terminals;
import dev.prodigy.model.Json;
import dev.prodigy.storage.StorageException;
import dev.prodigy.storage.file.PrivateFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `prodigy dlq export`: dead letters for other programs.
final class DeadLetterExport {
  private static final Argument<String> OUTPUT =
      Argument.required("OUTPUT", Values.TEXT, "File to write, replacing it; - for the output");

  private DeadLetterExport() {}

  static void define(Command command) {
    command.arguments(OUTPUT).options(DlqCommands.JOB).runs(DeadLetterExport::export);
  }

  private static int export(Invocation call) {
    Format format = call.format().orElse(Format.JSON);
    if (format != Format.JSON && format != Format.JSONL && format != Format.CSV) {
      throw new UsageException(
          "invalid value '%s' for '--format <FORMAT>': expected json, jsonl or csv"
              .formatted(format.name().toLowerCase(java.util.Locale.ROOT)));
    }
    var selection = new Selection(call, Workspace.store(call));
    List<Item> items = DeadLetterList.of(call, selection, call.get(DlqCommands.JOB));
    String output = call.get(OUTPUT);
    if (output.equals("-")) {
      new Records(call.console(), format).list(items, LISTING);
    } else {
      write(call.callerDirectory().resolve(output), format, items);
      call.console().note("Exported %s to %s".formatted(Human.count(items.size(), "item"), output));
    }
    return ExitCode.OK;
  }

  /// Readers of the file see the old or the new one.
  private static void write(Path file, Format format, List<Item> items) {
    var text = new ByteArrayOutputStream();
    var console = new Console(InputStream.nullInputStream(), text, text, Terminals.NONE, Map.of());
    new Records(console, format).list(items, LISTING);
    console.flush();
    try {
      PrivateFiles.replace(file.toAbsolutePath(), out -> out.write(text.toByteArray()));
    } catch (IOException e) {
      throw StorageException.io(file, e);
    }
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }

  private static final Listing<Item> LISTING =
      Listing.of(
          Item::json,
          "",
          List.of(
              Column.of("item_id", Item::id),
              Column.of("job_id", i -> i.job().id().value()),
              Column.of("failure_count", i -> String.valueOf(i.letter().failureCount())),
              Column.of("first_attempt", i -> i.letter().firstAttempt().toString()),
              Column.of("last_attempt", i -> i.letter().lastAttempt().toString()),
              Column.of("error_signature", i -> i.letter().errorSignature()),
              Column.of("last_error", i -> DeadLetterReports.last(i.letter()).errorMessage()),
              Column.of("step_failed", i -> DeadLetterReports.last(i.letter()).stepFailed()),
              Column.of("agent_id", i -> DeadLetterReports.last(i.letter()).agentId().value()),
              Column.of(
                  "json_log_location",
                  i -> text(DeadLetterReports.last(i.letter()).jsonLogLocation())),
              Column.of("reprocess_eligible", i -> String.valueOf(i.letter().reprocessEligible())),
              Column.of(
                  "manual_review_required", i -> String.valueOf(i.letter().manualReviewRequired())),
              Column.of("item_data", i -> Json.text(i.letter().itemData()))));
}
