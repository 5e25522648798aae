package dev.prodigy.cli.manage;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Argument;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.UsageException;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.run.MergeAgain;
import dev.prodigy.cli.run.Workspace;
import dev.prodigy.cli.terminal.Column;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.cli.terminal.Human;
import dev.prodigy.cli.terminal.Listing;
import dev.prodigy.git.FinalMerge;
import dev.prodigy.git.GitException;
import dev.prodigy.git.MergeAssist;
import dev.prodigy.git.Repository;
import dev.prodigy.git.SessionWorktrees;
import dev.prodigy.git.Worktree;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.Json;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.WorktreeRecord;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.storage.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// `prodigy worktree`: the git worktrees of sessions. Nothing here removes work that is not kept
/// elsewhere, and nothing touches what a live process owns.
public final class WorktreeCommands {
  private static final Option<Boolean> ALL =
      Option.flag("all", "All of this repository").letter('a');
  private static final Option<Optional<String>> TARGET =
      Option.value("target", "BRANCH", Values.TEXT, "Merge into this branch");
  private static final Option<Boolean> MERGED_ONLY =
      Option.flag("merged-only", "Only those whose work is merged");
  private static final Option<Optional<Duration>> OLDER_THAN =
      Option.value("older-than", "AGE", Values.DURATION, "Only those untouched for so long");
  private static final Option<Boolean> DRY_RUN =
      Option.flag("dry-run", "Only say what would be removed");
  private static final Option<Boolean> FORCE =
      Option.flag("force", "Also with unmerged work, which is kept under a ref; do not ask")
          .letter('f');
  private static final Option<Boolean> YES = Option.flag("yes", "Do not ask").letter('y');
  private static final Argument<Optional<String>> NAME =
      Argument.optional("NAME", Values.ID, "Worktree, session or job");
  private static final Argument<List<String>> NAMES =
      Argument.rest("NAME", Values.ID, "Worktree, session or job");
  private static final MergeAssist NOBODY =
      new MergeAssist() {
        @Override
        public boolean available() {
          return false;
        }

        @Override
        public boolean resolve(Path worktree, String source, @Nullable String target) {
          return false;
        }
      };

  private WorktreeCommands() {}

  public static void define(Command worktree) {
    worktree
        .add("ls", "List worktrees of sessions", c -> c.options(ALL).runs(WorktreeCommands::list))
        .alias("list");
    worktree.add(
        "merge",
        "Merge a session's work into the branch it came from",
        c -> c.arguments(NAME).options(ALL, TARGET).runs(WorktreeCommands::merge));
    worktree
        .add(
            "clean",
            "Remove worktrees that hold no unmerged work",
            c ->
                c.arguments(NAMES)
                    .options(ALL, MERGED_ONLY, OLDER_THAN, DRY_RUN, FORCE, YES)
                    .runs(WorktreeCommands::clean))
        .alias("cleanup")
        .alias("rm");
    worktree.add("clean-orphaned", "Remove what agents left behind", OrphanCommand::define);
  }

  /// What a command works with.
  private record Place(
      Store store,
      RepositoryStore repositoryStore,
      Repository repository,
      SessionWorktrees worktrees) {
    static Place of(Invocation call) {
      Store store = Workspace.store(call);
      Repository repository = Workspace.repository(call);
      RepositoryStore own = Workspace.repositoryStore(call, store);
      return new Place(
          store, own, repository, new SessionWorktrees(repository, own.worktreesDirectory()));
    }

    boolean present(WorktreeRecord record) {
      return Files.isDirectory(Path.of(record.path()));
    }

    boolean live(WorktreeRecord record) {
      return store.locks().liveHolder(record.sessionId()).isPresent();
    }

    List<WorktreeRecord> records(boolean all) {
      return repositoryStore.worktrees().list().stream()
          .filter(record -> all || present(record))
          .sorted(Comparator.comparing(WorktreeRecord::updatedAt).reversed())
          .toList();
    }

    WorktreeRecord named(String name) {
      return repositoryStore.worktrees().list().stream()
          .filter(
              record ->
                  record.worktreeName().equals(name)
                      || record.sessionId().equals(name)
                      || name.equals(record.jobId()))
          .findFirst()
          .orElseThrow(
              () ->
                  new ProdigyException(
                      ErrorCode.GIT_WORKTREE_NOT_FOUND,
                      "Worktree not found: " + name,
                      "prodigy worktree ls"));
    }
  }

  private static int list(Invocation call) {
    Place place = Place.of(call);
    call.records().list(place.records(call.get(ALL)), listing(place));
    return ExitCode.OK;
  }

  private static String shownStatus(Place place, WorktreeRecord record) {
    if (record.status() == WorktreeRecord.Status.IN_PROGRESS && !place.live(record)) {
      return "Interrupted";
    }
    return switch (record.status()) {
      case IN_PROGRESS -> "InProgress";
      case COMPLETED -> "Completed";
      case ABANDONED -> "Abandoned";
      case MERGED -> "Merged";
      case CLEANED_UP -> "CleanedUp";
      case FAILED -> "Failed";
      case INTERRUPTED -> "Interrupted";
    };
  }

  private static int merge(Invocation call) {
    Place place = Place.of(call);
    Optional<String> name = call.get(NAME);
    if (name.isPresent() == call.get(ALL)) {
      throw new UsageException("give the NAME of a worktree, or --all");
    }
    List<WorktreeRecord> chosen =
        name.isPresent()
            ? List.of(place.named(name.get()))
            : place.records(false).reversed().stream()
                .filter(
                    r ->
                        r.status() == WorktreeRecord.Status.COMPLETED
                            || r.status() == WorktreeRecord.Status.ABANDONED)
                .toList();
    int merged = 0;
    int failed = 0;
    for (WorktreeRecord record : chosen) {
      if (mergeOne(call, place, record)) {
        merged++;
      } else {
        failed++;
      }
    }
    if (name.isEmpty()) {
      call.console().print("Merged %d worktree(s), %d failed".formatted(merged, failed));
    }
    return failed == 0 ? ExitCode.OK : ExitCode.FAILED;
  }

  private static boolean mergeOne(Invocation call, Place place, WorktreeRecord record) {
    Console console = call.console();
    String name = record.worktreeName();
    Optional<Boolean> own =
        MergeAgain.byOwnSteps(
            call, place.repository(), record.sessionId(), call.get(TARGET).orElse(null));
    if (own.isPresent()) {
      return own.get();
    }
    try (var _ = place.store().locks().acquire(List.of(record.sessionId()), false)) {
      String target =
          call.get(TARGET)
              .orElseGet(
                  () -> place.repository().mergeTarget(record.originalBranch(), console::warn));
      if (place.repository().branchTip(record.branch()).isEmpty()) {
        console.print("No new commits in worktree '%s', skipping merge".formatted(name));
        finish(place, record, target, null, console);
        return true;
      }
      var worktree = new Worktree(name, Path.of(record.path()), record.branch());
      return switch (place.worktrees().finalMerge(NOBODY).merge(worktree, target)) {
        case FinalMerge.Outcome.NothingToMerge _ -> {
          console.print("No new commits in worktree '%s', skipping merge".formatted(name));
          finish(place, record, target, null, console);
          yield true;
        }
        case FinalMerge.Outcome.Landed(var commit, var into) -> {
          console.print("Successfully merged worktree '%s' into %s".formatted(name, into));
          finish(place, record, into, commit, console);
          yield true;
        }
        case FinalMerge.Outcome.Conflict(var paths, var instructions) -> {
          console.error("error: conflict in " + String.join(", ", paths) + "\n" + instructions);
          yield false;
        }
        case FinalMerge.Outcome.Refused(var message, var hint) -> {
          console.error("error: " + message + "\n  hint: " + hint);
          yield false;
        }
      };
    }
  }

  private static void finish(
      Place place, WorktreeRecord record, String target, @Nullable String commit, Console console) {
    var records = place.repositoryStore().worktrees();
    records.update(record.worktreeName(), r -> r.mergedInto(target, commit, Instant.now()));
    var removed = place.worktrees().remove(record.worktreeName(), false, console::note);
    if (removed.done()) {
      records.update(
          record.worktreeName(),
          r -> r.with(WorktreeRecord.Status.CLEANED_UP, Instant.now(), null));
    } else {
      console.warn("Worktree kept: " + removed.reason());
    }
  }

  private static int clean(Invocation call) {
    Place place = Place.of(call);
    Console console = call.console();
    boolean force = call.get(FORCE);
    var chosen = new ArrayList<WorktreeRecord>();
    for (WorktreeRecord record : asked(call, place)) {
      String reason = reasonToKeep(call, place, record, force);
      if (reason == null) {
        chosen.add(record);
      } else {
        console.note("Skipped %s: %s".formatted(record.worktreeName(), reason));
      }
    }
    if (chosen.isEmpty()) {
      console.print("No worktrees to clean.");
      return ExitCode.OK;
    }
    if (call.get(DRY_RUN)) {
      chosen.forEach(record -> console.print("Would remove " + record.worktreeName()));
      return ExitCode.OK;
    }
    String what = Human.count(chosen.size(), "worktree");
    if (!console.prompts().destroy("Remove " + what + "?", force || call.get(YES))) {
      return ExitCode.OK;
    }
    int removed = 0;
    for (WorktreeRecord record : chosen) {
      removed += remove(place, record, force, console) ? 1 : 0;
    }
    console.print("Removed " + Human.count(removed, "worktree"));
    return removed == chosen.size() ? ExitCode.OK : ExitCode.FAILED;
  }

  private static List<WorktreeRecord> asked(Invocation call, Place place) {
    List<String> names = call.get(NAMES);
    Instant oldest = call.get(OLDER_THAN).map(age -> Instant.now().minus(age)).orElse(Instant.MAX);
    List<WorktreeRecord> records =
        names.isEmpty() ? place.records(false) : names.stream().map(place::named).toList();
    return records.stream().filter(record -> record.updatedAt().isBefore(oldest)).toList();
  }

  private static @Nullable String reasonToKeep(
      Invocation call, Place place, WorktreeRecord record, boolean force) {
    if (place.live(record)) {
      return "at work";
    }
    boolean merged = record.merged() || merged(place, record);
    if (call.get(MERGED_ONLY) && !merged) {
      return "not merged";
    }
    if (force || merged) {
      return null;
    }
    return "it holds unmerged commits or can be resumed (merge it, or -f)";
  }

  private static boolean merged(Place place, WorktreeRecord record) {
    Optional<String> tip = place.repository().branchTip(record.branch());
    return tip.isEmpty()
        || (record.status() != WorktreeRecord.Status.INTERRUPTED
            && record.status() != WorktreeRecord.Status.FAILED
            && place
                .repository()
                .branchTip(record.originalBranch())
                .filter(target -> place.repository().isAncestor(tip.get(), target))
                .isPresent());
  }

  private static boolean remove(
      Place place, WorktreeRecord record, boolean force, Console console) {
    try {
      var removed = place.worktrees().remove(record.worktreeName(), force, console::note);
      if (!removed.done()) {
        console.warn("Kept %s: %s".formatted(record.worktreeName(), removed.reason()));
        return false;
      }
      place
          .repositoryStore()
          .worktrees()
          .update(
              record.worktreeName(),
              r -> r.with(WorktreeRecord.Status.CLEANED_UP, Instant.now(), null));
      return true;
    } catch (GitException e) {
      console.warn("Kept %s: %s".formatted(record.worktreeName(), e.message()));
      return false;
    }
  }

  private static Listing<WorktreeRecord> listing(Place place) {
    return Listing.of(
        record -> json(place, record),
        "No active Prodigy worktrees found.",
        List.of(
            Column.id("NAME", WorktreeRecord::worktreeName),
            Column.of("BRANCH", WorktreeRecord::branch),
            Column.of("CREATED", r -> Human.time(r.createdAt(), ZoneId.systemDefault())),
            Column.of("STATUS", r -> shownStatus(place, r))));
  }

  private static ObjectNode json(Place place, WorktreeRecord record) {
    return Json.NODES
        .objectNode()
        .put("session_id", record.sessionId())
        .put("job_id", record.jobId())
        .put("status", shownStatus(place, record))
        .put("workflow_path", record.workflowPath())
        .put("started_at", record.createdAt().toString())
        .put("last_activity", record.updatedAt().toString())
        .put("error_summary", record.error())
        .put("branch_name", record.branch())
        .put("parent_branch", record.originalBranch())
        .put("worktree_path", record.path());
  }
}
