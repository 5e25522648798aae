package dev.prodigy.cli.manage;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.manage.WorktreeCleaning.Result;
import dev.prodigy.cli.manage.WorktreePlace.Entry;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.cli.terminal.Human;
import dev.prodigy.model.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `prodigy worktree clean`
final class WorktreeClean {
  private static final Option<Boolean> ALL =
      Option.flag("all", "All of this repository, not only those without any unmerged work")
          .letter('a');
  private static final Option<Boolean> MERGED_ONLY =
      Option.flag("merged-only", "Only those whose work is merged");
  private static final Option<Optional<Duration>> OLDER_THAN =
      Option.value("older-than", "AGE", Values.DURATION, "Only those untouched for so long");
  private static final Option<Boolean> AGENTS =
      Option.flag("mapreduce", "Only worktrees of agents");
  private static final Option<Optional<String>> JOB =
      Option.value("job-id", "ID", Values.ID, "Only those of this job and its agents");
  private static final Option<Boolean> FORCE =
      Option.flag("force", "Do not ask; with --all or a NAME also unmerged work, kept under a ref")
          .letter('f');

  private final Invocation call;
  private final WorktreePlace place;
  private final WorktreeCleaning cleaning;
  private final ObjectNode json = Json.NODES.objectNode();
  private final ArrayNode removed = json.putArray("removed");
  private final ArrayNode skipped = json.putArray("skipped");
  private final ArrayNode failed = json.putArray("failed");

  private WorktreeClean(Invocation call) {
    this.call = call;
    this.place = WorktreePlace.of(call);
    boolean chosen = call.get(ALL) || !call.get(WorktreeCommands.NAMES).isEmpty();
    this.cleaning =
        new WorktreeCleaning(
            place, call.get(FORCE) && chosen, call.get(Confirmation.INCLUDE_RESUMABLE));
  }

  static void define(Command command) {
    command
        .arguments(WorktreeCommands.NAMES)
        .options(
            ALL,
            MERGED_ONLY,
            OLDER_THAN,
            AGENTS,
            JOB,
            Confirmation.DRY_RUN,
            FORCE,
            Confirmation.YES,
            Confirmation.INCLUDE_RESUMABLE)
        .runs(call -> new WorktreeClean(call).run());
  }

  private int run() {
    List<Entry> chosen = chosen();
    if (call.get(Confirmation.DRY_RUN)) {
      chosen.forEach(entry -> say("Would remove " + entry.name()));
      chosen.forEach(entry -> removed.add(entry.name()));
      return ended(0, chosen.isEmpty());
    }
    if (chosen.isEmpty()) {
      return ended(0, true);
    }
    String question = "Remove " + Human.count(chosen.size(), "worktree") + "?";
    boolean agreed = call.get(FORCE) || call.get(Confirmation.YES);
    if (!call.console().prompts().destroy(question, agreed)) {
      return ExitCode.OK;
    }
    long bytes = 0;
    for (Entry entry : chosen) {
      bytes += remove(entry);
    }
    return ended(bytes, false);
  }

  private long remove(Entry entry) {
    Result result = cleaning.remove(entry, call.console()::note);
    if (result.failure() == null) {
      removed.add(entry.name());
    } else {
      failed.addObject().put("name", entry.name()).put("error", result.failure());
      if (!isJson()) {
        call.console().warn("Kept %s: %s".formatted(entry.name(), result.failure()));
      }
    }
    return result.bytes();
  }

  private int ended(long bytes, boolean nothing) {
    Console console = call.console();
    boolean dryRun = call.get(Confirmation.DRY_RUN);
    if (isJson()) {
      json.put("dry_run", dryRun);
      json.put("bytes_reclaimed", bytes);
      console.print(json.toPrettyString());
    } else if (nothing) {
      console.print("No worktrees to clean.");
    } else if (!dryRun) {
      console.print("Removed " + Human.count(removed.size(), "worktree"));
    }
    return failed.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
  }

  private List<Entry> chosen() {
    List<String> names = call.get(WorktreeCommands.NAMES);
    Instant oldest = call.get(OLDER_THAN).map(age -> Instant.now().minus(age)).orElse(Instant.MAX);
    List<Entry> asked =
        names.isEmpty() ? place.entries(false) : names.stream().map(place::named).toList();
    var chosen = new ArrayList<Entry>();
    for (Entry entry : asked) {
      boolean wanted =
          entry.lastActivity().isBefore(oldest)
              && (!call.get(AGENTS) || entry.isOfAgent())
              && call.get(JOB).map(job -> isOf(entry, job)).orElse(true);
      if (!wanted) {
        continue;
      }
      String reason = cleaning.reasonToKeep(entry);
      if (reason == null && call.get(MERGED_ONLY) && !cleaning.isMerged(entry)) {
        reason = "not merged";
      }
      if (reason == null) {
        chosen.add(entry);
      } else {
        skipped.addObject().put("name", entry.name()).put("reason", reason);
        if (!isJson()) {
          call.console().note("Skipped %s: %s".formatted(entry.name(), reason));
        }
      }
    }
    return chosen;
  }

  private static boolean isOf(Entry entry, String job) {
    return entry.owner().equals(job)
        || (entry.record() != null && job.equals(entry.record().jobId()));
  }

  private boolean isJson() {
    return call.format().filter(format -> format.isJson()).isPresent();
  }

  private void say(String line) {
    if (!isJson()) {
      call.console().print(line);
    }
  }
}
