package dev.prodigy.cli.run;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.UsageException;
import dev.prodigy.cli.terminal.Column;
import dev.prodigy.cli.terminal.Human;
import dev.prodigy.cli.terminal.Listing;
import dev.prodigy.engine.ResumeOptions;
import dev.prodigy.engine.SequentialRun;
import dev.prodigy.git.GitException;
import dev.prodigy.git.Repository;
import dev.prodigy.mapreduce.JobResume;
import dev.prodigy.mapreduce.JobResumeOptions;
import dev.prodigy.mapreduce.MapReduceJobs;
import dev.prodigy.model.JobId;
import dev.prodigy.model.JobState;
import dev.prodigy.model.Json;
import dev.prodigy.model.RepoName;
import dev.prodigy.model.Session;
import dev.prodigy.model.SessionId;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.storage.Store;
import dev.prodigy.workflow.LoadedWorkflow;
import dev.prodigy.workflow.Parameters;
import dev.prodigy.workflow.WorkflowLoader;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// `prodigy resume` and `prodigy resume-job`: take up what was interrupted, failed or killed.
public final class ResumeCommand {
  private ResumeCommand() {}

  public static void define(Command command) {
    RunOptions.forResume(command);
    command.arguments(RunOptions.ID).runs(ResumeCommand::resumeAny);
  }

  public static void defineJob(Command command) {
    RunOptions.forResume(command);
    command.arguments(RunOptions.JOB).runs(ResumeCommand::resumeJob);
  }

  private static int resumeAny(Invocation call) {
    Optional<String> id = call.get(RunOptions.ID);
    if (id.isPresent() && !id.get().equals("latest")) {
      return resume(call, id.get(), null);
    }
    Store store = Workspace.store(call);
    ResumableRuns.Found newest =
        new ResumableRuns(store, Workspace.repositoryStore(call, store).name())
            .newestResumable()
            .orElseThrow(
                () -> new UsageException("No session ID provided and no resumable session found."));
    return resume(call, newest, null);
  }

  private static int resumeJob(Invocation call) {
    String id = call.get(RunOptions.JOB);
    return id.equals("list") ? list(call) : resume(call, id, null);
  }

  /// @param workflow read instead of the file the run began with
  static int resume(Invocation call, String id, @Nullable Path workflow) {
    Store store = Workspace.store(call);
    return resume(call, new ResumableRuns(store, here(call, store)).find(id), workflow);
  }

  private static int resume(Invocation call, ResumableRuns.Found found, @Nullable Path workflow) {
    Store store = Workspace.store(call);
    Path file = workflow != null ? workflow : call.get(RunOptions.WORKFLOW_PATH).orElse(null);
    Repository repository = repositoryOf(call, store, found);
    try (var session = new RunSession(call, repository, file, List.of())) {
      if (found.job() == null) {
        return session.ended(
            SequentialRun.resume(
                session.request(),
                Objects.requireNonNull(found.session()),
                new ResumeOptions(
                    call.get(RunOptions.FORCE),
                    call.get(RunOptions.RESTART),
                    call.get(RunOptions.RESET_STEP),
                    file)));
      }
      JobId job = found.job();
      if (call.get(RunOptions.RESTART)) {
        return restart(store, found.repository(), job, session, file);
      }
      int extra = call.get(RunOptions.MAX_RETRIES).orElse(call.get(RunOptions.INCLUDE_DLQ) ? 2 : 0);
      return session.ended(
          () ->
              JobResume.resume(
                  session.request(),
                  job,
                  found.session(),
                  new JobResumeOptions(call.get(RunOptions.FORCE), file, extra),
                  session.jobOptions()));
    }
  }

  /// A job's ids stand for what it did; starting over makes a new job of the same workflow.
  private static int restart(
      Store store, RepoName repository, JobId job, RunSession session, @Nullable Path file) {
    LoadedWorkflow loaded =
        file != null
            ? session.request().settings().load(file, Parameters.NONE)
            : WorkflowLoader.parse(
                store.repository(repository).job(job).workflow().orElse(""), "workflow.yml");
    return session.ended(
        () -> MapReduceJobs.start(session.request(), loaded, session.jobOptions()));
  }

  static @Nullable RepoName here(Invocation call, Store store) {
    try {
      return Workspace.repositoryStore(call, store).name();
    } catch (GitException _) {
      return null; // outside of any repository ids are looked up in all of them
    }
  }

  /// Where the run belongs: the repository we are in if it is the same one, else the recorded path.
  static Repository repositoryOf(Invocation call, Store store, ResumableRuns.Found found) {
    if (found.repository().equals(here(call, store)) && call.repo().isEmpty()) {
      return Workspace.repository(call);
    }
    return Repository.discover(Path.of(projectPath(store, found)));
  }

  private static String projectPath(Store store, ResumableRuns.Found found) {
    SessionId session = found.session();
    Optional<String> known =
        session == null
            ? Optional.empty()
            : store.sessions().find(session).map(Session::projectPath);
    JobId job = found.job();
    return known
        .or(
            () ->
                job == null
                    ? Optional.empty()
                    : store
                        .repository(found.repository())
                        .job(job)
                        .state()
                        .map(JobState::projectPath))
        .orElse(".");
  }

  private static int list(Invocation call) {
    Store store = Workspace.store(call);
    RepositoryStore repository = Workspace.repositoryStore(call, store);
    List<JobState> jobs =
        repository.jobs().stream()
            .map(job -> repository.job(job).state())
            .flatMap(Optional::stream)
            .filter(state -> !state.isComplete())
            .filter(state -> !isOfStep(store, state))
            .toList();
    call.records().list(jobs, JOBS);
    return ExitCode.OK;
  }

  /// What a step of another run started goes on with its caller only.
  private static boolean isOfStep(Store store, JobState job) {
    return store.sessions().find(job.sessionId()).flatMap(Session::caller).isPresent();
  }

  private static final Listing<JobState> JOBS =
      Listing.of(
          state ->
              Json.NODES
                  .objectNode()
                  .put("job_id", state.jobId().value())
                  .put("session_id", state.sessionId().value())
                  .put("workflow_name", state.workflowName())
                  .put("phase", state.phase().name().toLowerCase(java.util.Locale.ROOT))
                  .put("done", state.successfulCount())
                  .put("failed", state.failedCount())
                  .put("total", state.totalItems())
                  .put("updated_at", state.updatedAt().toString()),
          "No resumable jobs.",
          List.of(
              Column.id("JOB ID", state -> state.jobId().value()),
              Column.id("SESSION", state -> state.sessionId().value()),
              Column.of("WORKFLOW", JobState::workflowName),
              Column.of("PHASE", state -> state.phase().name()),
              Column.number(
                  "DONE/TOTAL", state -> state.successfulCount() + "/" + state.totalItems()),
              Column.number("FAILED", state -> String.valueOf(state.failedCount())),
              Column.of(
                  "UPDATED", state -> Human.time(state.updatedAt(), ZoneId.systemDefault()))));
}
