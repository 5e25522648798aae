package dev.prodigy.mapreduce;

import dev.prodigy.engine.NestedJobs;
import dev.prodigy.engine.RunContext;
import dev.prodigy.engine.RunEnvironment;
import dev.prodigy.engine.RunRequest;
import dev.prodigy.engine.SessionSetup;
import dev.prodigy.model.Event;
import dev.prodigy.model.JobId;
import dev.prodigy.model.JobState;
import dev.prodigy.model.Json;
import dev.prodigy.model.Phase;
import dev.prodigy.model.SessionId;
import dev.prodigy.storage.JobStore;
import dev.prodigy.workflow.IntValue;
import dev.prodigy.workflow.LoadedWorkflow;
import dev.prodigy.workflow.MapReduceWorkflow;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Starts MapReduce jobs. [JobResume] takes them up again, [DeadLetterRetry] works off what failed.
public final class MapReduceJobs {
  private MapReduceJobs() {}

  /// Runs a new job to its end, merge included.
  ///
  /// @throws dev.prodigy.model.ProdigyException for anything that keeps it from starting, before a
  ///   session or worktree exists, or when storage fails on the way
  public static JobOutcome start(RunRequest request, LoadedWorkflow loaded, JobOptions options)
      throws InterruptedException {
    return start(
        request,
        loaded,
        options,
        new NestedJobs.Ids(JobId.mapReduce(request.clock().instant()), SessionId.random()));
  }

  /// The same with ids that were chosen before.
  static JobOutcome start(
      RunRequest request, LoadedWorkflow loaded, JobOptions options, NestedJobs.Ids ids)
      throws InterruptedException {
    var setup = new SessionSetup(request, loaded);
    var workflow = resolved(loaded, setup.environment());
    MapSettings settings = settings(workflow, setup.environment(), options, 0);
    JobId job = ids.job();
    try (RunContext run = setup.begin(job, ids.session())) {
      JobState state = firstState(run, loaded, workflow, settings, null);
      JobStore store = run.store().job(job);
      store.saveWorkflow(run.environment().masker().mask(loaded.text()));
      store.saveState(state);
      store.deadLetters().create();
      run.reporter()
          .info(
              "Executing MapReduce workflow: %s (job %s, session %s)"
                  .formatted(workflow.name(), job, run.session()));
      run.events().append(job, started(run, state));
      try (var work = new JobWork(run, state, workflow, settings, options)) {
        return work.run(WorkflowItems.of(work), Optional.empty());
      }
    }
  }

  /// With the numbers that variables hold.
  static MapReduceWorkflow resolved(LoadedWorkflow loaded, RunEnvironment environment) {
    return (MapReduceWorkflow) loaded.resolved(environment.variables()::get).workflow();
  }

  static Event.JobStarted started(RunContext run, JobState state) {
    return new Event.JobStarted(
        state.config(),
        state.totalItems(),
        state.workflowName(),
        state.workflowPath(),
        run.worktree().name(),
        state.originalBranch(),
        state.sourceJobId());
  }

  /// Everything about the map phase that depends on variables, options or both.
  static MapSettings settings(
      MapReduceWorkflow workflow,
      RunEnvironment environment,
      JobOptions options,
      int attemptsAllowed) {
    Function<String, @Nullable String> lookup = environment.variables()::get;
    IntValue asked = workflow.map().maxParallel();
    int wanted = asked == null ? options.otherwiseParallel() : asked.resolve(lookup);
    Integer cap = options.maxParallel();
    var timeouts = workflow.map().timeouts();
    return new MapSettings(
        cap == null ? wanted : Math.min(wanted, cap),
        timeouts.agent() == null ? null : timeouts.agent().resolve(lookup),
        timeouts.policy(),
        MapSettings.commandTimeouts(timeouts, workflow.map().agentTemplate(), lookup),
        timeouts.grace(),
        attemptsAllowed,
        Map.of());
  }

  static JobState firstState(
      RunContext run,
      LoadedWorkflow loaded,
      MapReduceWorkflow workflow,
      MapSettings settings,
      @Nullable JobId source) {
    Path path = run.request().workflowPath();
    return new JobState(
        run.job(),
        run.session(),
        workflow.name(),
        run.store().name().value(),
        run.repository().mainRoot().toString(),
        path == null ? null : path.toString(),
        loaded.hash(),
        run.request().args(),
        Map.of(),
        Phase.SETUP,
        run.environment().concealing().value(config(workflow, settings)),
        run.worktree().path().toString(),
        run.worktree().branch(),
        run.origin().baseCommit(),
        run.origin().originalBranch(),
        run.startedAt(),
        run.startedAt(),
        0,
        0,
        0,
        false,
        JobState.ReduceState.NONE,
        false,
        0,
        null,
        source);
  }

  private static JsonNode config(MapReduceWorkflow workflow, MapSettings settings) {
    ObjectNode config = Json.NODES.objectNode();
    config.put("input", WorkflowItems.describe(workflow.map().input()));
    config.put("json_path", workflow.map().jsonPath() == null ? "" : workflow.map().jsonPath());
    config.put("max_parallel", settings.maxParallel());
    if (settings.agentTimeout() != null) {
      config.put("agent_timeout_secs", settings.agentTimeout().toSeconds());
    }
    config.put("continue_on_failure", workflow.errorPolicy().continueOnFailure());
    config.put("enable_checkpoints", true);
    if (workflow.map().maxItems() != null) {
      config.put("max_items", workflow.map().maxItems());
    }
    if (workflow.map().offset() > 0) {
      config.put("offset", workflow.map().offset());
    }
    return config;
  }
}
