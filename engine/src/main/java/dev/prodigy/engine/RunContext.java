package dev.prodigy.engine;

import dev.prodigy.agent.Agents;
import dev.prodigy.agent.ProcessRunner;
import dev.prodigy.git.Repository;
import dev.prodigy.git.SessionWorktrees;
import dev.prodigy.git.Worktree;
import dev.prodigy.model.JobId;
import dev.prodigy.model.Session;
import dev.prodigy.model.SessionId;
import dev.prodigy.model.SessionStatus;
import dev.prodigy.model.WorktreeRecord;
import dev.prodigy.storage.EventLog;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.storage.RunLock;
import dev.prodigy.workflow.Workflow;
import dev.prodigy.workflow.expression.Variables;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A session at work: its lock is held, its worktree exists, its records say who works on it. Made
/// by [SessionSetup]; closing it ends what still runs and gives the lock back.
public final class RunContext implements AutoCloseable {
  /// By this entry of their environment a run's processes can be recognised.
  static final String SESSION_VARIABLE = "PRODIGY_SESSION_ID";

  /// The name of the limit that covers everything.
  public static final String WHOLE_RUN = "timeout of the workflow";

  private static final String ENVIRONMENT_CACHE = "environment_cache";
  private static final Duration STOP_GRACE = Duration.ofSeconds(5);

  private final RunRequest request;
  private final SessionId session;
  private final JobId job;
  private final Workflow workflow;
  private final RunEnvironment environment;
  private final RepositoryStore store;
  private final SessionWorktrees worktrees;
  private final Worktree worktree;
  private final WorktreeRecord origin;
  private final EventLog events;
  private final RunLock lock;
  private final LateEnvironment late;
  private @Nullable JsonNode environmentRecord; // guarded by this
  private boolean environmentRecordKnown; // guarded by this
  private final ProcessRunner processes = new ProcessRunner();
  private final RunSettings settings;
  private final Agents agents;
  private final Instant startedAt;

  RunContext(
      RunRequest request,
      SessionId session,
      JobId job,
      Workflow workflow,
      RunEnvironment environment,
      RepositoryStore store,
      SessionWorktrees worktrees,
      Worktree worktree,
      WorktreeRecord origin,
      EventLog events,
      RunLock lock) {
    this.request = request;
    this.session = session;
    this.job = job;
    this.workflow = workflow;
    this.environment = environment;
    this.store = store;
    this.worktrees = worktrees;
    this.worktree = worktree;
    this.origin = origin;
    this.events = events;
    this.lock = lock;
    late =
        new LateEnvironment(
            environment,
            environment.masker(),
            this::commandEnvironment,
            worktree.path(),
            processes,
            new LateEnvironment.Cache(
                () -> SessionSetup.metadata(request, session, ENVIRONMENT_CACHE),
                kept -> update(present -> present.withMetadata(ENVIRONMENT_CACHE, kept, now()))));
    settings = SessionSetup.settings(request, session);
    agents = agents(workflow, environment, processes);
    startedAt = request.clock().instant();
    request.stop().whenRaised(() -> processes.stopAll(STOP_GRACE));
    request.stop().whenRaisedAgain(processes::killAll);
  }

  public RunRequest request() {
    return request;
  }

  public SessionId session() {
    return session;
  }

  /// The id of the run's events: of the job, or the session's own for a sequential run.
  public JobId job() {
    return job;
  }

  public Workflow workflow() {
    return workflow;
  }

  public RunEnvironment environment() {
    return environment;
  }

  public RepositoryStore store() {
    return store;
  }

  public Repository repository() {
    return request.repository();
  }

  public SessionWorktrees worktrees() {
    return worktrees;
  }

  public Worktree worktree() {
    return worktree;
  }

  /// The worktree's record as it was when this run began: where the session came from.
  public WorktreeRecord origin() {
    return origin;
  }

  public EventLog events() {
    return events;
  }

  public ProcessRunner processes() {
    return processes;
  }

  /// Those of the run's own workflow.
  public Agents agents() {
    return agents;
  }

  /// Those of a workflow within the run.
  Agents agents(Workflow inner, RunEnvironment inEnvironment, ProcessRunner by) {
    return new Agents(by, inEnvironment.variables(), settings.claude(), settings.agents(inner));
  }

  public RunReporter reporter() {
    return request.reporter();
  }

  public StopSignal stop() {
    return request.stop();
  }

  /// When this run began; a resumed session's earlier runs do not count.
  public Instant startedAt() {
    return startedAt;
  }

  public Instant now() {
    return request.clock().instant();
  }

  /// Where the session's logs go.
  public Path logs() {
    return store.logsDirectory(session);
  }

  /// The environment of commands in the session's worktree, with what Prodigy itself tells them.
  public Map<String, String> commandEnvironment() {
    var all = new HashMap<>(environment.variables());
    all.putAll(ours(request.args()));
    return all;
  }

  /// The same with what the workflow has commands print, asked for now.
  ///
  /// @throws EngineException if such a command fails
  public Map<String, String> presentEnvironment() {
    return scope(new Variables(), "").build().refreshed().environment();
  }

  /// For scopes outside of the session's worktree.
  public StepScope.@Nullable Late late() {
    return late.wanted();
  }

  /// What is stored of the environment, once per session.
  synchronized @Nullable JsonNode environmentRecord() {
    if (!environmentRecordKnown) {
      environmentRecord = SessionSetup.metadata(request, session, SessionSetup.ENVIRONMENT);
      environmentRecordKnown = true;
    }
    return environmentRecord;
  }

  private Map<String, String> ours(List<String> args) {
    var ours = new HashMap<String, String>();
    ours.put("PRODIGY_AUTOMATION", "true");
    ours.put(SESSION_VARIABLE, session.value());
    ours.put("PRODIGY_WORKTREE", worktree.name());
    if (!job.value().equals(session.value())) {
      ours.put("PRODIGY_JOB_ID", job.value());
    }
    if (request.assumeYes()) {
      ours.put("PRODIGY_AUTO_MERGE", "true");
      ours.put("PRODIGY_AUTO_CONFIRM", "true");
    }
    for (int i = 0; i < args.size(); i++) {
      ours.put("ARG_" + (i + 1), args.get(i));
    }
    if (!args.isEmpty()) {
      ours.put("PRODIGY_ARG", args.getFirst());
    }
    environment
        .profile()
        .ifPresent(
            profile -> {
              ours.put("PRODIGY_PROFILE", profile);
              if (!environment.variables().containsKey("PROFILE")) {
                ours.put("PROFILE", profile);
              }
            });
    return ours;
  }

  /// A scope for steps in the session's worktree; callers add what differs.
  ///
  /// @param logPrefix begins the names of the steps' logs
  public StepScope.Builder scope(Variables variables, String logPrefix) {
    return scope(variables, logPrefix, request.args());
  }

  /// @param args what commands see as the positional arguments
  StepScope.Builder scope(Variables variables, String logPrefix, List<String> args) {
    Map<String, String> ours = ours(args);
    var all = new HashMap<>(environment.variables());
    all.putAll(ours);
    var fixed = new HashMap<>(environment.fixed());
    fixed.putAll(ours);
    return StepScope.in(worktree.path(), logs(), variables, all)
        .fixedEnvironment(fixed)
        .masker(environment.masker())
        .strict(workflow.strictVariables() || request.flag("PRODIGY_STRICT_VARIABLES"))
        .logPrefix(logPrefix)
        .autoCommit(request.settings().autoCommit())
        .retries(request.settings().retries())
        .commitValidation(!request.flag("PRODIGY_NO_COMMIT_VALIDATION"))
        .confirm(question -> request.assumeYes() || reporter().confirm(question))
        .late(late.wanted())
        .subWorkflows(new SubWorkflowRuns(this))
        .stop(request.stop());
  }

  /// The variables every step of the run sees, before any step has run.
  public Variables variables() {
    return variables(workflow);
  }

  /// The same for a workflow within this run's.
  Variables variables(Workflow of) {
    var variables = new Variables();
    Path root = request.repository().mainRoot();
    set(variables, "workflow.name", "workflow_name", of.name());
    set(variables, "workflow.id", "workflow_id", job.value());
    variables.set("session.id", session.value());
    variables.set("project.root", root.toString());
    variables.set("project.name", String.valueOf(root.getFileName()));
    request.settings().variables().forEach((name, value) -> publish(variables, name, value));
    of.parameters().values().forEach(variables::set);
    set(variables, "worktree.name", "WORKTREE", worktree.name());
    set(variables, "worktree.path", "PROJECT_ROOT", worktree.path().toString());
    publishChanges(variables);
    return variables;
  }

  /// A variable the user has set for all runs: any other of that name hides it.
  private static void publish(Variables variables, String name, JsonNode value) {
    if (name.startsWith("project.")) {
      variables.set(name, value);
    } else {
      variables.setLast(name, value);
    }
  }

  /// `workflow.files_added` and the like: what the session has changed so far, whenever asked.
  private void publishChanges(Variables variables) {
    var git = new GitState(processes, worktree.path(), environment.variables());
    var snapshots = new GitSnapshots(git);
    GitChanges.VARIABLES.forEach(
        (name, value) ->
            variables.setLive(
                "workflow." + name, () -> value.apply(snapshots.changesFrom(origin.baseCommit()))));
  }

  private static void set(Variables variables, String name, String alias, String value) {
    variables.set(name, value).set(alias, value);
  }

  /// Changes the session's document.
  public Session update(UnaryOperator<Session> change) {
    return request.store().sessions().update(session, change);
  }

  /// Changes the worktree's record.
  public void updateWorktree(UnaryOperator<WorktreeRecord> change) {
    store.worktrees().update(worktree.name(), change);
  }

  /// The run ended well; what becomes of the worktree is decided later.
  public void completed() {
    update(now -> now.become(SessionStatus.COMPLETED, now(), null));
  }

  public void failed(String error) {
    String masked = environment.masker().mask(error);
    update(now -> now.become(SessionStatus.FAILED, now(), masked));
    updateWorktree(now -> now.with(WorktreeRecord.Status.FAILED, now(), masked));
    reporter().info("Session failed: " + masked);
    reporter().info("Checkpoint saved. Resume with: prodigy resume " + resumeId());
  }

  public void paused() {
    update(now -> now.become(SessionStatus.PAUSED, now(), null));
    updateWorktree(now -> now.with(WorktreeRecord.Status.INTERRUPTED, now(), null));
    reporter().info("Session interrupted. Resume with: prodigy resume " + resumeId());
  }

  /// What users type to resume: a job's id reads better than its session's. What a step started
  /// goes on with its caller only.
  public String resumeId() {
    Caller caller = request.caller();
    return caller == null ? job.value() : caller.session().value();
  }

  /// The branch the work is to be merged into.
  public String mergeTarget() {
    return request.repository().mergeTarget(origin.originalBranch(), reporter()::warning);
  }

  @Override
  public void close() {
    try (lock;
        events;
        processes) {
      events.sync(job);
    }
  }
}
