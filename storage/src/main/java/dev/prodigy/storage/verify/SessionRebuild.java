package dev.prodigy.storage.verify;

import dev.prodigy.model.JobId;
import dev.prodigy.model.JobState;
import dev.prodigy.model.Json;
import dev.prodigy.model.RepoName;
import dev.prodigy.model.Session;
import dev.prodigy.model.SessionId;
import dev.prodigy.model.SessionStatus;
import dev.prodigy.model.WorkflowCheckpoint;
import dev.prodigy.storage.Checkpoints.Loaded;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.storage.StorageException;
import dev.prodigy.storage.Store;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Makes a session again out of what else is known of its run: the state of its job, or the
/// checkpoint of its steps. What only the session knew is lost, such as its error.
final class SessionRebuild {
  private final Store store;

  SessionRebuild(Store store) {
    this.store = store;
  }

  /// Empty if nothing else is known of it.
  Optional<Session> of(SessionId id) {
    for (RepoName name : store.repositories()) {
      RepositoryStore repository = store.repository(name);
      Optional<Session> found =
          jobOf(repository, id)
              .map(SessionRebuild::fromJob)
              .or(() -> checkpointOf(repository, id).map(c -> fromSteps(repository, c)));
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Optional<JobState> jobOf(RepositoryStore repository, SessionId id) {
    return repository.jobs().stream()
        .flatMap(job -> state(repository, job).stream())
        .filter(state -> state.sessionId().equals(id))
        .findFirst();
  }

  private static Optional<JobState> state(RepositoryStore repository, JobId job) {
    try {
      return repository.job(job).state();
    } catch (StorageException _) { // told of where jobs are verified
      return Optional.empty();
    }
  }

  private static Session fromJob(JobState job) {
    var data =
        new Session.MapReduceData(
            job.jobId().value(),
            job.totalItems(),
            job.successfulCount() + job.failedCount(),
            job.failedCount(),
            0,
            job.phase().name().toLowerCase(Locale.ROOT),
            null);
    return session(
        job.sessionId(),
        Session.Type.MAP_REDUCE,
        job.isComplete(),
        job.startedAt(),
        job.updatedAt(),
        job.args(),
        job.repository(),
        job.projectPath(),
        job.workflowPath(),
        job.workflowHash(),
        null,
        data);
  }

  private static Optional<WorkflowCheckpoint> checkpointOf(
      RepositoryStore repository, SessionId id) {
    try {
      return repository.workflowCheckpoints().newest(id).map(Loaded::value);
    } catch (StorageException _) { // told of where checkpoints are verified
      return Optional.empty();
    }
  }

  private static Session fromSteps(RepositoryStore repository, WorkflowCheckpoint of) {
    var data =
        new Session.WorkflowData(
            of.workflowId(),
            of.workflowName(),
            of.currentStepIndex(),
            of.totalSteps(),
            of.completedSteps().stream().map(step -> step.stepIndex()).toList(),
            Map.of(),
            of.currentIteration(),
            0,
            of.worktree().name());
    Instant last =
        of.completedSteps().isEmpty()
            ? of.startTime()
            : of.completedSteps().getLast().completedAt();
    return session(
        of.sessionId(),
        Session.Type.WORKFLOW,
        of.status() == WorkflowCheckpoint.Status.COMPLETED,
        of.startTime(),
        last,
        of.args(),
        repository.name().value(),
        repository.worktrees().find(of.worktree().name()).map(r -> r.repoRoot()).orElse(""),
        of.workflowPath(),
        of.workflowHash(),
        data,
        null);
  }

  private static Session session(
      SessionId id,
      Session.Type type,
      boolean over,
      Instant started,
      Instant updated,
      List<String> args,
      String repository,
      String project,
      @Nullable String workflowPath,
      @Nullable String workflowHash,
      Session.@Nullable WorkflowData steps,
      Session.@Nullable MapReduceData items) {
    var metadata = new TreeMap<String, JsonNode>();
    var positional = Json.NODES.arrayNode();
    args.forEach(positional::add);
    metadata.put("args", positional);
    metadata.put("rebuilt", Json.NODES.booleanNode(true));
    if (workflowPath != null) {
      metadata.put("workflow_file", Json.NODES.stringNode(workflowPath));
    }
    return new Session(
        id,
        type,
        over ? SessionStatus.COMPLETED : SessionStatus.PAUSED,
        started,
        updated,
        over ? updated : null,
        metadata,
        List.of(),
        Map.of(),
        null,
        steps,
        items,
        1,
        repository,
        project,
        workflowPath,
        workflowHash,
        null);
  }
}
