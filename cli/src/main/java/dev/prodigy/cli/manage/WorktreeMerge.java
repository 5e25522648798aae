package dev.prodigy.cli.manage;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Argument;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.UsageException;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.manage.WorktreePlace.Entry;
import dev.prodigy.cli.run.MergeAgain;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.git.FinalMerge;
import dev.prodigy.git.MergeAssist;
import dev.prodigy.git.Worktree;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.Json;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.WorktreeRecord;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `prodigy worktree merge`
final class WorktreeMerge {
  private static final Argument<Optional<String>> NAME =
      Argument.optional("NAME", Values.ID, "Worktree, session or job");
  private static final Option<Boolean> ALL =
      Option.flag("all", "All finished ones of this repository").letter('a');
  private static final Option<Optional<String>> TARGET =
      Option.value("target", "BRANCH", Values.TEXT, "Merge into this branch");
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

  private final Invocation call;
  private final WorktreePlace place;
  private final ObjectNode json = Json.NODES.objectNode();
  private final ArrayNode merged = json.putArray("merged");
  private final ArrayNode skipped = json.putArray("skipped");
  private final ArrayNode failed = json.putArray("failed");

  private WorktreeMerge(Invocation call) {
    this.call = call;
    this.place = WorktreePlace.of(call);
  }

  static void define(Command command) {
    command.arguments(NAME).options(ALL, TARGET).runs(call -> new WorktreeMerge(call).run());
  }

  private int run() {
    Optional<String> name = call.get(NAME);
    if (name.isPresent() == call.get(ALL)) {
      throw new UsageException("give the NAME of a worktree, or --all");
    }
    List<WorktreeRecord> chosen =
        name.isPresent() ? List.of(record(place.named(name.get()))) : finished();
    for (WorktreeRecord record : chosen) {
      try {
        mergeOne(record);
      } catch (ProdigyException e) {
        if (name.isPresent()) {
          throw e;
        }
        failed(record, e.message(), e.hint());
      }
    }
    if (isJson()) {
      call.console().print(json.toPrettyString());
    } else if (name.isEmpty()) {
      call.console()
          .print(
              chosen.isEmpty()
                  ? "No worktrees to merge."
                  : "Merged %d worktree(s), %d failed"
                      .formatted(merged.size() + skipped.size(), failed.size()));
    }
    return failed.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
  }

  private static WorktreeRecord record(Entry entry) {
    if (entry.record() == null) {
      throw new ProdigyException(
          ErrorCode.GIT_WORKTREE_NOT_FOUND,
          "%s is no worktree of a session".formatted(entry.name()),
          "prodigy worktree ls -d");
    }
    return entry.record();
  }

  /// Oldest first, as they were made.
  private List<WorktreeRecord> finished() {
    return place.entries(false).reversed().stream()
        .flatMap(entry -> Stream.ofNullable(entry.record()))
        .filter(
            r ->
                r.status() == WorktreeRecord.Status.COMPLETED
                    || r.status() == WorktreeRecord.Status.ABANDONED)
        .toList();
  }

  private boolean isJson() {
    return call.format().filter(format -> format.isJson()).isPresent();
  }

  private void mergeOne(WorktreeRecord record) {
    Console console = call.console();
    String name = record.worktreeName();
    String asked = call.get(TARGET).orElse(null);
    Optional<Boolean> own =
        MergeAgain.byOwnSteps(call, place.repository(), record.sessionId(), asked);
    if (own.isPresent()) {
      if (own.get()) {
        String target = asked == null ? record.originalBranch() : asked;
        merged.addObject().put("name", name).put("target", target);
      } else {
        failed(record, "its merge steps failed", null);
      }
      return;
    }
    try (var _ = place.store().locks().acquire(List.of(record.sessionId()), false)) {
      String target =
          call.get(TARGET)
              .orElseGet(
                  () -> place.repository().mergeTarget(record.originalBranch(), console::warn));
      if (place.repository().branchTip(record.branch()).isEmpty()) {
        nothing(record, target);
        return;
      }
      var worktree = new Worktree(name, Path.of(record.path()), record.branch());
      switch (place.worktrees().finalMerge(NOBODY).merge(worktree, target)) {
        case FinalMerge.Outcome.NothingToMerge _ -> nothing(record, target);
        case FinalMerge.Outcome.Landed(var commit, var into) -> {
          merged.addObject().put("name", name).put("target", into).put("commit", commit);
          say("Successfully merged worktree '%s' into %s".formatted(name, into));
          finish(record, into, commit);
        }
        case FinalMerge.Outcome.Conflict(var paths, var instructions) ->
            failed(record, "conflict in " + String.join(", ", paths), instructions);
        case FinalMerge.Outcome.Refused(var message, var hint) -> failed(record, message, hint);
      }
    }
  }

  private void nothing(WorktreeRecord record, String target) {
    skipped.addObject().put("name", record.worktreeName()).put("reason", "no new commits");
    say("No new commits in worktree '%s', skipping merge".formatted(record.worktreeName()));
    finish(record, target, null);
  }

  private void failed(WorktreeRecord record, String error, @Nullable String hint) {
    failed.addObject().put("name", record.worktreeName()).put("error", error);
    if (!isJson()) {
      call.console().error("error: %s: %s".formatted(record.worktreeName(), error));
      Objects.requireNonNullElse(hint, "").lines().forEach(l -> call.console().error("  " + l));
    }
  }

  private void say(String line) {
    if (!isJson()) {
      call.console().print(line);
    }
  }

  private void finish(WorktreeRecord record, String target, @Nullable String commit) {
    var records = place.repositoryStore().worktrees();
    records.update(record.worktreeName(), r -> r.mergedInto(target, commit, Instant.now()));
    var removed = place.worktrees().remove(record.worktreeName(), false, call.console()::note);
    if (removed.done()) {
      records.update(
          record.worktreeName(),
          r -> r.with(WorktreeRecord.Status.CLEANED_UP, Instant.now(), null));
    } else {
      call.console().warn("Worktree kept: " + removed.reason());
    }
  }
}
