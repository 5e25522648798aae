package dev.prodigy.cli.look;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.run.Workspace;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.cli.terminal.Human;
import dev.prodigy.engine.SessionSetup;
import dev.prodigy.git.GitException;
import dev.prodigy.model.Json;
import dev.prodigy.model.RepoName;
import dev.prodigy.storage.RepositoryNames;
import dev.prodigy.storage.file.FileStore;
import dev.prodigy.storage.migrate.LocalMigration;
import dev.prodigy.storage.migrate.LocalStorage;
import dev.prodigy.storage.migrate.MigrationReport;
import dev.prodigy.storage.migrate.MigrationReport.Taken;
import dev.prodigy.storage.migrate.MigrationReport.Unreadable;
import java.nio.file.Path;
import java.time.InstantSource;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `prodigy storage migrate`: copies what earlier versions kept in a project into the store. The
/// project's files stay as they are.
public final class MigrateCommand {
  private static final Option<Boolean> DRY_RUN =
      Option.flag("dry-run", "Only say what would be taken over");

  private MigrateCommand() {}

  public static void define(Command command) {
    command
        .options(DRY_RUN)
        .details(
            """
            Takes over sessions, events, dead letters and checkpoints from .prodigy/ in the
            project. Nothing there is changed. Run again, it takes only what is new.""")
        .runs(MigrateCommand::migrate);
  }

  private static int migrate(Invocation call) {
    FileStore store = Workspace.fileStore(call);
    boolean dryRun = call.get(DRY_RUN);
    LocalStorage local = LocalStorage.around(call.directory(), store.root());
    if (local == null) {
      var nothing =
          new MigrationReport(
              java.util.List.of(), java.util.List.of(), java.util.List.of(), java.util.List.of());
      call.records()
          .one(
              json(nothing, call.directory().resolve(".prodigy"), dryRun),
              () -> call.console().print("No local storage found."));
      return ExitCode.OK;
    }
    MigrationReport report =
        LocalMigration.run(
            local, store, name(local, store, dryRun), InstantSource.system(), dryRun);
    call.records()
        .one(
            json(report, local.directory(), dryRun),
            () -> human(call.console(), report, local.directory(), dryRun));
    if (report.unreadable().isEmpty()) {
      return ExitCode.OK;
    }
    Unreadable first = report.unreadable().getFirst();
    call.console()
        .error(
            "error: %s could not be imported as a whole. The first, %s: %s"
                .formatted(
                    Human.count(
                        report.unreadable().stream().map(Unreadable::source).distinct().count(),
                        "file"),
                    first.source(),
                    first.why()));
    return ExitCode.FAILED;
  }

  /// The project's name in the store; remembered when something is written under it.
  private static RepoName name(LocalStorage local, FileStore store, boolean dryRun) {
    RepositoryNames.Identity identity = identity(local.project());
    return dryRun
        ? store
            .names()
            .find(identity)
            .orElseGet(() -> new RepoName(String.valueOf(local.project().getFileName())))
        : store.names().register(identity);
  }

  private static RepositoryNames.Identity identity(Path project) {
    try {
      return SessionSetup.identity(dev.prodigy.git.Repository.discover(project));
    } catch (GitException _) { // a plain directory is called by its own name, too
      return new RepositoryNames.Identity(project, project, null, null);
    }
  }

  private static ObjectNode json(MigrationReport report, Path source, boolean dryRun) {
    ObjectNode json = Json.NODES.objectNode();
    json.put("source", source.toString());
    json.put("dry_run", dryRun);
    json.put("imported", report.taken().size());
    ArrayNode taken = json.putArray("taken");
    for (Taken one : report.taken()) {
      ObjectNode node = taken.addObject();
      node.put("source", one.source()).put("kind", one.kind()).put("records", one.records());
      ArrayNode targets = node.putArray("imported_as");
      one.importedAs().forEach(targets::add);
    }
    ArrayNode known = json.putArray("already_imported");
    report.known().forEach(known::add);
    ArrayNode changed = json.putArray("changed_since");
    report.changed().forEach(changed::add);
    ArrayNode unreadable = json.putArray("unreadable");
    for (Unreadable one : report.unreadable()) {
      ObjectNode node = unreadable.addObject().put("source", one.source());
      if (one.offset() >= 0) {
        node.put("offset", one.offset());
      }
      node.put("why", one.why());
    }
    return json;
  }

  private static void human(Console console, MigrationReport report, Path source, boolean dryRun) {
    String verb = dryRun ? "Would import" : "Imported";
    for (Taken one : report.taken()) {
      console.print(
          "%s %s (%s%s)".formatted(verb, one.source(), one.kind(), amount(one))
              + (one.importedAs().isEmpty() ? "" : " as " + String.join(", ", one.importedAs())));
    }
    report.changed().forEach(path -> console.print("Changed since it was imported, left: " + path));
    for (Unreadable one : report.unreadable()) {
      String place = one.offset() < 0 ? "" : " at byte " + one.offset();
      console.print("Unreadable: %s%s: %s".formatted(one.source(), place, one.why()));
    }
    console.print(
        "%s %s from %s; %d were imported before"
            .formatted(
                verb, Human.count(report.taken().size(), "file"), source, report.known().size()));
  }

  private static String amount(Taken one) {
    return switch (one.kind()) {
      case "events" -> ", " + Human.count(one.records(), "event");
      case "dlq" -> ", " + Human.count(one.records(), "item");
      default -> one.records() == 0 ? ", there already" : "";
    };
  }
}
