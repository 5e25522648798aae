package dev.prodigy.cli.look;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.run.Workspace;
import dev.prodigy.cli.terminal.Column;
import dev.prodigy.cli.terminal.Human;
import dev.prodigy.cli.terminal.Listing;
import dev.prodigy.cli.terminal.Style;
import dev.prodigy.model.JobId;
import dev.prodigy.model.Json;
import dev.prodigy.storage.EventFiles;
import dev.prodigy.storage.EventFilter;
import dev.prodigy.storage.EventLine;
import dev.prodigy.storage.EventTime;
import dev.prodigy.storage.RunLocks;
import dev.prodigy.storage.Segment;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `prodigy events jobs`: each job by its first and its last event.
final class EventJobs {
  private static final Option<Optional<Integer>> LIMIT =
      Option.value("limit", "N", Values.COUNT, "At most so many, the latest");

  private EventJobs() {}

  static void define(Command command) {
    command.options(EventOptions.JOB, LIMIT).runs(EventJobs::run);
  }

  private static int run(Invocation call) {
    RunLocks locks = Workspace.store(call).locks();
    List<Overview> jobs = new ArrayList<>();
    int limit = call.get(LIMIT).orElse(Integer.MAX_VALUE);
    for (EventPlaces.Log log : new EventPlaces(call).logs()) {
      if (jobs.size() < limit) {
        overview(log, locks).ifPresent(jobs::add);
      }
    }
    call.records().list(jobs, LISTING);
    return ExitCode.OK;
  }

  enum Status {
    COMPLETED("Completed", "✓ COMPLETED"),
    FAILED("Failed", "✗ FAILED"),
    IN_PROGRESS("InProgress", "⟳ IN PROGRESS"),
    INTERRUPTED("Interrupted", "⏸ INTERRUPTED");

    private final String stored;
    private final String shown;

    Status(String stored, String shown) {
      this.stored = stored;
      this.shown = shown;
    }
  }

  /// @param end null while it may go on
  /// @param succeeded items; null if the job did not say
  private record Overview(
      JobId job,
      Status status,
      long start,
      @Nullable Long end,
      @Nullable Integer succeeded,
      @Nullable Integer failed) {

    Duration duration() {
      long until = end == null ? Instant.now().toEpochMilli() : end;
      return Duration.ofMillis(until - start);
    }
  }

  private static Optional<Overview> overview(EventPlaces.Log log, RunLocks locks) {
    List<Segment> segments = log.files().segments(log.job());
    List<EventLine> newest = new ArrayList<>(1);
    EventFiles.newest(segments, EventFilter.ALL, 1, newest::add);
    Optional<EventLine> first = EventFiles.first(segments);
    if (newest.isEmpty() || first.isEmpty()) {
      return Optional.empty();
    }
    EventLine last = newest.getFirst();
    Status status = status(last, locks.liveHolder(log.job().value()).isPresent());
    Long end = status == Status.IN_PROGRESS ? null : Long.valueOf(last.timeMillis());
    return Optional.of(
        new Overview(
            log.job(),
            status,
            first.get().timeMillis(),
            end,
            number(last, "success_count"),
            number(last, "failure_count")));
  }

  private static Status status(EventLine last, boolean live) {
    return switch (last.type()) {
      case "JobCompleted" -> Status.COMPLETED;
      case "JobFailed" -> Status.FAILED;
      default -> live ? Status.IN_PROGRESS : Status.INTERRUPTED;
    };
  }

  private static @Nullable Integer number(EventLine event, String field) {
    JsonNode value = event.json().path(field);
    return value.canConvertToInt() ? Integer.valueOf(value.intValue()) : null;
  }

  private static ObjectNode json(Overview job) {
    return Json.NODES
        .objectNode()
        .put("job_id", job.job().value())
        .put("status", job.status().stored)
        .put("start_time", EventTime.format(job.start()))
        .put("end_time", job.end() == null ? null : EventTime.format(job.end()))
        .put("success_count", job.succeeded())
        .put("failure_count", job.failed());
  }

  private static String line(Overview job, Style style) {
    String took = Human.duration(Duration.ofSeconds(job.duration().toSeconds()));
    String compact = took.replace(".000", "").replace(" ", "");
    String details =
        switch (job.status()) {
          case COMPLETED, FAILED -> " in " + compact + counts(job);
          case IN_PROGRESS -> " - running for " + compact;
          case INTERRUPTED -> "";
        };
    String shown = job.status().shown;
    return (style.unicode() ? "• " : "- ")
        + job.job()
        + " ["
        + (style.unicode() ? shown : shown.substring(2))
        + details
        + "]";
  }

  private static String counts(Overview job) {
    return job.succeeded() == null
        ? ""
        : " - Success: %d, Failed: %d".formatted(job.succeeded(), job.failed());
  }

  private static String time(@Nullable Long millis) {
    return millis == null ? "" : Human.time(Instant.ofEpochMilli(millis), ZoneId.systemDefault());
  }

  private static String orEmpty(@Nullable Integer number) {
    return number == null ? "" : number.toString();
  }

  private static final Listing<Overview> LISTING =
      Listing.of(
              EventJobs::json,
              "No jobs found.",
              List.of(
                  Column.id("JOB ID", (Overview job) -> job.job().value()),
                  Column.of("STATUS", job -> job.status().stored),
                  Column.of("START TIME", job -> time(job.start())),
                  Column.of("END TIME", job -> time(job.end())),
                  Column.number("SUCCESS COUNT", job -> orEmpty(job.succeeded())),
                  Column.number("FAILURE COUNT", job -> orEmpty(job.failed()))))
          .withLines(EventJobs::line);
}
