package dev.prodigy.mapreduce;

import dev.prodigy.engine.RunContext;
import dev.prodigy.engine.RunEnvironment;
import dev.prodigy.engine.RunRequest;
import dev.prodigy.engine.SessionSetup;
import dev.prodigy.model.DeadLetter;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.JobId;
import dev.prodigy.model.JobState;
import dev.prodigy.model.Json;
import dev.prodigy.model.WorkItem;
import dev.prodigy.storage.DeadLetterQueue;
import dev.prodigy.storage.JobStore;
import dev.prodigy.storage.MapJournal;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.storage.RunLock;
import dev.prodigy.workflow.LoadedWorkflow;
import dev.prodigy.workflow.MapReduceWorkflow;
import dev.prodigy.workflow.expression.Variables;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Tries dead letters of a finished job again, as a job of its own (`<job>-retry-<n>`) with the
/// finished job's agent template. The finished job's event log is not touched; its dead letter
/// queue and journal are: an item is in that queue, or merged and durable, whatever instant we die
/// at.
public final class DeadLetterRetry {
  private final RunRequest request;
  private final RepositoryStore store;
  private final JobId original;
  private final RetryOptions retry;

  private DeadLetterRetry(RunRequest request, JobId original, RetryOptions retry) {
    this.request = request;
    this.store = SessionSetup.register(request);
    this.original = original;
    this.retry = retry;
  }

  /// What a retry would take, or took.
  ///
  /// @param skipped dead letters of the job that were not selected
  /// @param outcome empty for a dry run and when nothing was selected
  public record Retried(List<DeadLetter> selected, int skipped, Optional<JobOutcome> outcome) {}

  /// @throws dev.prodigy.model.ProdigyException if the job is unknown, is being worked on, or its
  ///   workflow is gone
  public static Retried run(
      RunRequest request, JobId original, RetryOptions retry, JobOptions options)
      throws InterruptedException {
    return new DeadLetterRetry(request, original, retry).run(options);
  }

  private Retried run(JobOptions options) throws InterruptedException {
    JobStore files = store.job(original);
    DeadLetterQueue queue = files.deadLetters();
    List<DeadLetter> all = queue.items();
    List<DeadLetter> selected = select(all);
    if (selected.isEmpty() || retry.dryRun()) {
      return new Retried(selected, all.size() - selected.size(), Optional.empty());
    }
    try (RunLock _ = request.store().locks().acquire(List.of(original.value()), false)) {
      JobOutcome outcome = retrySelected(files, queue, selected, options);
      return new Retried(selected, all.size() - selected.size(), Optional.of(outcome));
    }
  }

  private JobOutcome retrySelected(
      JobStore files, DeadLetterQueue queue, List<DeadLetter> selected, JobOptions options)
      throws InterruptedException {
    Optional<JobState> known = files.state();
    LoadedWorkflow loaded =
        new ResumedWorkflow(request, files, known, new JobResumeOptions(true, null, 0)).load();
    var setup = new SessionSetup(request, loaded);
    RunEnvironment environment =
        known.isEmpty() ? setup.environment() : setup.environmentAgain(known.get().sessionId());
    MapReduceWorkflow workflow = MapReduceJobs.resolved(loaded, environment);
    MapSettings settings =
        MapReduceJobs.settings(
                workflow,
                environment,
                new JobOptions(
                    retry.maxParallel() == null ? options.maxParallel() : retry.maxParallel(),
                    options.otherwiseParallel(),
                    options.progress()),
                Math.max(1, retry.maxAttempts()))
            .withItemVariables(variables(selected));
    JobId job = nextRetry();
    try (RunContext run = setup.begin(job)) {
      JobState state = MapReduceJobs.firstState(run, loaded, workflow, settings, original);
      JobStore own = store.job(job);
      own.saveWorkflow(run.environment().masker().mask(loaded.text()));
      own.saveState(state);
      own.deadLetters().create();
      run.reporter()
          .info("Retrying %d dead letter(s) of %s as %s".formatted(selected.size(), original, job));
      run.events().append(job, MapReduceJobs.started(run, state));
      var source = new DeadLetterItems(selected, retry.reduce());
      return work(run, state, workflow, settings, options, source, Optional.empty(), queue);
    }
  }

  private static JobOutcome work(
      RunContext run,
      JobState state,
      MapReduceWorkflow workflow,
      MapSettings settings,
      JobOptions options,
      JobSource source,
      Optional<JobResume.Restorer> restorer,
      DeadLetterQueue queue)
      throws InterruptedException {
    JobId original = Objects.requireNonNull(state.sourceJobId());
    JobStore files = run.store().job(original);
    try (MapJournal journal = files.openJournal();
        var work = new JobWork(run, state, workflow, settings, options, queue)) {
      publishSetup(files, work.context());
      var outcomes =
          new RetryOutcomes(
              work.context(),
              new JobOutcomes(work.context(), settings.maxParallel()),
              original,
              journal);
      Optional<RestoredItems> restored = restorer.flatMap(r -> r.restore(work));
      if (restorer.isPresent() && restored.isEmpty()) {
        throw MapReduceException.retryNeverBegan(original);
      }
      restored.ifPresent(items -> leaveQueue(items.table(), queue, outcomes));
      return work.run(source, restored, outcomes);
    }
  }

  /// A retry may have died after an item was merged and before its dead letter had left the queue.
  private static void leaveQueue(ItemTable table, DeadLetterQueue queue, RetryOutcomes outcomes) {
    Set<ItemId> waiting =
        queue.items().stream().map(DeadLetter::itemId).collect(Collectors.toSet());
    table.with(ItemState.Status.DONE).stream()
        .filter(state -> waiting.contains(state.item().id()))
        .forEach(outcomes::succeeded);
  }

  /// Takes up a retry that was interrupted.
  static JobOutcome resume(
      RunContext run,
      JobState state,
      MapReduceWorkflow workflow,
      MapSettings settings,
      JobOptions options,
      JobResume.Restorer restorer)
      throws InterruptedException {
    JobId original = Objects.requireNonNull(state.sourceJobId());
    try (RunLock _ = run.request().store().locks().acquire(List.of(original.value()), false)) {
      return work(
          run,
          state,
          workflow,
          settings,
          options,
          new DeadLetterItems(List.of(), false),
          Optional.of(restorer),
          run.store().job(original).deadLetters());
    }
  }

  /// What setup had captured is as visible to these agents as it was to the first ones.
  private static void publishSetup(JobStore files, JobContext job) {
    files
        .checkpoints()
        .setup()
        .ifPresent(setup -> SetupPhase.publish(job, setup.value().outputs()));
  }

  private JobId nextRetry() {
    int n = 1;
    while (store.job(original.retry(n)).exists()) {
      n++;
    }
    return original.retry(n);
  }

  private List<DeadLetter> select(List<DeadLetter> all) {
    return all.stream()
        .filter(letter -> retry.force() || letter.reprocessEligible())
        .filter(
            letter -> retry.items().isEmpty() || retry.items().contains(letter.itemId().value()))
        .filter(this::passesFilter)
        .limit(retry.limit() == 0 ? Long.MAX_VALUE : retry.limit())
        .toList();
  }

  private boolean passesFilter(DeadLetter letter) {
    if (retry.filter() == null) {
      return true;
    }
    JsonNode data = letter.itemData();
    ObjectNode fields =
        data.isObject() ? (ObjectNode) data.deepCopy() : Json.NODES.objectNode().set("item", data);
    putIfAbsent(fields, "failure_count", Json.NODES.numberNode(letter.failureCount()));
    putIfAbsent(fields, "error_signature", Json.NODES.stringNode(letter.errorSignature()));
    putIfAbsent(
        fields,
        "error_type",
        Json.NODES.stringNode(letter.failureHistory().getLast().errorType().typeName()));
    putIfAbsent(fields, "reprocess_eligible", Json.NODES.booleanNode(letter.reprocessEligible()));
    putIfAbsent(fields, "last_attempt", Json.NODES.stringNode(letter.lastAttempt().toString()));
    return retry.filter().testItem(fields, letter.itemId().index(), new Variables());
  }

  private static void putIfAbsent(ObjectNode fields, String name, JsonNode value) {
    if (!fields.has(name)) {
      fields.set(name, value);
    }
  }

  private static Map<ItemId, Map<String, JsonNode>> variables(List<DeadLetter> selected) {
    var all = new HashMap<ItemId, Map<String, JsonNode>>();
    for (DeadLetter letter : selected) {
      JsonNode count = Json.NODES.numberNode(letter.failureCount());
      JsonNode error = Json.NODES.stringNode(letter.failureHistory().getLast().errorMessage());
      var own = new HashMap<String, JsonNode>();
      own.put("dlq.retry_count", count);
      own.put("dlq.last_error", error);
      own.put("dlq.item_id", Json.NODES.stringNode(letter.itemId().value()));
      own.put("item._dlq_retry_count", count);
      own.put("item._dlq_last_error", error);
      all.put(letter.itemId(), own);
    }
    return all;
  }

  /// The chosen dead letters as work items: same ids, attempts counted on.
  static Map<ItemId, Integer> attempts(List<DeadLetter> letters) {
    var attempts = new HashMap<ItemId, Integer>();
    letters.forEach(letter -> attempts.put(letter.itemId(), letter.attempts()));
    return attempts;
  }

  static List<WorkItem> items(List<DeadLetter> letters) {
    return letters.stream().map(l -> new WorkItem(l.itemId(), l.itemData())).toList();
  }
}
