package dev.prodigy.cli.look;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.UsageException;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.config.Configuration;
import dev.prodigy.cli.config.Effects;
import dev.prodigy.cli.config.Effects.Retention;
import dev.prodigy.cli.look.EventPlaces.Log;
import dev.prodigy.cli.run.Standing;
import dev.prodigy.cli.run.Workspace;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.cli.terminal.Human;
import dev.prodigy.model.Event;
import dev.prodigy.model.Json;
import dev.prodigy.model.RepoName;
import dev.prodigy.model.SessionId;
import dev.prodigy.storage.RetentionPlan;
import dev.prodigy.storage.RetentionPolicy;
import dev.prodigy.storage.Store;
import dev.prodigy.storage.WriterIdentity;
import dev.prodigy.storage.file.EventArchive;
import dev.prodigy.storage.file.EventRetention;
import dev.prodigy.storage.file.EventRetention.Removed;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// `prodigy events clean`: removes old events, or moves them to the archive. What a live process
/// owns is never touched; what can be resumed only if asked for.
final class EventClean {
  private static final Option<Optional<Duration>> OLDER_THAN =
      Option.value("older-than", "AGE", Values.DURATION, "Events older than this go");
  private static final Option<Optional<Integer>> MAX_EVENTS =
      Option.value("max-events", "N", Values.COUNT, "Of each job only the newest N stay");
  private static final Option<Optional<Long>> MAX_SIZE =
      Option.value("max-size", "SIZE", Values.SIZE, "Of each job only the newest SIZE stays");
  private static final Option<Boolean> DRY_RUN =
      Option.flag("dry-run", "Only say what would be removed");
  private static final Option<Boolean> ARCHIVE =
      Option.flag("archive", "Move to the archive, where events are still found");
  private static final Option<Optional<Path>> ARCHIVE_PATH =
      Option.value("archive-path", "DIR", Values.PATH, "Archive to DIR instead of the store");
  private static final Option<Boolean> ALL_JOBS =
      Option.flag("all-jobs", "Every job of the repository; this is the default")
          .not(EventOptions.JOB);
  private static final Option<Optional<Path>> FILE =
      Option.value("file", "FILE", Values.PATH, "Clean this JSONL file instead")
          .not(EventOptions.JOB, ALL_JOBS);
  private static final Option<Boolean> YES = Option.flag("yes", "Do not ask").letter('y');
  private static final Option<Boolean> FORCE = Option.flag("force", "Do not ask").letter('f');
  private static final Option<Boolean> INCLUDE_RESUMABLE =
      Option.flag("include-resumable", "Also of jobs that could still be resumed");

  private final Invocation call;
  private final Console console;
  private final RetentionPolicy policy;
  private final boolean archiving;
  private final boolean compress;
  private final int level;
  private final @Nullable Path archivePath;

  private EventClean(Invocation call) {
    this.call = call;
    this.console = call.console();
    var asked =
        new RetentionPolicy(
            call.get(OLDER_THAN).orElse(null),
            call.get(MAX_EVENTS).map(Integer::longValue).orElse(null),
            call.get(MAX_SIZE).orElse(null));
    Retention configured = Effects.of(Configuration.of(call)).retention();
    boolean byConfiguration = asked.isEmpty();
    this.policy = byConfiguration ? configured.policy() : asked;
    Path path = call.get(ARCHIVE_PATH).map(call.callerDirectory()::resolve).orElse(null);
    this.archiving = call.get(ARCHIVE) || path != null || (byConfiguration && configured.archive());
    this.archivePath = path == null ? configured.archivePath() : path;
    this.compress = configured.compress();
    this.level = configured.level();
  }

  static void define(Command command) {
    command
        .options(OLDER_THAN, MAX_EVENTS, MAX_SIZE, ARCHIVE, ARCHIVE_PATH, EventOptions.JOB)
        .options(ALL_JOBS, FILE, INCLUDE_RESUMABLE, DRY_RUN, YES, FORCE)
        .details(
            """
            An event goes if any of the given criteria says so; others do not apply. Without any,
            those of the configuration do (storage.event_retention). Jobs that a live process works
            on are never touched.""")
        .runs(call -> new EventClean(call).run());
  }

  private int run() {
    if (policy.isEmpty()) {
      throw new UsageException(
          "At least one retention criterion must be given"
              + " (--older-than, --max-events, --max-size), here or as storage.event_retention in"
              + " the configuration");
    }
    List<Target> targets =
        call.get(FILE).isPresent() ? List.of(file(call.get(FILE).get())) : jobs();
    long events = targets.stream().mapToLong(target -> target.plan().events()).sum();
    if (events == 0) {
      answer(0, 0, "No events matched the cleanup criteria.");
      return ExitCode.OK;
    }
    long bytes = targets.stream().mapToLong(target -> target.plan().removedBytes()).sum();
    preview(targets, events, bytes);
    if (call.get(DRY_RUN)) {
      answer(
          events,
          bytes,
          "Summary (dry run): %s would be cleaned, %s saved"
              .formatted(Human.count(events, "event"), Human.size(bytes)));
      return ExitCode.OK;
    }
    boolean agreed = call.get(YES) || call.get(FORCE);
    String verb = archiving ? "Archive %s?" : "Delete %s?";
    if (console.prompts().destroy(verb.formatted(Human.count(events, "event")), agreed)) {
      clean(targets);
    }
    return ExitCode.OK;
  }

  private boolean json() {
    return call.format().map(format -> format.isJson()).orElse(false);
  }

  private void print(String line) {
    if (!json()) {
      console.print(line);
    }
  }

  private void preview(List<Target> targets, long events, long bytes) {
    print((archiving ? "Events to archive: " : "Events to remove: ") + events);
    print("Space to save: " + Human.size(bytes));
    if (!call.get(DRY_RUN)) {
      return;
    }
    for (Target target : targets) {
      for (RetentionPlan.Cut cut : target.plan().cuts()) {
        String what = Human.count(cut.removedEvents(), "event");
        EventArchive archive = target.archive();
        print(
            archive == null
                ? "[DRY RUN] Would remove %s from %s".formatted(what, cut.segment().path())
                : "[DRY RUN] Would archive %s from %s to %s"
                    .formatted(what, cut.segment().path(), archive.directory()));
      }
    }
  }

  private void clean(List<Target> targets) {
    Removed sum = Removed.NOTHING;
    for (Target target : targets) {
      if (target.plan().isEmpty()) {
        continue;
      }
      Removed removed = target.clean().run();
      sum = sum.plus(removed);
      double percent = 100.0 * removed.bytes() / Math.max(target.plan().bytes(), 1);
      print(
          "Cleaned: %s, %.1f%% space saved (%s)"
              .formatted(Human.count(removed.events(), "event"), percent, target.name()));
    }
    answer(
        sum.events(),
        sum.reclaimed(),
        "Summary: " + Human.count(sum.events(), "event") + " cleaned");
  }

  private void answer(long events, long bytes, String message) {
    if (!json()) {
      console.print(message);
      return;
    }
    call.records()
        .one(
            Json.NODES
                .objectNode()
                .put("dry_run", call.get(DRY_RUN))
                .put("events_cleaned", events)
                .put("events_archived", archiving ? events : 0)
                .put("bytes_reclaimed", bytes)
                .put("message", message),
            () -> {});
  }

  /// What is to be cleaned, and how.
  private record Target(
      String name, RetentionPlan plan, @Nullable EventArchive archive, Cleaning clean) {}

  private interface Cleaning {
    Removed run();
  }

  private Target file(Path named) {
    Path file = new EventPlaces(call).existing(named).toAbsolutePath().normalize();
    Path root = new EventPlaces(call).root();
    if (file.startsWith(root.resolve("events"))) {
      throw new UsageException("this file belongs to a job of the store: name it with --job-id");
    }
    if (archiving && archivePath == null) {
      throw new UsageException("to archive events of a file, say where: --archive-path <DIR>");
    }
    EventArchive archive = archive(file.resolveSibling("archive"));
    InstantSource clock = InstantSource.system();
    return new Target(
        named.toString(),
        EventRetention.planFile(file, policy, clock),
        archive,
        () -> EventRetention.applyToFile(file, policy, archive, clock));
  }

  private @Nullable EventArchive archive(Path usual) {
    return archiving
        ? new EventArchive(archivePath == null ? usual : archivePath, compress, level)
        : null;
  }

  private List<Target> jobs() {
    var places = new EventPlaces(call);
    Store store = Workspace.store(call);
    List<Target> targets = new ArrayList<>();
    for (Log log : places.logs()) {
      switch (Standing.of(
          store, store.repository(new RepoName(log.repository())), log.job().value())) {
        case LIVE -> console.warn(log.job() + " is at work and stays");
        case RESUMABLE -> {
          if (call.get(INCLUDE_RESUMABLE)) {
            targets.add(job(store, log, places.root()));
          } else {
            console.warn(
                log.job() + " can be resumed and stays; --include-resumable cleans it, too");
          }
        }
        case FINISHED -> targets.add(job(store, log, places.root()));
      }
    }
    return targets;
  }

  private Target job(Store store, Log log, Path root) {
    EventArchive archive =
        archive(
            root.resolve("archive/events").resolve(log.repository()).resolve(log.job().value()));
    var retention = new EventRetention(log.files(), store.locks(), InstantSource.system());
    return new Target(
        log.job().value(),
        retention.plan(log.job(), policy),
        archive,
        () -> {
          Removed removed = retention.apply(log.job(), policy, archive);
          record(store, log, removed, archive);
          return removed;
        });
  }

  private static void record(
      Store store, Log log, Removed removed, @Nullable EventArchive archive) {
    var repository = store.repository(new RepoName(log.repository()));
    SessionId session =
        repository
            .mappings()
            .sessionOf(log.job())
            .orElseGet(() -> new SessionId(log.job().value()));
    repository.maintenance(
        log.job(),
        new Event.EventsCleaned(
            removed.events(),
            removed.reclaimed(),
            archive == null ? null : archive.directory().toString()),
        new WriterIdentity(session, UUID.randomUUID().toString()));
  }
}
