package dev.prodigy.cli.run;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Argument;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.UsageException;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.git.Repository;
import dev.prodigy.mapreduce.DeadLetterRetry;
import dev.prodigy.mapreduce.JobOutcome;
import dev.prodigy.mapreduce.RetryOptions;
import dev.prodigy.model.Json;
import dev.prodigy.storage.Store;
import dev.prodigy.workflow.expression.Expression;
import dev.prodigy.workflow.expression.ExpressionException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// `prodigy dlq retry`: dead letters of a finished job, tried again as a job of their own.
public final class DeadLetterRetries {
  private static final int DEFAULT_ATTEMPTS = 3;
  private static final Argument<String> JOB =
      Argument.required("JOB", Values.ID, "Job or session, or the beginning of its id");
  private static final Option<Optional<String>> FILTER =
      Option.value("filter", "EXPR", Values.TEXT, "Only items for which this holds");
  private static final Option<Integer> MAX_RETRIES =
      Option.value("max-retries", "N", Values.COUNT, "Attempts per item", DEFAULT_ATTEMPTS);
  private static final Option<Optional<Integer>> PARALLEL =
      Option.value("parallel", "N", Values.COUNT, "At most so many agents at once")
          .synonym("max-parallel");
  private static final Option<Boolean> FORCE =
      Option.flag("force", "Also items that need a person's review");
  private static final Option<List<String>> ITEM =
      Option.repeated("item", "ID", Values.ID, "Only this item");
  private static final Option<Integer> LIMIT =
      Option.value("limit", "N", Values.COUNT, "At most so many items; 0 for all", 0);
  private static final Option<Boolean> REDUCE =
      Option.flag("reduce", "Run reduce over the retried items afterwards");

  private DeadLetterRetries() {}

  public static void define(Command command) {
    command
        .arguments(JOB)
        .options(
            FILTER,
            MAX_RETRIES,
            PARALLEL,
            FORCE,
            ITEM,
            LIMIT,
            REDUCE,
            RunOptions.DRY_RUN,
            RunOptions.YES,
            RunOptions.AUTO_MERGE,
            RunOptions.ENV)
        .runs(DeadLetterRetries::retry);
  }

  private static int retry(Invocation call) {
    RetryOptions options =
        new RetryOptions(
            filter(call),
            call.get(FORCE),
            call.get(ITEM),
            call.get(LIMIT),
            call.get(MAX_RETRIES),
            call.get(PARALLEL).orElse(null),
            call.get(REDUCE),
            call.get(RunOptions.DRY_RUN));
    Store store = Workspace.store(call);
    ResumableRuns.Found found =
        new ResumableRuns(store, ResumeCommand.here(call, store)).find(call.get(JOB));
    if (found.job() == null) {
      throw new UsageException(call.get(JOB) + " is no MapReduce job");
    }
    Repository repository = ResumeCommand.repositoryOf(call, store, found);
    try (var session = new RunSession(call, repository, null, List.of())) {
      var retried =
          DeadLetterRetry.run(
              session.request(),
              Objects.requireNonNull(found.job()),
              options,
              session.progressOnly());
      return ended(call.console(), session, retried);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.FAILED;
    }
  }

  private static int ended(Console console, RunSession session, DeadLetterRetry.Retried retried) {
    if (retried.outcome().isEmpty()) {
      retried
          .selected()
          .forEach(
              letter ->
                  console.print(
                      "Would retry %s %s"
                          .formatted(letter.itemId(), Json.text(letter.itemData()))));
      console.print(
          retried.selected().isEmpty()
              ? "No items to retry: %d in the queue, none selected or eligible"
                  .formatted(retried.skipped())
              : "%d selected, %d skipped".formatted(retried.selected().size(), retried.skipped()));
      return ExitCode.OK;
    }
    JobOutcome outcome = retried.outcome().get();
    int code = session.exitCodeOf(outcome);
    JobOutcome.Totals totals = outcome.totals();
    console.print(
        "Retried %d: %d succeeded, %d failed, %d skipped"
            .formatted(
                totals.successful() + totals.failed(),
                totals.successful(),
                totals.failed(),
                retried.skipped()));
    return code == ExitCode.OK && totals.failed() > 0 ? ExitCode.FAILED : code;
  }

  private static @Nullable Expression filter(Invocation call) {
    Optional<String> text = call.get(FILTER);
    if (text.isEmpty()) {
      return null;
    }
    try {
      return Expression.parse(text.get(), Expression.Dialect.FILTER);
    } catch (ExpressionException e) {
      throw new UsageException(
          "invalid value for '--filter <EXPR>': %s%n  %s%n  %s^"
              .formatted(e.getMessage(), text.get(), " ".repeat(Math.max(0, e.offset()))));
    }
  }
}
