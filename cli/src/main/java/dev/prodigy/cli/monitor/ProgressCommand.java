package dev.prodigy.cli.monitor;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Argument;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.manage.Selection;
import dev.prodigy.cli.run.Workspace;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.cli.terminal.Human;
import dev.prodigy.cli.terminal.OutputFile;
import dev.prodigy.mapreduce.JobPicture;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.storage.Store;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/// `prodigy progress`: how far a MapReduce job has come and what its agents do.
public final class ProgressCommand {
  private enum Kind {
    JSON,
    CSV,
    HTML
  }

  private static final Argument<String> JOB =
      Argument.required("JOB", Values.ID, "Job, its session, the beginning of either, or latest");
  private static final Option<Optional<Kind>> FORMAT =
      Option.value("format", "FORMAT", Values.oneOf(Kind.class), "json, csv or html");
  private static final Option<Optional<Path>> EXPORT =
      Option.value("export", "FILE", Values.PATH, "Write to FILE instead; json unless --format")
          .not(Watch.WATCH);
  private static final int BAR = 40;

  private final Invocation call;
  private final Console console;

  private ProgressCommand(Invocation call) {
    this.call = call;
    this.console = call.console();
  }

  public static void define(Command command) {
    command
        .arguments(JOB)
        .options(Watch.WATCH, Watch.INTERVAL, EXPORT, FORMAT)
        .runs(call -> new ProgressCommand(call).run());
  }

  private int run() {
    Store store = Workspace.store(call);
    Selection.Job job = new Selection(call, store).job(call.get(JOB));
    Watch.run(
        call,
        () -> {
          JobReport report =
              JobReport.of(store, job.repository(), job.id())
                  .orElseThrow(() -> withoutState(job.id().value()));
          show(report);
          return report.live();
        });
    return ExitCode.OK;
  }

  private static ProdigyException withoutState(String job) {
    return new ProdigyException(
        ErrorCode.STORAGE_NOT_FOUND,
        "Nothing is left of job " + job + " but its dead letters",
        "prodigy dlq show " + job);
  }

  private void show(JobReport report) {
    if (call.get(EXPORT).isPresent()) {
      Path file = call.callerDirectory().resolve(call.get(EXPORT).get());
      String text = text(report, call.get(FORMAT).orElse(Kind.JSON));
      OutputFile.replace(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
      console.note("Exported progress of %s to %s".formatted(report.state().jobId(), file));
    } else if (call.get(FORMAT).isPresent()) {
      console.out().print(text(report, call.get(FORMAT).get()));
    } else {
      call.records().one(report.json(), () -> human(report));
    }
  }

  private static String text(JobReport report, Kind kind) {
    return switch (kind) {
      case JSON -> report.json().toPrettyString() + "\n";
      case CSV -> csv(report);
      case HTML -> ProgressPage.of(report);
    };
  }

  private static String csv(JobReport report) {
    JobPicture.Counts counts = report.picture().counts();
    return """
        timestamp,job_id,completed_items,failed_items,pending_items,success_rate,throughput_average
        %s,%s,%d,%d,%d,%s,%s
        """
        .formatted(
            report.now(),
            report.state().jobId(),
            counts.completed(),
            counts.failed(),
            counts.pending(),
            JobReport.rounded(report.successRate()),
            JobReport.rounded(report.averageThroughput()));
  }

  private void human(JobReport report) {
    JobPicture.Counts counts = report.picture().counts();
    console.print(
        "%s (%s): %s, %s phase"
            .formatted(
                report.state().jobId(),
                report.state().workflowName(),
                report.status(),
                report.phase()));
    int filled = (int) Math.round(report.percentDone() * BAR / 100);
    console.print(
        "[%s%s] %d/%d (%.1f%%)"
            .formatted(
                "#".repeat(filled),
                "-".repeat(BAR - filled),
                counts.finished(),
                counts.total(),
                report.percentDone()));
    console.print(
        "Completed: %d  Failed: %d  Skipped: %d  Active: %d  Pending: %d"
            .formatted(
                counts.completed(),
                counts.failed(),
                counts.skipped(),
                counts.active(),
                counts.pending()));
    console.print(rates(report));
    for (AgentStates.Active agent : report.active()) {
      console.print(
          "  %s: %s, %s%s"
              .formatted(
                  agent.item(),
                  agent.type().toLowerCase(Locale.ROOT),
                  Human.duration(Duration.ofSeconds(agent.since().toSeconds())),
                  agent.step().isEmpty() ? "" : ", last step " + agent.step()));
    }
  }

  private static String rates(JobReport report) {
    String average =
        report
            .picture()
            .averageDuration()
            .map(d -> ", %s each".formatted(Human.duration(d)))
            .orElse("");
    String left = report.eta().map(eta -> ", ETA " + Human.duration(eta)).orElse("");
    return "Success: %.1f%%, %.2f items/s%s%s"
        .formatted(
            report.successRate(),
            report.live() ? report.currentThroughput() : report.averageThroughput(),
            average,
            left);
  }
}
