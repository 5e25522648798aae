package dev.prodigy.cli.manage;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Argument;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.ValueType;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.monitor.RunProgress;
import dev.prodigy.cli.run.ResumableRuns;
import dev.prodigy.cli.run.Workspace;
import dev.prodigy.cli.terminal.Column;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.cli.terminal.Human;
import dev.prodigy.cli.terminal.Listing;
import dev.prodigy.git.GitException;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.JobState;
import dev.prodigy.model.Json;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.RepoName;
import dev.prodigy.model.Session;
import dev.prodigy.model.SessionId;
import dev.prodigy.model.SessionStatus;
import dev.prodigy.model.WorktreeRecord;
import dev.prodigy.storage.StorageException;
import dev.prodigy.storage.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// `prodigy sessions`: runs, past and present.
public final class SessionsCommands {
  private static final Option<List<String>> STATUS =
      Option.repeated(
          "status",
          "STATUS",
          SessionsCommands::status,
          "Only with this status: initializing, running, paused, interrupted, completed, failed or"
              + " cancelled");
  private static final Option<Boolean> RESUMABLE =
      Option.flag("resumable", "Only those that can be resumed");
  private static final Option<Optional<Integer>> LIMIT =
      Option.value("limit", "N", Values.COUNT, "At most so many; 0 for all");
  private static final Argument<String> ID =
      Argument.required("ID", Values.ID, "Session or job, or the beginning of its id");

  private SessionsCommands() {}

  public static void define(Command sessions) {
    sessions
        .add(
            "ls",
            "List sessions, newest first",
            c -> c.options(STATUS, RESUMABLE, LIMIT).runs(SessionsCommands::list))
        .alias("list");
    sessions.add("show", "Show one session", c -> c.arguments(ID).runs(SessionsCommands::show));
    sessions.add(
        "clean", "Remove session files; jobs still resume by job id", SessionClean::define);
    sessions.add("cancel", "Stop a run for good", SessionCancel::define);
  }

  private static String status(String text) throws ValueType.BadValue {
    for (SessionStatus status : SessionStatus.values()) {
      if (status.name().equalsIgnoreCase(text)) {
        return text;
      }
    }
    if (text.equalsIgnoreCase("interrupted")) {
      return text;
    }
    throw ValueType.BadValue.expected(
        "initializing, running, paused, interrupted, completed, failed or cancelled");
  }

  private static int list(Invocation call) {
    Store store = Workspace.store(call);
    Optional<RepoName> here = here(call, store);
    List<Session> found =
        store.sessions().list().stream()
            .filter(s -> here.isEmpty() || s.repository().equals(here.get().value()))
            .filter(
                s ->
                    call.get(STATUS).isEmpty()
                        || call.get(STATUS).stream()
                            .anyMatch(w -> w.equalsIgnoreCase(ResumableRuns.shownStatus(s))))
            .filter(s -> !call.get(RESUMABLE) || ResumableRuns.resumableByItself(s))
            .sorted(Comparator.comparing(Session::startedAt).reversed())
            .limit(call.get(LIMIT).filter(limit -> limit > 0).orElse(Integer.MAX_VALUE))
            .toList();
    call.records().list(found, listing(store));
    store
        .sessions()
        .damaged()
        .forEach(line -> call.console().warn(line + "; see: prodigy storage verify"));
    return ExitCode.OK;
  }

  static Optional<RepoName> here(Invocation call, Store store) {
    if (call.allRepos()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Workspace.repositoryStore(call, store).name());
    } catch (GitException _) {
      return Optional.empty(); // outside of any repository all are listed
    }
  }

  private static int show(Invocation call) {
    Store store = Workspace.store(call);
    ResumableRuns.Found found =
        new ResumableRuns(store, here(call, store).orElse(null)).find(call.get(ID));
    SessionId id = found.session();
    Path file = store.root().resolve("sessions").resolve(id + ".json");
    if (id == null || !Files.isRegularFile(file)) {
      throw new ProdigyException(
          ErrorCode.SESSION_NOT_FOUND,
          "Session not found: " + call.get(ID),
          "prodigy sessions list");
    }
    Session session = store.sessions().find(id).orElseThrow();
    try {
      var document = (ObjectNode) Json.parse(Files.readString(file));
      call.records().one(document, () -> human(call.console(), store, session));
      return ExitCode.OK;
    } catch (IOException e) {
      throw StorageException.io(file, e);
    }
  }

  private static void human(Console console, Store store, Session session) {
    console.print("Session:    " + session.id());
    console.print("Workflow:   " + workflowName(store, session));
    console.print("Status:     " + ResumableRuns.shownStatus(session));
    console.print("Progress:   " + RunProgress.of(store, session).text());
    console.print("Started:    " + Human.time(session.startedAt(), ZoneId.systemDefault()));
    console.print("Updated:    " + Human.time(session.updatedAt(), ZoneId.systemDefault()));
    console.print("Repository: " + session.projectPath());
    if (session.mapreduceData() != null) {
      console.print("Job:        " + session.mapreduceData().jobId());
    }
    worktree(store, session).ifPresent(record -> console.print("Worktree:   " + record.path()));
    if (!session.checkpoints().isEmpty()) {
      console.print("Checkpoints: " + session.checkpoints().size());
    }
    if (session.error() != null) {
      console.print("Error:      " + session.error());
    }
    session.caller().ifPresent(caller -> console.print("Step of:    " + caller));
    if (ResumableRuns.resumableByItself(session)) {
      console.print("Next:       prodigy resume " + session.id());
    }
  }

  /// As its job or its steps call it; else the file it is in.
  private static String workflowName(Store store, Session session) {
    if (session.workflowData() != null) {
      return session.workflowData().workflowName();
    }
    Optional<String> ofJob = RunProgress.job(store, session).map(JobState::workflowName);
    String path = session.workflowPath();
    String file = path == null ? "" : String.valueOf(Path.of(path).getFileName());
    return ofJob.filter(name -> !name.isEmpty()).orElse(file);
  }

  private static Optional<WorktreeRecord> worktree(Store store, Session session) {
    return session.repository().isEmpty()
        ? Optional.empty()
        : store
            .repository(new RepoName(session.repository()))
            .worktrees()
            .find(session.id().value());
  }

  private static ObjectNode json(Store store, Session session) {
    ObjectNode json = Json.NODES.objectNode();
    json.put("id", session.id().value());
    json.put(
        "session_type",
        session.sessionType() == Session.Type.MAP_REDUCE ? "MapReduce" : "Workflow");
    json.put("status", ResumableRuns.shownStatus(session));
    json.put("workflow_name", workflowName(store, session));
    json.put("job_id", session.mapreduceData() == null ? null : session.mapreduceData().jobId());
    json.put("started_at", session.startedAt().toString());
    json.put("updated_at", session.updatedAt().toString());
    json.put("duration_ms", Duration.between(session.startedAt(), session.updatedAt()).toMillis());
    RunProgress progress = RunProgress.of(store, session);
    json.putObject("progress")
        .put("done", progress.done())
        .put("total", progress.total())
        .put("phase", progress.phase());
    session.caller().ifPresent(caller -> json.put("caller", caller.value()));
    json.put("resumable", ResumableRuns.resumableByItself(session));
    json.put(
        "worktree_name",
        worktree(store, session)
            .filter(record -> Files.isDirectory(Path.of(record.path())))
            .map(WorktreeRecord::worktreeName)
            .orElse(null));
    return json;
  }

  private static Listing<Session> listing(Store store) {
    return Listing.<Session>of(
            session -> json(store, session),
            "No sessions found.",
            List.of(
                Column.id("SESSION", s -> s.id().value()),
                Column.of("WORKFLOW", s -> workflowName(store, s)),
                Column.id("STATUS", ResumableRuns::shownStatus),
                Column.id("STARTED", s -> Human.time(s.startedAt(), ZoneId.systemDefault())),
                Column.id("PROGRESS", s -> RunProgress.of(store, s).text())))
        .withLines(
            (s, _) ->
                String.join(
                    " | ",
                    s.id().value(),
                    workflowName(store, s),
                    ResumableRuns.shownStatus(s),
                    Human.time(s.startedAt(), ZoneId.systemDefault()).substring(0, 16),
                    RunProgress.of(store, s).text()));
  }
}
