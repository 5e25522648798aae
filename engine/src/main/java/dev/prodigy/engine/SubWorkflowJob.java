package dev.prodigy.engine;

import dev.prodigy.git.Repository;
import dev.prodigy.model.JobId;
import dev.prodigy.model.Json;
import dev.prodigy.model.SessionId;
import dev.prodigy.workflow.LoadedWorkflow;
import dev.prodigy.workflow.SubWorkflow;
import dev.prodigy.workflow.WorkflowLoader;
import dev.prodigy.workflow.expression.Variables;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A MapReduce workflow that a step runs: a job and a session of its own, which begin where the
/// caller's worktree is and are merged back there. The ids are durable before the job begins: the
/// step, run again, takes up the same job instead of beginning another.
final class SubWorkflowJob {
  private static final String JOB = "job";
  private static final String SESSION = "session";
  private static final String OUTPUTS = "outputs";

  private final RunContext run;
  private final Invocation call;
  private final String place;
  private final StopSignal stop;
  private final ChildProgress progress;
  private volatile boolean timedOut;

  /// @param place of the workflow in the whole run
  /// @param stop ends it
  SubWorkflowJob(RunContext run, Invocation call, String place, StopSignal stop) {
    this.run = run;
    this.call = call;
    this.place = place;
    this.stop = stop;
    progress = call.scope().children();
  }

  /// @param environment what it inherits
  /// @param outputs what the caller gets of the job's variables
  NestedJobs.Ended run(
      SubWorkflow workflow,
      Map<String, JsonNode> inputs,
      Map<String, String> environment,
      @Nullable String profile,
      Function<Variables, Map<String, JsonNode>> outputs) {
    LoadedWorkflow loaded = WorkflowLoader.nested(workflow, inputs);
    RunRequest request =
        run.request()
            .nested(
                Repository.discover(call.scope().worktree()),
                environment,
                profile,
                stop,
                new Caller(
                    run.session(), run.request().filesDirectory(), call.scope().masker().named()));
    var over = new CountDownLatch(1);
    Duration limit = limit(workflow);
    if (limit != null) {
      Thread.ofVirtual().start(() -> stopAfter(limit, over));
    }
    try {
      NestedJobs.Ended ended = begun(request, loaded, outputs);
      return timedOut && limit != null && ended.status() == NestedJobs.Status.STOPPED
          ? new NestedJobs.Ended(
              NestedJobs.Status.FAILED,
              "timed out after %s seconds".formatted(BigDecimal.valueOf(limit.toMillis(), 3)))
          : ended;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return new NestedJobs.Ended(NestedJobs.Status.STOPPED, "");
    } finally {
      over.countDown();
    }
  }

  /// The job of an earlier run of the step, unless nothing is left of it.
  private NestedJobs.Ended begun(
      RunRequest request, LoadedWorkflow loaded, Function<Variables, Map<String, JsonNode>> outputs)
      throws InterruptedException {
    NestedJobs.Ended ended = once(request, loaded, outputs);
    if (ended.status() != NestedJobs.Status.UNDONE) {
      return ended;
    }
    progress.forget(place);
    return once(request, loaded, outputs);
  }

  private NestedJobs.Ended once(
      RunRequest request, LoadedWorkflow loaded, Function<Variables, Map<String, JsonNode>> outputs)
      throws InterruptedException {
    NestedJobs.Ids ids = ids();
    return run.request()
        .jobs()
        .run(request, loaded, ids, variables -> keep(ids, outputs.apply(variables)));
  }

  private NestedJobs.Ids ids() {
    JsonNode state = progress.of(place);
    if (state != null && state.has(JOB)) {
      return new NestedJobs.Ids(
          new JobId(state.path(JOB).asString()), new SessionId(state.path(SESSION).asString()));
    }
    var ids = new NestedJobs.Ids(JobId.mapReduce(run.now()), SessionId.random());
    progress.put(place, state(ids));
    return ids;
  }

  private static ObjectNode state(NestedJobs.Ids ids) {
    return Json.NODES.objectNode().put(JOB, ids.job().value()).put(SESSION, ids.session().value());
  }

  private void keep(NestedJobs.Ids ids, Map<String, JsonNode> found) {
    JsonNode before = progress.of(place);
    if (before != null && before.has(OUTPUTS)) {
      return; // of the run that was cut off right after, which knew more
    }
    ObjectNode state = state(ids);
    ObjectNode kept = state.putObject(OUTPUTS);
    Masked.concealing(call.scope().masker()).values(found).forEach(kept::set);
    progress.put(place, state);
  }

  /// What the caller gets of a job that has completed.
  Map<String, JsonNode> outputs() {
    var stored = new LinkedHashMap<String, JsonNode>();
    JsonNode state = progress.of(place);
    if (state != null) {
      state.path(OUTPUTS).properties().forEach(e -> stored.put(e.getKey(), e.getValue()));
    }
    return Masked.revealing(call.scope().masker()).values(stored);
  }

  boolean timedOut() {
    return timedOut;
  }

  /// The least of what the workflow, the step and all around it allow; null: no limit.
  private @Nullable Duration limit(SubWorkflow workflow) {
    var limits = new ArrayList<Duration>();
    var own = workflow.timeout();
    if (own != null) {
      limits.add(StepFault.guard(() -> own.resolve(call.scope().environment()::get)));
    }
    Duration step = call.timeout();
    if (step != null) {
      limits.add(step);
    }
    return limits.isEmpty() ? null : Collections.min(limits);
  }

  private void stopAfter(Duration limit, CountDownLatch over) {
    try {
      if (!over.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        timedOut = true;
        stop.raise("timeout");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
