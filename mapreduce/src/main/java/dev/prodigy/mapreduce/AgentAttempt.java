package dev.prodigy.mapreduce;

import dev.prodigy.engine.StepOutcome;
import dev.prodigy.engine.StepScope;
import dev.prodigy.engine.StepsOutcome;
import dev.prodigy.git.AgentWorktrees;
import dev.prodigy.git.GitException;
import dev.prodigy.git.MergeQueue;
import dev.prodigy.model.AgentId;
import dev.prodigy.model.AgentResult;
import dev.prodigy.model.CleanupStatus;
import dev.prodigy.model.Event;
import dev.prodigy.model.Failure;
import dev.prodigy.model.FailureReason;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.JournalRecord.Outcome;
import dev.prodigy.model.Json;
import dev.prodigy.model.WorkItem;
import dev.prodigy.storage.MapJournal;
import dev.prodigy.workflow.OnItemFailure;
import dev.prodigy.workflow.Step;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One attempt at one item, from its worktree to the merge of its commits.
///
/// The order is the promise: the result is durable before anything is merged; the merge is durable
/// before it is announced; `AgentCompleted` comes last, so it means that the item's commits are
/// reachable from the session branch.
final class AgentAttempt {
  private static final int INLINE_OUTPUT_BYTES = 4096;

  private final JobContext job;
  private final MapSettings settings;
  private final ItemTable table;
  private final AgentWorktrees worktrees;
  private final MergeQueue merges;

  AgentAttempt(
      JobContext job,
      MapSettings settings,
      ItemTable table,
      AgentWorktrees worktrees,
      MergeQueue merges) {
    this.job = job;
    this.settings = settings;
    this.table = table;
    this.worktrees = worktrees;
    this.merges = merges;
  }

  /// How an attempt ended.
  sealed interface End {
    /// Result durable, commits merged, announced.
    record Done() implements End {}

    /// The run is being stopped: the item goes back, the attempt does not count.
    record CutOff() implements End {}

    /// Not recorded yet: the policy decides first.
    ///
    /// @param worktree as the attempt left it; null when there was none
    record Failed(AttemptFailure failure, AgentWorktrees.@Nullable AgentWorktree worktree)
        implements End {}
  }

  End run(ItemState state, int slot) {
    WorkItem item = state.item();
    ItemId id = item.id();
    AgentId agent = job.files().job().agent(id);
    Instant begun = job.now();
    long startNanos = System.nanoTime();
    job.files().record(table, job.files().entry(id, Outcome.STARTED, state.attempt()));
    AgentWorktrees.AgentWorktree worktree;
    try {
      worktree = prepare(slot, agent);
    } catch (GitException e) {
      return new End.Failed(
          AttemptFailures.worktree(e, state, agent, begun, elapsed(startNanos)), null);
    }
    job.files()
        .events(
            new Event.WorktreeCreated(
                agent, id, worktree.name(), worktree.branch(), worktree.base()),
            new Event.AgentStarted(agent, id, worktree.name(), state.attempt()));
    job.progress().agentStarted(agent, id, state.attempt());

    StepsOutcome steps = runSteps(item, state.attempt(), slot, worktree);
    if (steps.stopped()) {
      return new End.CutOff();
    }
    if (!steps.success()) {
      return new End.Failed(
          AttemptFailures.steps(job, steps, settings, state, agent, begun, elapsed(startNanos)),
          worktree);
    }
    return finish(state, agent, worktree, steps, startNanos, begun);
  }

  /// A fresh worktree can fail for reasons that pass; one more try costs nothing that counts.
  private AgentWorktrees.AgentWorktree prepare(int slot, AgentId agent) {
    try {
      return worktrees.prepare(slot, agent, merges.tip());
    } catch (GitException first) {
      job.reporter().warning(agent + ": " + first.message() + "; trying again");
      return worktrees.prepare(slot, agent, merges.tip());
    }
  }

  /// An attempt that the circuit breaker did not let begin.
  End rejected(ItemState state) {
    AgentId agent = job.files().job().agent(state.item().id());
    return new End.Failed(AttemptFailures.rejected(state, agent, job.now()), null);
  }

  private StepsOutcome runSteps(
      WorkItem stored, int attempt, int slot, AgentWorktrees.AgentWorktree worktree) {
    WorkItem item = job.revealed(stored);
    var files = job.files();
    var variables =
        ItemVariables.of(job.variables(), files.job(), item, table.tally().total(), attempt, slot);
    settings.extraVariables(item.id()).forEach(variables::set);
    StepScope scope =
        job.scope(
                worktree.path(),
                variables,
                "agent-" + item.index() + "-" + attempt + "-",
                agentEnvironment(item, worktree))
            .place("map/%s/steps".formatted(item.id()))
            .lateOnce()
            .deadline(settings.agentDeadline())
            .grace(settings.grace())
            .commandLimit(settings.commandLimit())
            .build();
    var observer = new AgentObserver(job, files.job().agent(item.id()), item.id());
    return job.steps().runAll(job.workflow().map().agentTemplate(), scope, observer, 0);
  }

  /// Runs the workflow's own answer to a failed item, in the failed agent's worktree.
  ///
  /// @return whether it succeeded: the item then counts as skipped
  boolean handled(OnItemFailure.Custom custom, ItemState state, End.Failed failed) {
    AgentWorktrees.AgentWorktree worktree = failed.worktree();
    if (worktree == null) {
      return false;
    }
    WorkItem item = job.revealed(state.item());
    Failure failure = failed.failure().failure();
    var variables =
        ItemVariables.of(
            job.variables(),
            job.files().job(),
            item,
            table.tally().total(),
            state.attempt(),
            worktree.slot());
    variables.set("error", failure.errorMessage());
    variables.set("error.type", failure.errorType().typeName());
    variables.set("error.step", failure.stepFailed());
    StepScope scope =
        job.scope(
                worktree.path(),
                variables,
                "agent-" + item.index() + "-" + state.attempt() + "-custom-",
                agentEnvironment(item, worktree))
            .place("map/%s/on_item_failure".formatted(item.id()))
            .build();
    Step step = CustomHandler.step(custom);
    var observer = new AgentObserver(job, job.files().job().agent(item.id()), item.id());
    return job.steps().runAll(List.of(step), scope, observer, 0).success();
  }

  private Map<String, String> agentEnvironment(
      WorkItem item, AgentWorktrees.AgentWorktree worktree) {
    var environment = new LinkedHashMap<String, String>();
    environment.put("PRODIGY_WORKTREE", worktree.name());
    environment.put("PRODIGY_AGENT_ID", job.files().job().agent(item.id()).value());
    environment.put("PRODIGY_ITEM_ID", item.id().value());
    String json = Json.text(item.data());
    if (json.length() < 64 * 1024) {
      environment.put("PRODIGY_ITEM", json);
    }
    return environment;
  }

  private End finish(
      ItemState state,
      AgentId agent,
      AgentWorktrees.AgentWorktree worktree,
      StepsOutcome steps,
      long startNanos,
      Instant begun) {
    AgentWorktrees.Changes changes = worktrees.changes(worktree);
    if (changes.commits().isEmpty()) {
      warnOfUncommitted(agent, worktree);
    }
    AgentResult result = result(state, worktree, steps, changes, elapsed(startNanos));
    job.files().record(table, completed(state, result));
    if (!changes.commits().isEmpty()) {
      switch (merges.merge(
          worktree.branch(), changes.commits().getLast(), worktree.base(), changes.files())) {
        case MergeQueue.Outcome.Conflict conflict -> {
          return new End.Failed(
              AttemptFailures.conflict(conflict, state, agent, begun, elapsed(startNanos)),
              worktree);
        }
        case MergeQueue.Outcome.Merged merged -> {
          announceMerge(state, agent, result, merged);
        }
      }
    }
    announceDone(state, agent, worktree, result);
    return new End.Done();
  }

  private void announceMerge(
      ItemState state, AgentId agent, AgentResult result, MergeQueue.Outcome.Merged merged) {
    ItemId id = state.item().id();
    job.files().record(table, merged(state, result));
    job.files()
        .event(
            new Event.WorktreeMerged(
                agent, id, job.parent().branch(), merged.mergeCommit(), merged.assisted()));
  }

  private void announceDone(
      ItemState state, AgentId agent, AgentWorktrees.AgentWorktree worktree, AgentResult result) {
    ItemId id = state.item().id();
    worktrees.release(worktree, true);
    job.files()
        .events(
            new Event.WorktreeCleaned(agent, id, worktree.name()), agentCompleted(agent, result));
  }

  /// The event that ends an item's story; also written on resume, where a crash swallowed it.
  static Event.AgentCompleted agentCompleted(AgentId agent, AgentResult result) {
    String log = result.jsonLogLocation();
    return new Event.AgentCompleted(
        agent,
        result.itemId(),
        result.duration(),
        result.duration().toMillis(),
        result.commits(),
        "Success",
        log == null || !plain(log) ? null : log,
        result.filesModified().size(),
        result.attempt());
  }

  /// Users pipe this event through `read` without `-r`, which eats backslashes: such a path is left
  /// out rather than stored in a form that breaks there.
  private static boolean plain(String text) {
    return text.chars().allMatch(c -> c >= 0x20 && c != '"' && c != '\\' && c != 0x7f);
  }

  private void warnOfUncommitted(AgentId agent, AgentWorktrees.AgentWorktree worktree) {
    List<String> left = worktrees.uncommitted(worktree);
    if (!left.isEmpty()) {
      job.reporter()
          .warning(
              "%s left %d uncommitted file(s), which are not merged: %s"
                  .formatted(
                      agent,
                      left.size(),
                      String.join(", ", left.subList(0, Math.min(3, left.size())))));
    }
  }

  private AgentResult result(
      ItemState state,
      AgentWorktrees.AgentWorktree worktree,
      StepsOutcome steps,
      AgentWorktrees.Changes changes,
      Duration duration) {
    String output = steps.output();
    byte[] bytes = output.getBytes(StandardCharsets.UTF_8);
    boolean large = bytes.length > INLINE_OUTPUT_BYTES;
    String reference = large ? job.files().store().saveOutput(state.item().id(), output) : null;
    return new AgentResult(
        state.item().id(),
        AgentResult.Status.SUCCESS,
        large ? head(bytes) : output,
        changes.commits(),
        changes.files(),
        duration,
        null,
        null,
        worktree.path().toString(),
        worktree.branch(),
        job.files().session(),
        steps.outcomes().stream()
            .map(StepOutcome::jsonLog)
            .filter(log -> log != null)
            .map(String::valueOf)
            .reduce((_, last) -> last)
            .orElse(null),
        new CleanupStatus.Success(),
        state.attempt(),
        large ? (long) bytes.length : null,
        reference,
        captured(steps));
  }

  private static Map<String, JsonNode> captured(StepsOutcome steps) {
    var captured = new LinkedHashMap<String, JsonNode>();
    steps.outcomes().forEach(outcome -> captured.putAll(outcome.captured()));
    return captured;
  }

  private static String head(byte[] utf8) {
    int end = INLINE_OUTPUT_BYTES;
    while (end > 0 && (utf8[end] & 0xC0) == 0x80) {
      end--;
    }
    return new String(utf8, 0, end, StandardCharsets.UTF_8);
  }

  private MapJournal.Entry completed(ItemState state, AgentResult result) {
    return new MapJournal.Entry(
        state.item().id(),
        Outcome.COMPLETED,
        state.attempt(),
        job.files().job().agent(state.item().id()),
        result.commits(),
        result,
        null,
        null,
        null);
  }

  private MapJournal.Entry merged(ItemState state, AgentResult result) {
    return new MapJournal.Entry(
        state.item().id(),
        Outcome.MERGED,
        state.attempt(),
        job.files().job().agent(state.item().id()),
        List.of(result.commits().getLast()),
        null,
        null,
        null,
        null);
  }

  private static Duration elapsed(long startNanos) {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  static FailureReason reason(StepOutcome failed) {
    return switch (failed.failureKind()) {
      case TIMEOUT -> new FailureReason.Timeout();
      case COMMIT -> new FailureReason.CommitValidationFailed(failed.step().display());
      case CAPTURE, OUTPUTS, VALIDATION -> new FailureReason.ValidationFailed();
      case PERMISSION -> new FailureReason.PermissionDenied();
      case AGENT, AUTHENTICATION -> new FailureReason.AgentError();
      case COMMAND, NOT_FOUND -> new FailureReason.CommandFailed(failed.exitCode());
      case INTERPOLATION, CIRCUIT, NONE -> new FailureReason.Unknown();
    };
  }
}
