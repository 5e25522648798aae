package dev.prodigy.cli.manage;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Argument;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.run.DeadLetterRetries;
import dev.prodigy.cli.run.ResumableRuns;
import dev.prodigy.cli.run.Workspace;
import dev.prodigy.cli.terminal.Column;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.cli.terminal.Human;
import dev.prodigy.cli.terminal.Listing;
import dev.prodigy.model.DeadLetter;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.Event;
import dev.prodigy.model.JobId;
import dev.prodigy.model.JobState;
import dev.prodigy.model.Json;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.SessionId;
import dev.prodigy.storage.JobStore;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.storage.Store;
import dev.prodigy.storage.WriterIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `prodigy dlq`: work items that failed for good.
public final class DlqCommands {
  private static final int DEFAULT_LIMIT = 50;
  private static final Option<Boolean> ELIGIBLE =
      Option.flag("eligible", "Only items that may be tried again");
  private static final Option<Integer> LIMIT =
      Option.value("limit", "N", Values.COUNT, "At most so many", DEFAULT_LIMIT);
  private static final Option<Optional<String>> JOB =
      Option.value("job-id", "ID", Values.TEXT, "Only of this job").synonym("workflow-id");
  private static final Argument<String> ID =
      Argument.required("JOB", Values.TEXT, "Job, session or workflow name");
  private static final Option<Boolean> YES = Option.flag("yes", "Do not ask").letter('y');
  private static final Option<Boolean> FORCE = Option.flag("force", "Do not ask").letter('f');
  private static final Option<Boolean> INCLUDE_RESUMABLE =
      Option.flag("include-resumable", "Also of jobs that could still be resumed");

  private DlqCommands() {}

  public static void define(Command dlq) {
    dlq.add(
            "list",
            "List dead letters of this repository",
            c -> c.options(ELIGIBLE, LIMIT, JOB).runs(DlqCommands::list))
        .alias("ls");
    dlq.add("show", "Show a job's dead letters", c -> c.arguments(ID).runs(DlqCommands::show))
        .alias("view");
    dlq.add("retry", "Try dead letters again", DeadLetterRetries::define);
    dlq.add(
        "clear",
        "Remove all dead letters of a job",
        c -> c.arguments(ID).options(YES, FORCE, INCLUDE_RESUMABLE).runs(DlqCommands::clear));
  }

  private record Listed(JobId job, DeadLetter letter, JsonNode document) {}

  private static int list(Invocation call) {
    RepositoryStore store = Workspace.repositoryStore(call, Workspace.store(call));
    Optional<String> only = call.get(JOB);
    var found = new ArrayList<Listed>();
    for (JobId job : only.isPresent() ? jobs(store, only.get()) : store.jobs()) {
      found.addAll(lettersOf(store.job(job)));
    }
    List<Listed> shown =
        found.stream()
            .filter(l -> !call.get(ELIGIBLE) || l.letter().reprocessEligible())
            .sorted(Comparator.comparing((Listed l) -> l.letter().lastAttempt()).reversed())
            .limit(call.get(LIMIT))
            .toList();
    call.records().list(shown, LISTING);
    return ExitCode.OK;
  }

  /// The items with their stored documents, which may hold more than we know.
  private static List<Listed> lettersOf(JobStore job) {
    List<DeadLetter> letters = job.deadLetters().items();
    var documents = new TreeMap<String, JsonNode>();
    stored(job).forEach(node -> documents.put(node.path("item_id").asString(""), node));
    return letters.stream()
        .map(
            letter ->
                new Listed(
                    job.job(),
                    letter,
                    documents.getOrDefault(letter.itemId().value(), Json.NODES.objectNode())))
        .toList();
  }

  private static ArrayNode stored(JobStore job) {
    Path root = job.directory();
    for (int up = 0; up < 5; up++) {
      root = root.resolve("..");
    }
    Path repository = job.directory().resolve("../../..").normalize();
    Path file =
        root.normalize()
            .resolve("dlq")
            .resolve(String.valueOf(repository.getFileName()))
            .resolve(job.job().value())
            .resolve("dlq-items.json");
    try {
      return Files.isRegularFile(file)
              && Json.parse(Files.readString(file)).path("items") instanceof ArrayNode items
          ? items
          : Json.NODES.arrayNode();
    } catch (IOException e) {
      throw new ProdigyException(
          ErrorCode.STORAGE_IO, "Cannot read " + file, null, e.getMessage(), null, e);
    }
  }

  private static int show(Invocation call) {
    RepositoryStore store = Workspace.repositoryStore(call, Workspace.store(call));
    JobId job = onlyJob(store, call.get(ID));
    List<Listed> letters = lettersOf(store.job(job));
    ObjectNode json = summary(job, letters);
    call.records().one(json, () -> human(call.console(), job, letters));
    return ExitCode.OK;
  }

  private static ObjectNode summary(JobId job, List<Listed> letters) {
    ObjectNode json = Json.NODES.objectNode();
    json.put("job_id", job.value());
    json.put("total_items", letters.size());
    json.put(
        "eligible_for_reprocess",
        letters.stream().filter(l -> l.letter().reprocessEligible()).count());
    json.put(
        "requiring_manual_review",
        letters.stream().filter(l -> l.letter().manualReviewRequired()).count());
    ObjectNode categories = json.putObject("error_categories");
    for (Listed listed : letters) {
      String signature = listed.letter().errorSignature();
      categories.put(signature, categories.path(signature).asInt(0) + 1);
    }
    ArrayNode items = json.putArray("items");
    letters.forEach(listed -> items.add(listed.document()));
    return json;
  }

  private static void human(Console console, JobId job, List<Listed> letters) {
    console.print("Dead letters of %s: %d".formatted(job, letters.size()));
    for (Listed listed : letters) {
      DeadLetter letter = listed.letter();
      console.print("");
      console.print("%s  %s".formatted(letter.itemId(), Json.text(letter.itemData())));
      letter
          .failureHistory()
          .forEach(
              failure ->
                  console.print(
                      "  attempt %d, %s, %s: %s"
                          .formatted(
                              failure.attemptNumber(),
                              Human.time(failure.timestamp(), ZoneId.systemDefault()),
                              failure.stepFailed(),
                              failure.errorMessage().lines().findFirst().orElse(""))));
      if (letter.worktreeArtifacts() != null) {
        console.print("  kept: " + letter.worktreeArtifacts().worktreePath());
      }
    }
    if (!letters.isEmpty()) {
      console.print("");
      console.print("Try them again with: prodigy dlq retry " + job);
    }
  }

  private static int clear(Invocation call) {
    Store store = Workspace.store(call);
    RepositoryStore repository = Workspace.repositoryStore(call, store);
    List<JobId> jobs = jobs(repository, call.get(ID));
    int count = 0;
    for (JobId job : jobs) {
      refuseWhatIsNeeded(call, store, repository, job);
      count += repository.job(job).deadLetters().items().size();
    }
    if (count == 0) {
      call.console().print("No items to clear.");
      return ExitCode.OK;
    }
    String question =
        "Clear %s of %s?"
            .formatted(
                Human.count(count, "item"),
                String.join(", ", jobs.stream().map(JobId::value).toList()));
    if (!call.console().prompts().destroy(question, call.get(YES) || call.get(FORCE))) {
      return ExitCode.OK;
    }
    int cleared = 0;
    for (JobId job : jobs) {
      int own = repository.job(job).deadLetters().clear();
      cleared += own;
      if (own > 0) {
        SessionId session =
            repository.mappings().sessionOf(job).orElseGet(() -> new SessionId("session-none"));
        repository.maintenance(
            job,
            new Event.DLQItemsCleared(own),
            new WriterIdentity(session, UUID.randomUUID().toString()));
      }
    }
    call.console().print("Cleared " + Human.count(cleared, "item"));
    return ExitCode.OK;
  }

  private static void refuseWhatIsNeeded(
      Invocation call, Store store, RepositoryStore repository, JobId job) {
    if (store.locks().liveHolder(job.value()).isPresent()) {
      throw new ProdigyException(
          ErrorCode.SESSION_LOCKED, "Job %s is at work".formatted(job), "wait until it has ended");
    }
    boolean resumable =
        repository
            .mappings()
            .sessionOf(job)
            .flatMap(store.sessions()::find)
            .filter(ResumableRuns::resumable)
            .isPresent();
    if (resumable && !call.get(INCLUDE_RESUMABLE)) {
      throw new ProdigyException(
          ErrorCode.SESSION_INVALID_STATE,
          "Job %s could still be resumed and needs its dead letters".formatted(job),
          "prodigy resume %s, or: prodigy dlq clear %s --include-resumable".formatted(job, job));
    }
  }

  /// A job id, a session id, or the name of a workflow: then all its jobs.
  private static List<JobId> jobs(RepositoryStore store, String id) {
    var jobs = new ArrayList<JobId>();
    for (JobId job : store.jobs()) {
      Optional<JobState> state = store.job(job).state();
      boolean session = state.map(s -> s.sessionId().value().equals(id)).orElse(false);
      boolean name = state.map(s -> s.workflowName().equals(id)).orElse(false);
      if (job.value().equals(id) || session || name) {
        jobs.add(job);
      }
    }
    if (jobs.isEmpty()) {
      throw new ProdigyException(
          ErrorCode.SESSION_NOT_FOUND, "MapReduce job not found: " + id, "prodigy sessions list");
    }
    return jobs;
  }

  private static JobId onlyJob(RepositoryStore store, String id) {
    List<JobId> jobs = jobs(store, id);
    if (jobs.size() > 1) {
      throw new ProdigyException(
          ErrorCode.SESSION,
          "More than one job is called " + id,
          null,
          String.join("\n", jobs.stream().map(JobId::value).toList()),
          "give the whole id",
          null);
    }
    return jobs.getFirst();
  }

  private static ObjectNode json(Listed listed) {
    ObjectNode json = Json.NODES.objectNode();
    json.put("job_id", listed.job().value());
    if (listed.document() instanceof ObjectNode document) {
      json.setAll(document);
    }
    return json;
  }

  private static final Listing<Listed> LISTING =
      Listing.of(
          DlqCommands::json,
          "No items in the dead letter queue.",
          List.of(
              Column.id("ITEM ID", (Listed l) -> l.letter().itemId().value()),
              Column.id("JOB ID", l -> l.job().value()),
              Column.number("FAILURES", l -> String.valueOf(l.letter().failureCount())),
              Column.of(
                  "LAST ATTEMPT",
                  l -> Human.time(l.letter().lastAttempt(), ZoneId.systemDefault())),
              Column.of("ELIGIBLE", l -> l.letter().reprocessEligible() ? "yes" : "no"),
              Column.of("REVIEW", l -> l.letter().manualReviewRequired() ? "yes" : "no"),
              Column.of("ERROR", l -> l.letter().errorSignature())));
}
