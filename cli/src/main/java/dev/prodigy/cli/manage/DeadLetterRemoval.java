package dev.prodigy.cli.manage;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Argument;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.UsageException;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.manage.DeadLetterList.Item;
import dev.prodigy.cli.run.Standing;
import dev.prodigy.cli.run.Workspace;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.cli.terminal.Human;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.Event;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.SessionId;
import dev.prodigy.storage.Store;
import dev.prodigy.storage.WriterIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// `prodigy dlq clear` and `purge`. What is removed is logged with the repository's housekeeping,
/// since a finished job's own log has ended.
final class DeadLetterRemoval {
  private static final Argument<String> CLEARED =
      Argument.required("JOB", Values.TEXT, "Job, session or workflow name");
  private static final Argument<Optional<String>> PURGED =
      Argument.optional("JOB", Values.TEXT, "Only of this job, session or workflow name");
  private static final Option<Optional<Integer>> DAYS =
      Option.value("older-than-days", "N", Values.COUNT, "Only items last tried so long ago");
  private static final Option<Optional<Duration>> OLDER_THAN =
      Option.value("older-than", "AGE", Values.DURATION, "The same, such as 12h or 30d").not(DAYS);

  private DeadLetterRemoval() {}

  static void defineClear(Command command) {
    command
        .arguments(CLEARED)
        .options(Confirmation.YES, Confirmation.FORCE, Confirmation.INCLUDE_RESUMABLE)
        .runs(DeadLetterRemoval::clear);
  }

  static void definePurge(Command command) {
    command
        .arguments(PURGED)
        .options(
            DAYS,
            OLDER_THAN,
            DlqCommands.JOB,
            Confirmation.DRY_RUN,
            Confirmation.YES,
            Confirmation.FORCE,
            Confirmation.INCLUDE_RESUMABLE)
        .runs(DeadLetterRemoval::purge);
  }

  private static int clear(Invocation call) {
    Store store = Workspace.store(call);
    List<Selection.Job> jobs = new Selection(call, store).jobs(call.get(CLEARED));
    int count = 0;
    for (Selection.Job job : jobs) {
      refuseWhatIsNeeded(call, store, job);
      count += job.store().deadLetters().items().size();
    }
    if (count == 0) {
      call.console().print("No items to clear.");
      return ExitCode.OK;
    }
    String question =
        "Clear %s of %s?"
            .formatted(
                Human.count(count, "item"),
                String.join(", ", jobs.stream().map(job -> job.id().value()).toList()));
    if (!Confirmation.given(call, question)) {
      return ExitCode.OK;
    }
    int cleared = 0;
    for (Selection.Job job : jobs) {
      cleared += clear(store, job);
    }
    call.console().print("Cleared " + Human.count(cleared, "item"));
    return ExitCode.OK;
  }

  /// Under the job's lock, so that no run begins to rely on them meanwhile.
  static int clear(Store store, Selection.Job job) {
    try (var _ = store.locks().acquire(List.of(job.id().value()), false)) {
      int cleared = job.store().deadLetters().clear();
      log(job, cleared);
      return cleared;
    }
  }

  private static void log(Selection.Job job, int count) {
    if (count > 0) {
      SessionId session =
          job.repository()
              .mappings()
              .sessionOf(job.id())
              .orElseGet(() -> new SessionId("session-none"));
      job.repository()
          .maintenance(
              job.id(),
              new Event.DLQItemsCleared(count),
              new WriterIdentity(session, UUID.randomUUID().toString()));
    }
  }

  private static void refuseWhatIsNeeded(Invocation call, Store store, Selection.Job job) {
    Standing standing = Standing.of(store, job.repository(), job.id().value());
    if (standing == Standing.LIVE) {
      throw new ProdigyException(
          ErrorCode.SESSION_LOCKED,
          "Job %s is at work".formatted(job.id()),
          "wait until it has ended");
    }
    if (standing.reasonToKeep(call.get(Confirmation.INCLUDE_RESUMABLE)) != null) {
      throw new ProdigyException(
          ErrorCode.SESSION_INVALID_STATE,
          "Job %s could still be resumed and needs its dead letters".formatted(job.id()),
          "prodigy resume %s, or: prodigy dlq clear %s --include-resumable"
              .formatted(job.id(), job.id()));
    }
  }

  private static int purge(Invocation call) {
    Optional<String> named = call.get(PURGED).or(() -> call.get(DlqCommands.JOB));
    if (call.get(PURGED).isPresent() && call.get(DlqCommands.JOB).isPresent()) {
      throw new UsageException("the job is given twice");
    }
    Optional<Duration> age = call.get(OLDER_THAN).or(() -> call.get(DAYS).map(Duration::ofDays));
    if (named.isEmpty() && age.isEmpty()) {
      throw new UsageException("Please specify --older-than-days, --older-than or a JOB");
    }
    Store store = Workspace.store(call);
    Instant before = age.map(a -> Instant.now().minus(a)).orElse(Instant.MAX);
    List<Item> chosen =
        chosen(call, store, DeadLetterList.of(call, new Selection(call, store), named), before);
    if (chosen.isEmpty()) {
      call.console().print("No items to purge.");
      return ExitCode.OK;
    }
    String what = Human.count(chosen.size(), "item");
    if (call.get(Confirmation.DRY_RUN)) {
      chosen.forEach(
          item ->
              call.console().print("Would purge %s of %s".formatted(item.id(), item.job().id())));
      call.console().print("Would purge " + what);
      return ExitCode.OK;
    }
    if (Confirmation.given(call, "Purge " + what + "?")) {
      remove(store, chosen);
      call.console().print("Purged " + what);
    }
    return ExitCode.OK;
  }

  /// Items of jobs that still need them are named and left.
  private static List<Item> chosen(Invocation call, Store store, List<Item> items, Instant before) {
    Console console = call.console();
    var reasons = new LinkedHashMap<Selection.Job, String>();
    var chosen = new ArrayList<Item>();
    for (Item item : items) {
      if (!item.letter().lastAttempt().isBefore(before)) {
        continue;
      }
      String reason =
          reasons.computeIfAbsent(
              item.job(),
              job -> {
                String why =
                    Standing.of(store, job.repository(), job.id().value())
                        .reasonToKeep(call.get(Confirmation.INCLUDE_RESUMABLE));
                return why == null ? "" : why;
              });
      if (reason.isEmpty()) {
        chosen.add(item);
      }
    }
    reasons.forEach(
        (job, reason) -> {
          if (!reason.isEmpty()) {
            console.warn("Kept the items of %s: %s".formatted(job.id(), reason));
          }
        });
    return chosen;
  }

  /// Removes the items, job by job, each under its lock.
  static void remove(Store store, List<Item> items) {
    var byJob = new LinkedHashMap<Selection.Job, List<Item>>();
    items.forEach(item -> byJob.computeIfAbsent(item.job(), _ -> new ArrayList<>()).add(item));
    for (Map.Entry<Selection.Job, List<Item>> entry : byJob.entrySet()) {
      Selection.Job job = entry.getKey();
      try (var _ = store.locks().acquire(List.of(job.id().value()), false)) {
        entry.getValue().forEach(i -> job.store().deadLetters().remove(i.letter().itemId()));
        log(job, entry.getValue().size());
      }
    }
  }
}
