package dev.prodigy.cli.manage;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Argument;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.UsageException;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.run.Standing;
import dev.prodigy.cli.run.Workspace;
import dev.prodigy.cli.terminal.Human;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.Json;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.storage.StorageException;
import dev.prodigy.storage.Store;
import dev.prodigy.storage.file.CheckpointCheck;
import dev.prodigy.storage.file.CheckpointRepair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `prodigy checkpoints validate`, `clean` and `delete`.
final class CheckpointUpkeep {
  private static final Option<Boolean> REPAIR =
      Option.flag(
          "repair", "Replace a damaged one by what came before it; it is kept as *.corrupt");
  private static final Option<Boolean> ALL =
      Option.flag("all", "Of every completed run of this repository");
  private static final Option<Boolean> EVEN_LAST =
      Option.flag("force", "Do not ask; also the last one of a run that could be resumed")
          .letter('f');
  private static final Argument<String> ID =
      Argument.required("ID", Values.TEXT, "Session, job, workflow, or a checkpoint as listed");
  private static final Argument<String> ONE =
      Argument.required("ID", Values.TEXT, "A checkpoint as listed");

  private CheckpointUpkeep() {}

  static void defineValidate(Command command) {
    command.arguments(ID).options(REPAIR).runs(CheckpointUpkeep::validate);
  }

  static void defineClean(Command command) {
    command
        .options(
            CheckpointCommands.OWNER,
            ALL,
            Confirmation.FORCE,
            Confirmation.YES,
            Confirmation.DRY_RUN,
            Confirmation.INCLUDE_RESUMABLE)
        .runs(CheckpointUpkeep::clean);
  }

  static void defineDelete(Command command) {
    command.arguments(ONE).options(EVEN_LAST, Confirmation.YES).runs(CheckpointUpkeep::delete);
  }

  private record Verdict(ListedCheckpoint checkpoint, List<String> problems, String repair) {}

  private static int validate(Invocation call) {
    Store store = Workspace.store(call);
    List<ListedCheckpoint> found = ListedCheckpoint.named(call, store, call.get(ID));
    if (found.isEmpty()) {
      throw CheckpointCommands.notFound(call.get(ID));
    }
    List<Verdict> verdicts =
        found.stream().map(listed -> verdict(store, listed, call.get(REPAIR))).toList();
    boolean good = verdicts.stream().allMatch(v -> v.problems().isEmpty());
    call.records().one(json(good, verdicts), () -> verdicts.forEach(v -> human(call, v)));
    return good ? ExitCode.OK : ExitCode.FAILED;
  }

  private static Verdict verdict(Store store, ListedCheckpoint listed, boolean repair) {
    List<String> problems = problems(listed);
    Path file = listed.info().file();
    if (!repair || CheckpointCheck.problem(file).isEmpty()) {
      return new Verdict(listed, problems, "");
    }
    try (var _ = store.locks().acquire(List.of(listed.owner()), false)) {
      String done = CheckpointRepair.repair(file);
      return done.isEmpty()
          ? new Verdict(listed, problems, "not repairable: nothing before it is whole")
          : new Verdict(listed, List.of(), done);
    }
  }

  /// What it holds, and what it refers to.
  private static List<String> problems(ListedCheckpoint listed) {
    var problems = new ArrayList<String>();
    CheckpointCheck.problem(listed.info().file()).ifPresent(problems::add);
    if (listed.info().valid() && listed.isOfJob()) {
      Path directory = Objects.requireNonNull(listed.info().file().getParent());
      if (!Files.exists(directory.resolve("job-state.json"))) {
        problems.add("the job's state is missing: " + directory.resolve("job-state.json"));
      }
    }
    return problems;
  }

  private static ObjectNode json(boolean good, List<Verdict> verdicts) {
    ObjectNode json = Json.NODES.objectNode().put("valid", good);
    ArrayNode all = json.putArray("checkpoints");
    for (Verdict verdict : verdicts) {
      ObjectNode node = all.addObject();
      node.put("checkpoint_id", verdict.checkpoint().id());
      node.put("valid", verdict.problems().isEmpty());
      ArrayNode problems = node.putArray("problems");
      verdict.problems().forEach(problems::add);
      if (!verdict.repair().isEmpty()) {
        node.put("repair", verdict.repair());
      }
    }
    return json;
  }

  private static void human(Invocation call, Verdict verdict) {
    String id = verdict.checkpoint().id();
    if (!verdict.repair().isEmpty()) {
      call.console().print("%s: %s".formatted(id, verdict.repair()));
    }
    if (verdict.problems().isEmpty()) {
      call.console().print("✓ Checkpoint %s is valid".formatted(id));
    } else {
      call.console().print("✗ Checkpoint %s has problems:".formatted(id));
      verdict.problems().forEach(problem -> call.console().print("  " + problem));
    }
  }

  private static int clean(Invocation call) {
    Store store = Workspace.store(call);
    boolean one = call.get(CheckpointCommands.OWNER).isPresent();
    if (one == call.get(ALL)) {
      throw new UsageException("Please specify --workflow-id or --all");
    }
    List<ListedCheckpoint> asked =
        one
            ? ListedCheckpoint.named(call, store, call.get(CheckpointCommands.OWNER).orElseThrow())
            : ListedCheckpoint.all(call, store);
    if (one && asked.isEmpty()) {
      throw CheckpointCommands.notFound(call.get(CheckpointCommands.OWNER).orElseThrow());
    }
    List<ListedCheckpoint> chosen = removable(call, store, asked);
    if (chosen.isEmpty()) {
      call.console().print("No checkpoints to delete.");
      return ExitCode.OK;
    }
    String what = Human.count(chosen.size(), "checkpoint");
    if (call.get(Confirmation.DRY_RUN)) {
      chosen.forEach(listed -> call.console().print("Would delete " + listed.id()));
      call.console().print("Would delete " + what);
      return ExitCode.OK;
    }
    if (Confirmation.given(call, "Delete " + what + "?")) {
      chosen.forEach(listed -> remove(store, listed, true));
      call.console().print("Deleted " + what);
    }
    return ExitCode.OK;
  }

  /// Those of runs that need them are named, once per run.
  private static List<ListedCheckpoint> removable(
      Invocation call, Store store, List<ListedCheckpoint> asked) {
    var chosen = new ArrayList<ListedCheckpoint>();
    String told = "";
    for (ListedCheckpoint listed : asked) {
      String reason =
          Standing.of(store, listed.repository(), listed.owner())
              .reasonToKeep(call.get(Confirmation.INCLUDE_RESUMABLE));
      if (reason == null) {
        chosen.add(listed);
      } else if (!told.equals(listed.owner())) {
        told = listed.owner();
        call.console().warn("Kept checkpoints of %s: %s".formatted(told, reason));
      }
    }
    return chosen;
  }

  private static int delete(Invocation call) {
    Store store = Workspace.store(call);
    String id = call.get(ONE);
    List<ListedCheckpoint> all = ListedCheckpoint.all(call, store);
    ListedCheckpoint listed =
        all.stream()
            .filter(one -> one.is(id) || one.info().checkpointId().equals(id))
            .findFirst()
            .orElseThrow(() -> CheckpointCommands.notFound(id));
    Standing standing = Standing.of(store, listed.repository(), listed.owner());
    if (standing == Standing.LIVE) {
      throw new ProdigyException(
          ErrorCode.SESSION_LOCKED, listed.owner() + " is at work", "wait until it has ended");
    }
    boolean last = all.stream().noneMatch(other -> replaces(other, listed));
    if (standing == Standing.RESUMABLE && last && !call.get(EVEN_LAST)) {
      throw new ProdigyException(
          ErrorCode.SESSION_INVALID_STATE,
          "%s is the last usable checkpoint of a run that could still be resumed".formatted(id),
          "prodigy resume %s, or: prodigy checkpoints delete %s --force"
              .formatted(listed.owner(), id));
    }
    boolean agreed = call.get(EVEN_LAST) || call.get(Confirmation.YES);
    if (call.console().prompts().destroy("Delete checkpoint " + listed.id() + "?", agreed)) {
      remove(store, listed, false);
      call.console().print("Deleted 1 checkpoint");
    }
    return ExitCode.OK;
  }

  private static boolean replaces(ListedCheckpoint other, ListedCheckpoint listed) {
    return other.owner().equals(listed.owner())
        && other.info().valid()
        && !other.id().equals(listed.id())
        && other.info().kind().equals(listed.info().kind());
  }

  private static void remove(Store store, ListedCheckpoint listed, boolean withHistory) {
    Path file = listed.info().file();
    try (var _ = store.locks().acquire(List.of(listed.owner()), false)) {
      Files.deleteIfExists(file);
      if (withHistory && !listed.isOfJob()) {
        CheckpointRepair.deleteHistory(file);
      }
    } catch (IOException e) {
      throw StorageException.io(file, e);
    }
  }
}
