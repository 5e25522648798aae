package dev.prodigy.cli.manage;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Argument;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.UsageException;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.manage.DeadLetterList.Item;
import dev.prodigy.cli.run.DeadLetterRetries;
import dev.prodigy.cli.run.Workspace;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.cli.terminal.Human;
import dev.prodigy.model.DeadLetter;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.Failure;
import dev.prodigy.model.Json;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.storage.StorageException;
import dev.prodigy.storage.file.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `prodigy dlq`: work items that failed for good.
public final class DlqCommands {
  private static final int DEFAULT_LIMIT = 50;
  static final Option<Optional<String>> JOB =
      Option.value("job-id", "ID", Values.TEXT, "Only of this job, session or workflow name")
          .synonym("workflow-id");
  private static final Option<Boolean> ELIGIBLE =
      Option.flag("eligible", "Only items that may be tried again");
  private static final Option<Integer> LIMIT =
      Option.value("limit", "N", Values.COUNT, "At most so many; 0 for all", DEFAULT_LIMIT);
  private static final Option<Optional<Path>> EXPORT =
      Option.value("export", "FILE", Values.PATH, "Write the analysis there, too, as JSON");
  private static final Argument<String> ID =
      Argument.required("JOB", Values.TEXT, "Job, session or workflow name");
  private static final Argument<Optional<String>> ONLY =
      Argument.optional("JOB", Values.TEXT, "Only of this job, session or workflow name");
  private static final Argument<String> ITEM =
      Argument.required("ITEM", Values.ID, "Id of the work item");

  private DlqCommands() {}

  public static void define(Command dlq) {
    dlq.add(
            "list",
            "List dead letters of this repository",
            c -> c.options(ELIGIBLE, LIMIT, JOB).runs(DlqCommands::list))
        .alias("ls");
    dlq.add("show", "Show a job's dead letters", c -> c.arguments(ID).runs(DlqCommands::show))
        .alias("view");
    dlq.add(
        "inspect",
        "Show one dead letter with all its attempts",
        c -> c.arguments(ITEM).options(JOB).runs(DlqCommands::inspect));
    dlq.add(
        "stats",
        "Count dead letters by job, error and day",
        c -> c.arguments(ONLY).options(JOB).runs(DlqCommands::stats));
    dlq.add(
        "analyze",
        "Group alike failures, with what to do about them",
        c -> c.arguments(ONLY).options(JOB, EXPORT).runs(DlqCommands::analyze));
    dlq.add("export", "Write dead letters to a file", DeadLetterExport::define);
    dlq.add("retry", "Try dead letters again", DeadLetterRetries::define);
    dlq.add("clear", "Remove all dead letters of a job", DeadLetterRemoval::defineClear);
    dlq.add("purge", "Remove old dead letters", DeadLetterRemoval::definePurge).alias("clean");
  }

  private static Selection selection(Invocation call) {
    return new Selection(call, Workspace.store(call));
  }

  private static int list(Invocation call) {
    int limit = call.get(LIMIT);
    List<Item> shown =
        DeadLetterList.of(call, selection(call), call.get(JOB)).stream()
            .filter(item -> !call.get(ELIGIBLE) || item.letter().reprocessEligible())
            .sorted(DeadLetterList.NEWEST_FIRST)
            .limit(limit == 0 ? Long.MAX_VALUE : limit)
            .toList();
    call.records().list(shown, DeadLetterList.LISTING);
    return ExitCode.OK;
  }

  private static int show(Invocation call) {
    Selection.Job job = selection(call).job(call.get(ID));
    List<Item> items = DeadLetterList.of(job);
    ObjectNode json = Json.NODES.objectNode();
    json.put("job_id", job.id().value());
    json.setAll(DeadLetterReports.summary(items));
    ArrayNode documents = json.putArray("items");
    items.forEach(item -> documents.add(item.document()));
    call.records().one(json, () -> human(call.console(), job, items));
    return ExitCode.OK;
  }

  private static void human(Console console, Selection.Job job, List<Item> items) {
    console.print("Dead letters of %s: %d".formatted(job.id(), items.size()));
    for (Item item : items) {
      DeadLetter letter = item.letter();
      console.print("");
      console.print("%s  %s".formatted(letter.itemId(), Json.text(letter.itemData())));
      for (Failure failure : letter.failureHistory()) {
        console.print(
            "  attempt %d, %s, %s: %s"
                .formatted(
                    failure.attemptNumber(),
                    Human.time(failure.timestamp(), ZoneId.systemDefault()),
                    failure.stepFailed(),
                    failure.errorMessage().lines().findFirst().orElse("")));
      }
      kept(console, letter);
    }
    if (!items.isEmpty()) {
      console.print("");
      console.print("Try them again with: prodigy dlq retry " + job.id());
    }
  }

  private static void kept(Console console, DeadLetter letter) {
    DeadLetter.Artifacts artifacts = letter.worktreeArtifacts();
    if (artifacts != null) {
      console.print(
          "  kept: %s (branch %s)".formatted(artifacts.worktreePath(), artifacts.branchName()));
    }
  }

  private static int inspect(Invocation call) {
    String id = call.get(ITEM);
    List<Item> found =
        DeadLetterList.of(call, selection(call), call.get(JOB)).stream()
            .filter(item -> item.id().equals(id))
            .toList();
    if (found.isEmpty()) {
      throw new ProdigyException(
          ErrorCode.STORAGE_NOT_FOUND, "DLQ item '" + id + "' not found", "prodigy dlq list");
    }
    if (found.size() > 1) {
      throw new ProdigyException(
          ErrorCode.STORAGE,
          "DLQ item '" + id + "' is in several jobs",
          null,
          String.join("\n", found.stream().map(item -> item.job().shown()).toList()),
          "say which: prodigy dlq inspect %s --job-id <job>".formatted(id),
          null);
    }
    Item item = found.getFirst();
    call.records().one(item.json(), () -> human(call.console(), item));
    return ExitCode.OK;
  }

  private static void human(Console console, Item item) {
    DeadLetter letter = item.letter();
    console.print("Item:      " + item.id());
    console.print("Job:       " + item.job().id());
    console.print("Data:      " + Json.text(letter.itemData()));
    console.print("Failures:  " + letter.failureCount());
    console.print("Error:     " + letter.errorSignature());
    console.print("Eligible:  " + (letter.reprocessEligible() ? "yes" : "no"));
    console.print("Review:    " + (letter.manualReviewRequired() ? "needed" : "not needed"));
    for (Failure failure : letter.failureHistory()) {
      console.print("");
      console.print(
          "Attempt %d, %s, after %dms, by %s"
              .formatted(
                  failure.attemptNumber(),
                  Human.time(failure.timestamp(), ZoneId.systemDefault()),
                  failure.durationMs(),
                  failure.agentId()));
      console.print("  step: " + failure.stepFailed());
      failure.errorMessage().lines().forEach(line -> console.print("  " + line));
      failure.errorContext().forEach(line -> console.print("  | " + line));
      if (failure.jsonLogLocation() != null) {
        console.print("  log: " + failure.jsonLogLocation());
      }
    }
    kept(console, letter);
  }

  /// The job may be given as an option or as an argument.
  private static List<Item> reported(Invocation call) {
    if (call.get(ONLY).isPresent() && call.get(JOB).isPresent()) {
      throw new UsageException("the job is given twice");
    }
    return DeadLetterList.of(call, selection(call), call.get(ONLY).or(() -> call.get(JOB)));
  }

  private static int stats(Invocation call) {
    ObjectNode stats = DeadLetterReports.stats(reported(call));
    call.records().one(stats, () -> DeadLetterReports.printStats(call.console(), stats));
    return ExitCode.OK;
  }

  private static int analyze(Invocation call) {
    List<Item> items = reported(call);
    ObjectNode analysis = DeadLetterReports.analysis(items);
    call.get(EXPORT).ifPresent(file -> write(call.callerDirectory().resolve(file), analysis));
    call.records().one(analysis, () -> DeadLetterReports.printAnalysis(call.console(), items));
    return ExitCode.OK;
  }

  private static void write(Path file, ObjectNode json) {
    byte[] text = (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      PrivateFiles.replace(file.toAbsolutePath(), out -> out.write(text));
    } catch (IOException e) {
      throw StorageException.io(file, e);
    }
  }
}
