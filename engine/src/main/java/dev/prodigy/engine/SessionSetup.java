package dev.prodigy.engine;

import dev.prodigy.agent.Agents;
import dev.prodigy.agent.ProcessRunner;
import dev.prodigy.git.Repository;
import dev.prodigy.git.SessionWorktrees;
import dev.prodigy.git.Worktree;
import dev.prodigy.model.JobId;
import dev.prodigy.model.Json;
import dev.prodigy.model.Owner;
import dev.prodigy.model.ProdigyException;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// Brings a session to the point where its first (or next) step can run. Whatever a crash leaves of
/// it can be found: the lock comes first, then the session, then the worktree's record, then the
/// worktree.
public final class SessionSetup {
  /// Keys of a session's free-form data under which a copy of the workflow is kept.
  static final String WORKFLOW_TEXT = "workflow_text";

  static final String WORKFLOW_FILE = "workflow_file";

  static final String ARGS = "args";

  static final String ENVIRONMENT = "environment";
  private static final String AGENT = "agent";

  private static final int FORMAT = 1;

  private final RunRequest request;
  private final LoadedWorkflow loaded;
  private final Map<String, JsonNode> metadata = new HashMap<>();
  private @Nullable RunEnvironment resolved;

  public SessionSetup(RunRequest request, LoadedWorkflow loaded) {
    this.request = request;
    this.loaded = loaded;
  }

  /// With something more in the metadata of the session it begins.
  SessionSetup with(String name, JsonNode value) {
    metadata.put(name, value);
    return this;
  }

  /// The repository's place in the store, made known there.
  public static RepositoryStore register(RunRequest request) {
    RepoName name = request.store().names().register(identity(request.repository()));
    return request.store().repository(name);
  }

  /// The log in which a session's run tells what it does.
  public static EventLog events(RunRequest request, RepositoryStore store, SessionId session) {
    var writer = new WriterIdentity(session, UUID.randomUUID().toString());
    return store.events(writer, request.reporter()::warning);
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
  /// @throws EngineException if the environment cannot be resolved or the agent CLI is missing;
  ///   nothing has happened then
  public RunContext begin(@Nullable JobId job) {
    return begin(job, SessionId.random());
  }

  /// The same with an id that was chosen before.
  public RunContext begin(@Nullable JobId job, SessionId session) {
    var environment = environment();
    requireAgents(session, environment);
    String base = request.repository().requireHead();
    RunLock lock = lock(request, session, job, false);
    return guarding(
        lock,
        () -> {
          var opening = new Opening(session, job, environment, lock);
          request.reporter().info("Starting session: " + session);
          opening.createSession();
          return opening.inNewWorktree(base);
        });
  }

  /// Makes sure that nobody else works on a session: to be held before anything is read that
  /// decides how to resume.
  ///
  /// @param force take over from another host; never from a live process on this one
  public static RunLock lock(
      RunRequest request, SessionId session, @Nullable JobId job, boolean force) {
    var ids = new LinkedHashSet<String>();
    ids.add(session.value());
    if (job != null) {
      ids.add(job.value());
    }
    return request.store().locks().acquire(List.copyOf(ids), force);
  }

  /// Takes up a session again. The caller has made sure that it may be resumed, and tells so in
  /// events.
  ///
  /// @param knownHead where the worktree's branch stood at the last checkpoint; null if unknown
  /// @param force go on also from a head that does not contain the known one
  /// @param lock given back with the context, or at once if this fails
  public RunContext reopen(
      SessionId session,
      @Nullable JobId job,
      @Nullable String knownHead,
      boolean force,
      RunLock lock) {
    return guarding(
        lock,
        () -> {
          compareEnvironment(session, force);
          var opening = new Opening(session, job, environmentAgain(session), lock);
          requireAgents(session, opening.environment);
          killLeftOver(session);
          return opening.inOldWorktree(force ? null : knownHead);
        });
  }

  /// Begins a session anew under its old id: from where the repository stands now, in a fresh
  /// worktree. Commits of the earlier run are kept under `refs/prodigy/abandoned`.
  ///
  /// @param lock given back with the context, or at once if this fails
  public RunContext restart(SessionId session, @Nullable JobId job, RunLock lock) {
    return guarding(
        lock,
        () -> {
          var opening = new Opening(session, job, environment(), lock);
          requireAgents(session, opening.environment);
          String base = request.repository().requireHead();
          killLeftOver(session);
          opening.removeOldWorktree();
          return opening.inNewWorktree(base);
        });
  }

  /// Commands of a run that was killed may still be at work in its worktree.
  private void killLeftOver(SessionId session) {
    int killed = ProcessRunner.killOrphans(RunContext.SESSION_VARIABLE, session.value());
    if (killed > 0) {
      request.reporter().warning("Killed %d processes of the interrupted run".formatted(killed));
    }
  }

  private static RunContext guarding(RunLock lock, Supplier<RunContext> opening) {
    try {
      return opening.get();
    } catch (RuntimeException | Error e) {
      try {
        lock.close();
      } catch (RuntimeException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  /// Resolved once, and without a trace but for what commands that know secrets do.
  ///
  /// @throws EngineException if secrets are missing
  public RunEnvironment environment() {
    return environment(request.profile());
  }

  /// Of a session that is taken up again: with the profile it was begun with.
  ///
  /// @throws EngineException if it cannot be had any more
  public RunEnvironment environmentAgain(SessionId session) {
    try {
      String profile = request.profile();
      return environment(
          profile == null ? EnvironmentRecord.profile(record(session)).orElse(null) : profile);
    } catch (EngineException e) {
      throw EngineException.environmentChanged(e);
    }
  }

  private RunEnvironment environment(@Nullable String profile) {
    RunEnvironment present = resolved;
    if (present == null) {
      present = RunEnvironment.resolve(loaded.workflow().environment(), inputs(profile));
      present.warnings().forEach(request.reporter()::warning);
      resolved = present;
    }
    return present;
  }

  private EnvironmentInputs inputs(@Nullable String profile) {
    Path project = request.repository().checkout();
    Caller caller = request.caller();
    return new EnvironmentInputs(
        request.processEnvironment(),
        request.extraEnvironment(),
        request.args(),
        profile,
        request.filesDirectory(),
        project,
        request.repository().currentBranch().orElse(""),
        request.settings(),
        caller == null ? Map.of() : caller.secrets());
  }

  private void compareEnvironment(SessionId session, boolean force) {
    EnvironmentRecord.compare(
        record(session), request.processEnvironment(), force, request.reporter());
  }

  private @Nullable JsonNode record(SessionId session) {
    return metadata(request, session, ENVIRONMENT);
  }

  /// One entry of a session's free-form data; null if there is none, or no session any more.
  static @Nullable JsonNode metadata(RunRequest request, SessionId session, String name) {
    return request
        .store()
        .sessions()
        .find(session)
        .map(found -> found.metadata().get(name))
        .orElse(null);
  }

  /// Better now than in the middle of the run.
  private void requireAgents(SessionId session, RunEnvironment environment) {
    if (request.flag("PRODIGY_TEST_MODE")) {
      return;
    }
    RunSettings settings = settings(request, session);
    try (var processes = new ProcessRunner()) {
      AgentSteps.require(
          loaded.workflow(),
          settings::agents,
          all -> new Agents(processes, environment.variables(), settings.claude(), all));
    }
  }

  /// What the user has set, with the agent that was chosen when the session began.
  static RunSettings settings(RunRequest request, SessionId session) {
    RunSettings present = request.settings();
    if (present.agent() != null) {
      return present;
    }
    JsonNode before = metadata(request, session, AGENT);
    return before == null ? present : present.withAgent(before.asString());
  }

  /// One session being opened, step by step.
  private final class Opening {
    private final SessionId session;
    private final @Nullable JobId job;
    private final RunEnvironment environment;
    private final RunLock lock;
    private final RepositoryStore store = register(request);
    private final SessionWorktrees worktrees =
        new SessionWorktrees(request.repository(), store.worktreesDirectory());
    private final Owner owner = ProcessIdentity.current();
    private final Instant now = request.clock().instant();

    Opening(SessionId session, @Nullable JobId job, RunEnvironment environment, RunLock lock) {
      this.session = session;
      this.job = job;
      this.environment = environment;
      this.lock = lock;
    }

    void createSession() {
      request.store().sessions().create(newSession());
      if (job != null) {
        store.mappings().record(session, job, loaded.workflow().name(), now);
      }
    }

    RunContext inNewWorktree(String base) {
      WorktreeRecord record = record(base);
      store.worktrees().save(record);
      Worktree worktree = createWorktree(base);
      request.reporter().info("Created worktree at: " + worktree.path());
      return context(worktree, record);
    }

    /// What cannot even begin leaves a session that says why, and no other trace.
    private Worktree createWorktree(String base) {
      try {
        return worktrees.create(session.value(), base);
      } catch (ProdigyException e) {
        store.worktrees().delete(session.value());
        request
            .store()
            .sessions()
            .update(session, s -> s.become(SessionStatus.FAILED, now, e.message()));
        throw e;
      }
    }

    /// A session killed before its worktree was made begins where it was about to.
    private @Nullable String startIfNew(@Nullable String knownHead) {
      Repository repository = request.repository();
      if (knownHead != null || repository.branchTip("prodigy-" + session).isPresent()) {
        return knownHead;
      }
      return store
          .worktrees()
          .find(session.value())
          .map(WorktreeRecord::baseCommit)
          .orElseGet(repository::requireHead);
    }

    /// Users clean sessions away; a job is resumed all the same, and has a session again.
    private void createSessionIfCleaned() {
      if (request.store().sessions().find(session).isEmpty()) {
        createSession();
      }
    }

    RunContext inOldWorktree(@Nullable String knownHead) {
      createSessionIfCleaned();
      Worktree worktree =
          worktrees.restore(session.value(), startIfNew(knownHead), request.reporter()::warning);
      WorktreeRecord record =
          store
              .worktrees()
              .find(session.value())
              .orElseGet(() -> record(worktrees.head(worktree)))
              .ownedBy(owner, now);
      store.worktrees().save(record);
      return context(worktree, record);
    }

    void removeOldWorktree() {
      var removed = worktrees.remove(session.value(), true, request.reporter()::info);
      if (!removed.done()) {
        throw EngineException.notResumable(
            "Worktree of session %s cannot be replaced".formatted(session),
            removed.reason(),
            "prodigy worktree ls");
      }
    }

    private RunContext context(Worktree worktree, WorktreeRecord record) {
      request
          .store()
          .sessions()
          .update(session, s -> s.become(SessionStatus.RUNNING, now, null).ownedBy(owner));
      JobId logged = job == null ? JobId.of(session) : job;
      EventLog events = events(request, store, session);
      events.repairTornTails(logged); // before we append to what an earlier run left
      return new RunContext(
          request,
          session,
          logged,
          loaded.workflow(),
          environment,
          store,
          worktrees,
          worktree,
          record,
          events,
          lock);
    }

    private Session newSession() {
      boolean mapReduce = loaded.workflow() instanceof MapReduceWorkflow;
      return new Session(
          session,
          mapReduce ? Session.Type.MAP_REDUCE : Session.Type.WORKFLOW,
          SessionStatus.INITIALIZING,
          now,
          now,
          null,
          metadata(mapReduce),
          List.of(),
          Map.of(),
          null,
          workflowData(),
          job == null ? null : new Session.MapReduceData(job.value(), 0, 0, 0, 0, "Setup", null),
          FORMAT,
          store.name().value(),
          request.repository().mainRoot().toString(),
          path(),
          loaded.hash(),
          owner);
    }

    private JsonNode args() {
      ArrayNode args = Json.NODES.arrayNode();
      request.args().forEach(args::add);
      return args;
    }

    private Map<String, JsonNode> metadata(boolean mapReduce) {
      String text = environment.masker().mask(loaded.text());
      var all = new HashMap<>(metadata);
      var composition = loaded.composition();
      if (composition != null) {
        all.put("composition", composition.json(now));
      }
      all.put("execution_start_time", Json.NODES.stringNode(now.toString()));
      all.put("workflow_type", Json.NODES.stringNode(mapReduce ? "MapReduce" : "Standard"));
      all.put(WORKFLOW_TEXT, Json.NODES.stringNode(text));
      all.put(ARGS, args());
      String agent = request.settings().agent();
      if (agent != null) {
        all.put(AGENT, Json.NODES.stringNode(agent));
      }
      Caller caller = request.caller();
      if (caller != null) {
        all.put(Session.CALLER, Json.NODES.stringNode(caller.session().value()));
      }
      all.put(WORKFLOW_FILE, Json.NODES.stringNode(loaded.fileName()));
      all.put(
          ENVIRONMENT,
          EnvironmentRecord.of(environment, loaded.workflow(), request.processEnvironment()));
      return all;
    }

    private Session.@Nullable WorkflowData workflowData() {
      return loaded.workflow() instanceof SequentialWorkflow workflow
          ? new Session.WorkflowData(
              session.value(),
              workflow.name(),
              0,
              workflow.steps().size(),
              List.of(),
              Map.of(),
              0,
              0,
              session.value())
          : null;
    }

    private WorktreeRecord record(String base) {
      Repository repository = request.repository();
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
          store.worktreesDirectory().resolve(session.value()).toString(),
          repository.mainRoot().toString(),
          null,
          null,
          job == null ? null : job.value(),
          path(),
          owner);
    }
  }

  private @Nullable String path() {
    Path file = request.workflowPath();
    return file == null ? null : file.toString();
  }
}
