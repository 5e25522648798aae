package dev.prodigy.cli.look;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Argument;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.run.Workspace;
import dev.prodigy.cli.terminal.Column;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.cli.terminal.Human;
import dev.prodigy.cli.terminal.Listing;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.JobId;
import dev.prodigy.model.Json;
import dev.prodigy.model.Phase;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.storage.Checkpoints;
import dev.prodigy.storage.RepositoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// `prodigy checkpoints`: the snapshots a resume starts from.
public final class CheckpointCommands {
  private static final Option<Optional<String>> OWNER =
      Option.value("workflow-id", "ID", Values.ID, "Only of this session or job");
  private static final Option<Optional<Integer>> VERSION =
      Option.value("version", "N", Values.COUNT, "This version; default: the newest");
  private static final Argument<String> ID =
      Argument.required("ID", Values.TEXT, "Session, job, or a checkpoint as listed");

  private CheckpointCommands() {}

  public static void define(Command checkpoints) {
    checkpoints
        .add(
            "list",
            "List checkpoints of this repository",
            command -> command.options(OWNER).runs(CheckpointCommands::list))
        .alias("ls");
    checkpoints.add(
        "show",
        "Show one checkpoint",
        command -> command.arguments(ID).options(VERSION).runs(CheckpointCommands::show));
  }

  /// One checkpoint with whom it belongs to.
  private record Listed(String owner, Checkpoints.Info info) {
    String id() {
      return owner + "/" + info.file().getFileName();
    }

    boolean isFinal() {
      return info.phase() == Phase.COMPLETE;
    }
  }

  private static List<Listed> all(Invocation call) {
    RepositoryStore store = Workspace.repositoryStore(call, Workspace.store(call));
    var all = new ArrayList<Listed>();
    for (JobId job : store.jobs()) {
      store.job(job).checkpoints().list().forEach(info -> all.add(new Listed(job.value(), info)));
    }
    store
        .workflowCheckpoints()
        .list()
        .forEach(
            info -> {
              Path directory = info.file().getParent();
              String owner = directory == null ? "" : String.valueOf(directory.getFileName());
              all.add(new Listed(owner, info));
            });
    return all;
  }

  private static int list(Invocation call) {
    Optional<String> owner = call.get(OWNER);
    List<Listed> found =
        all(call).stream()
            .filter(listed -> owner.isEmpty() || listed.owner().equals(owner.get()))
            .toList();
    call.records().list(found, LISTING);
    return ExitCode.OK;
  }

  private static int show(Invocation call) {
    String id = call.get(ID);
    Optional<Integer> version = call.get(VERSION);
    Listed found =
        all(call).stream()
            .filter(listed -> listed.owner().equals(id) || listed.id().equals(id))
            .filter(listed -> version.isEmpty() || listed.info().version() == version.get())
            .max((a, b) -> a.info().createdAt().compareTo(b.info().createdAt()))
            .orElseThrow(
                () ->
                    new ProdigyException(
                        ErrorCode.CHECKPOINT,
                        "Checkpoint not found: " + id,
                        "prodigy checkpoints list"));
    try {
      var document = (ObjectNode) Json.parse(Files.readString(found.info().file()));
      call.records().one(document, () -> human(call.console(), found, document));
      return ExitCode.OK;
    } catch (IOException e) {
      throw new ProdigyException(
          ErrorCode.STORAGE_IO,
          "Cannot read " + found.info().file(),
          null,
          e.getMessage(),
          null,
          e);
    }
  }

  private static void human(Console console, Listed found, ObjectNode document) {
    Checkpoints.Info info = found.info();
    console.print("Checkpoint: " + found.id());
    console.print("Kind:       " + info.kind());
    console.print("Version:    " + info.version());
    console.print("Phase:      " + info.phase() + " (" + info.reason() + ")");
    console.print("Created:    " + Human.time(info.createdAt(), ZoneId.systemDefault()));
    console.print("Progress:   " + info.completed() + "/" + info.total());
    console.print("Valid:      " + (info.valid() ? "yes" : "no"));
    console.print("File:       " + info.file());
    var variables = document.path("variable_state");
    if (variables.isObject()) {
      console.print("Variables:  " + String.join(", ", variables.propertyNames()));
    }
  }

  private static final Listing<Listed> LISTING =
      Listing.of(
          listed ->
              Json.NODES
                  .objectNode()
                  .put("checkpoint_id", listed.id())
                  .put("owner_id", listed.owner())
                  .put("kind", listed.info().kind())
                  .put("status", listed.info().valid() ? "valid" : "damaged")
                  .put("phase", listed.info().phase().name().toLowerCase(Locale.ROOT))
                  .put("done", listed.info().completed())
                  .put("total", listed.info().total())
                  .put("created_at", listed.info().createdAt().toString())
                  .put("bytes", listed.info().sizeBytes())
                  .put("final", listed.isFinal()),
          "No checkpoints found.",
          List.of(
              Column.id("CHECKPOINT", Listed::id),
              Column.of("PHASE", listed -> listed.info().phase().name()),
              Column.number("DONE/TOTAL", l -> l.info().completed() + "/" + l.info().total()),
              Column.of("CREATED", l -> Human.time(l.info().createdAt(), ZoneId.systemDefault())),
              Column.number("SIZE", l -> Human.size(l.info().sizeBytes()))));
}
