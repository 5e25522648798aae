package dev.prodigy.engine;

import dev.prodigy.git.Repository;
import dev.prodigy.git.SessionWorktrees;
import dev.prodigy.git.Worktree;
import dev.prodigy.model.JobId;
import dev.prodigy.model.Json;
import dev.prodigy.model.Owner;
import dev.prodigy.model.RepoName;
import dev.prodigy.model.Session;
import dev.prodigy.model.SessionId;
import dev.prodigy.model.SessionStatus;
import dev.prodigy.model.WorktreeRecord;
import dev.prodigy.storage.EventLog;
import dev.prodigy.storage.ProcessIdentity;
import dev.prodigy.storage.RepositoryNames;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.storage.RunLock;
import dev.prodigy.storage.WriterIdentity;
import dev.prodigy.workflow.LoadedWorkflow;
import dev.prodigy.workflow.MapReduceWorkflow;
import dev.prodigy.workflow.SequentialWorkflow;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Brings a session to the point where its first (or next) step can run. Whatever a crash leaves of
/// it can be found: the lock comes first, then the session, then the worktree's record, then the
/// worktree.
public final class SessionSetup {
  /// Keys of a session's free-form data under which a copy of the workflow is kept.
  static final String WORKFLOW_TEXT = "workflow_text";

  static final String WORKFLOW_FILE = "workflow_file";

  private static final int FORMAT = 1;

  private final RunRequest request;
  private final LoadedWorkflow loaded;

  public SessionSetup(RunRequest request, LoadedWorkflow loaded) {
    this.request = request;
    this.loaded = loaded;
  }

  /// The repository's place in the store, made known there.
  public static RepositoryStore register(RunRequest request) {
    RepoName name = request.store().names().register(identity(request.repository()));
    return request.store().repository(name);
  }

  public static RepositoryNames.Identity identity(Repository repository) {
    return new RepositoryNames.Identity(
        repository.mainRoot(),
        repository.commonDir(),
        repository.firstCommit().orElse(null),
        repository.remoteUrl().orElse(null));
  }

  /// Starts a new session.
  ///
  /// @param job null for a sequential run, which goes by its session's id
  /// @throws EngineException if the environment cannot be resolved; nothing has happened then
  public RunContext begin(@Nullable JobId job) {
    var environment = environment();
    Repository repository = request.repository();
    String base = repository.requireHead();
    var session = SessionId.random();
    RepositoryStore store = register(request);
    RunLock lock = request.store().locks().acquire(ids(session, job), false);
    try {
      Instant now = request.clock().instant();
      Owner owner = ProcessIdentity.current();
      request.reporter().info("Starting session: " + session);
      request.store().sessions().create(session(session, job, store, environment, owner, now));
      if (job != null) {
        store.mappings().record(session, job, loaded.workflow().name(), now);
      }
      var worktrees = new SessionWorktrees(repository, store.worktreesDirectory());
      WorktreeRecord record = record(session, job, store, base, owner, now);
      store.worktrees().save(record);
      Worktree worktree = worktrees.create(session.value(), base);
      request.reporter().info("Created worktree at: " + worktree.path());
      request
          .store()
          .sessions()
          .update(session, s -> s.become(SessionStatus.RUNNING, now, null).ownedBy(owner));
      return context(session, job, environment, store, worktrees, worktree, record, lock);
    } catch (RuntimeException | Error e) {
      giveBack(lock, e);
      throw e;
    }
  }

  /// Takes up a session again. The caller has made sure that it may be resumed, and tells so in
  /// events.
  ///
  /// @param knownHead where the worktree's branch stood at the last checkpoint; null if unknown
  /// @param force take over from another host; go on from a head that does not contain the known
  public RunContext reopen(
      SessionId session, @Nullable JobId job, @Nullable String knownHead, boolean force) {
    var environment = environment();
    RepositoryStore store = register(request);
    RunLock lock = request.store().locks().acquire(ids(session, job), force);
    try {
      Instant now = request.clock().instant();
      Owner owner = ProcessIdentity.current();
      var worktrees = new SessionWorktrees(request.repository(), store.worktreesDirectory());
      Worktree worktree =
          worktrees.restore(
              session.value(), force ? null : knownHead, request.reporter()::warning);
      WorktreeRecord record =
          store
              .worktrees()
              .find(session.value())
              .orElseGet(
                  () ->
                      record(
                          session,
                          job,
                          store,
                          knownHead == null ? worktrees.head(worktree) : knownHead,
                          owner,
                          now));
      store.worktrees().save(record.ownedBy(owner, now));
      request
          .store()
          .sessions()
          .update(session, s -> s.become(SessionStatus.RUNNING, now, null).ownedBy(owner));
      return context(session, job, environment, store, worktrees, worktree, record, lock);
    } catch (RuntimeException | Error e) {
      giveBack(lock, e);
      throw e;
    }
  }

  /// @throws EngineException if secrets are missing
  public RunEnvironment environment() {
    return RunEnvironment.resolve(
        loaded.workflow().environment(),
        request.processEnvironment(),
        request.extraEnvironment(),
        request.args());
  }

  private RunContext context(
      SessionId session,
      @Nullable JobId job,
      RunEnvironment environment,
      RepositoryStore store,
      SessionWorktrees worktrees,
      Worktree worktree,
      WorktreeRecord record,
      RunLock lock) {
    var writer = new WriterIdentity(session, UUID.randomUUID().toString());
    EventLog events = store.events(writer, request.reporter()::warning);
    return new RunContext(
        request,
        session,
        job == null ? JobId.of(session) : job,
        loaded.workflow(),
        environment,
        store,
        worktrees,
        worktree,
        record,
        events,
        lock);
  }

  private static List<String> ids(SessionId session, @Nullable JobId job) {
    var ids = new LinkedHashSet<String>();
    ids.add(session.value());
    if (job != null) {
      ids.add(job.value());
    }
    return List.copyOf(ids);
  }

  private static void giveBack(RunLock lock, Throwable cause) {
    try {
      lock.close();
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  private Session session(
      SessionId id,
      @Nullable JobId job,
      RepositoryStore store,
      RunEnvironment environment,
      Owner owner,
      Instant now) {
    boolean mapReduce = loaded.workflow() instanceof MapReduceWorkflow;
    Map<String, JsonNode> metadata = new HashMap<>();
    metadata.put("execution_start_time", Json.NODES.stringNode(now.toString()));
    metadata.put(
        "workflow_type", Json.NODES.stringNode(mapReduce ? "MapReduce" : "Standard"));
    metadata.put(
        WORKFLOW_TEXT, Json.NODES.stringNode(environment.masker().mask(loaded.text())));
    metadata.put(WORKFLOW_FILE, Json.NODES.stringNode(loaded.fileName()));
    return new Session(
        id,
        mapReduce ? Session.Type.MAP_REDUCE : Session.Type.WORKFLOW,
        SessionStatus.INITIALIZING,
        now,
        now,
        null,
        metadata,
        List.of(),
        Map.of(),
        null,
        workflowData(id),
        mapReduceData(job),
        FORMAT,
        store.name().value(),
        request.repository().mainRoot().toString(),
        path(),
        loaded.hash(),
        owner);
  }

  private Session.@Nullable WorkflowData workflowData(SessionId id) {
    return loaded.workflow() instanceof SequentialWorkflow workflow
        ? new Session.WorkflowData(
            id.value(),
            workflow.name(),
            0,
            workflow.steps().size(),
            List.of(),
            Map.of(),
            0,
            0,
            id.value())
        : null;
  }

  private static Session.@Nullable MapReduceData mapReduceData(@Nullable JobId job) {
    return job == null
        ? null
        : new Session.MapReduceData(job.value(), 0, 0, 0, 0, "Setup", null);
  }

  private WorktreeRecord record(
      SessionId session,
      @Nullable JobId job,
      RepositoryStore store,
      String base,
      Owner owner,
      Instant now) {
    Repository repository = request.repository();
    Path path = store.worktreesDirectory().resolve(session.value());
    return new WorktreeRecord(
        session.value(),
        session.value(),
        "prodigy-" + session.value(),
        repository.currentBranch().orElse(""),
        base,
        base,
        now,
        now,
        null,
        null,
        WorktreeRecord.Status.IN_PROGRESS,
        false,
        null,
        null,
        false,
        FORMAT,
        "session",
        path.toString(),
        repository.mainRoot().toString(),
        null,
        null,
        job == null ? null : job.value(),
        path(),
        owner);
  }

  private @Nullable String path() {
    Path file = request.workflowPath();
    return file == null ? null : file.toString();
  }
}
