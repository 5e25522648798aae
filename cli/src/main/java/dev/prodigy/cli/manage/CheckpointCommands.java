package dev.prodigy.cli.manage;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Argument;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.run.Workspace;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.cli.terminal.Human;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.Json;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.storage.Checkpoints;
import dev.prodigy.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `prodigy checkpoints`: the snapshots a resume starts from.
public final class CheckpointCommands {
  static final Option<Optional<String>> OWNER =
      Option.value("workflow-id", "ID", Values.ID, "Only of this session, job or workflow");
  private static final Option<Optional<Integer>> VERSION =
      Option.value("version", "N", Values.COUNT, "This version; default: the newest");
  private static final Option<Boolean> DETAILED =
      Option.flag("detailed", "A block for each checkpoint");
  private static final Argument<String> ID =
      Argument.required("ID", Values.TEXT, "Session, job, workflow, or a checkpoint as listed");
  private static final Argument<String> JOB =
      Argument.required("JOB", Values.TEXT, "Job or session, or the beginning of its id");

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
    checkpoints.add(
        "mapreduce",
        "List a job's checkpoints with its progress",
        command -> command.arguments(JOB).options(DETAILED).runs(CheckpointCommands::mapReduce));
    checkpoints.add(
        "validate", "Check whether a resume could use them", CheckpointUpkeep::defineValidate);
    checkpoints.add("clean", "Remove checkpoints of completed runs", CheckpointUpkeep::defineClean);
    checkpoints.add("delete", "Remove one checkpoint", CheckpointUpkeep::defineDelete);
  }

  static ProdigyException notFound(String id) {
    return new ProdigyException(
        ErrorCode.CHECKPOINT, "Checkpoint not found: " + id, "prodigy checkpoints list");
  }

  private static int list(Invocation call) {
    var store = Workspace.store(call);
    Optional<String> owner = call.get(OWNER);
    List<ListedCheckpoint> found =
        owner.isPresent()
            ? ListedCheckpoint.named(call, store, owner.get())
            : ListedCheckpoint.all(call, store);
    if (owner.isPresent() && found.isEmpty()) {
      throw notFound(owner.get());
    }
    call.records().list(found, ListedCheckpoint.LISTING);
    boolean forPeople = call.format().isEmpty() && call.console().terminals().output();
    if (call.verbosity().level() > 0 && forPeople) {
      found.forEach(listed -> steps(call.console(), listed));
    }
    return ExitCode.OK;
  }

  private static void steps(Console console, ListedCheckpoint listed) {
    if (listed.info().valid()) {
      console.print(listed.id());
      document(listed.info().file()).path("completed_steps").forEach(step -> step(console, step));
    }
  }

  private static void step(Console console, JsonNode step) {
    if (!step.isObject()) {
      console.print("  step " + step.asString(""));
      return;
    }
    JsonNode took = step.path("duration");
    Duration duration =
        Duration.ofSeconds(took.path("secs").asLong(0), took.path("nanos").asLong(0));
    int attempt = step.path("retry_state").path("current_attempt").asInt(1);
    console.print(
        "  %s %s (%s%s)"
            .formatted(
                step.path("success").asBoolean(true) ? "✓" : "✗",
                step.path("command").asString(""),
                Human.duration(duration),
                attempt > 1 ? ", attempt " + attempt : ""));
  }

  private static ObjectNode document(Path file) {
    try {
      return (ObjectNode) Json.parse(Files.readString(file));
    } catch (IOException e) {
      throw StorageException.io(file, e);
    } catch (JacksonException | ClassCastException e) {
      throw StorageException.damaged(file, "not a JSON object");
    }
  }

  private static int show(Invocation call) {
    String id = call.get(ID);
    Optional<Integer> version = call.get(VERSION);
    ListedCheckpoint found =
        ListedCheckpoint.named(call, Workspace.store(call), id).stream()
            .filter(listed -> version.isEmpty() || listed.info().version() == version.get())
            .max(Comparator.comparing((ListedCheckpoint listed) -> listed.info().createdAt()))
            .orElseThrow(() -> notFound(id));
    ObjectNode document = document(found.info().file());
    call.records().one(document, () -> human(call.console(), found, document));
    return ExitCode.OK;
  }

  private static void human(Console console, ListedCheckpoint found, ObjectNode document) {
    Checkpoints.Info info = found.info();
    console.print("Checkpoint: " + found.id());
    console.print("Status:     " + found.status());
    console.print("Version:    " + info.version());
    console.print("Phase:      " + found.phase());
    console.print("Progress:   " + info.completed() + "/" + info.total());
    console.print("Created:    " + Human.time(info.createdAt(), ZoneId.systemDefault()));
    line(console, "Workflow:   ", document.path("workflow_name"));
    line(console, "File:       ", document.path("workflow_path"));
    line(console, "Hash:       ", document.path("workflow_hash"));
    console.print("Kept in:    " + info.file());
    if (document.path("completed_steps").isArray()) {
      document.path("completed_steps").forEach(step -> step(console, step));
    }
    List<String> variables = variables(document);
    if (!variables.isEmpty()) {
      console.print("Variables:  " + String.join(", ", variables));
    }
    JsonNode items = document.path("work_item_state");
    if (items.isObject()) {
      console.print(
          "Items:      %d pending, %d in progress, %d completed, %d failed"
              .formatted(
                  items.path("pending_items").size(),
                  items.path("in_progress_items").size(),
                  items.path("completed_items").size(),
                  items.path("failed_items").size()));
    }
  }

  private static void line(Console console, String title, JsonNode value) {
    if (value.isString()) {
      console.print(title + value.stringValue());
    }
  }

  /// Names only: values may be long, or nobody else's business.
  private static List<String> variables(ObjectNode document) {
    JsonNode state = document.path("variable_state");
    if (document.has("work_item_state")) {
      var names = new ArrayList<String>();
      state.properties().forEach(group -> names.addAll(group.getValue().propertyNames()));
      return names.stream().distinct().sorted().toList();
    }
    JsonNode plain = state.isObject() ? state : document.path("variables");
    return plain.isObject() ? List.copyOf(plain.propertyNames()) : List.of();
  }

  private static int mapReduce(Invocation call) {
    var store = Workspace.store(call);
    Selection.Job job = new Selection(call, store).job(call.get(JOB));
    List<ListedCheckpoint> found =
        job.store().checkpoints().list().stream()
            .map(info -> new ListedCheckpoint(job.repository(), job.id().value(), info))
            .toList();
    call.records()
        .list(
            found,
            ListedCheckpoint.LISTING.withLines(
                (listed, _) -> call.get(DETAILED) ? block(listed) : progress(listed)));
    return ExitCode.OK;
  }

  /// `2025-01-11 12:00:00 - Phase: Map, Progress: 150/500 (30.0%) [FINAL]`
  private static String progress(ListedCheckpoint listed) {
    Checkpoints.Info info = listed.info();
    if (!info.valid()) {
      return "damaged: " + info.file();
    }
    String phase = info.phase().name();
    double percent = info.total() == 0 ? 0 : 100.0 * info.completed() / info.total();
    return "%s - Phase: %s, Progress: %d/%d (%.1f%%)%s"
        .formatted(
            Human.time(info.createdAt(), ZoneId.systemDefault()),
            phase.charAt(0) + phase.substring(1).toLowerCase(java.util.Locale.ROOT),
            info.completed(),
            info.total(),
            percent,
            listed.isFinal() ? " [FINAL]" : "");
  }

  private static String block(ListedCheckpoint listed) {
    Checkpoints.Info info = listed.info();
    return """
        %s
          id:      %s
          version: %d
          reason:  %s
          size:    %s
          file:    %s"""
        .formatted(
            progress(listed),
            info.checkpointId(),
            info.version(),
            info.reason().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '),
            Human.size(info.sizeBytes()),
            info.file());
  }
}
