package dev.prodigy.cli.manage;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Argument;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.run.ResumableRuns;
import dev.prodigy.cli.run.Workspace;
import dev.prodigy.cli.terminal.Column;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.cli.terminal.Human;
import dev.prodigy.cli.terminal.Listing;
import dev.prodigy.git.GitException;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.Json;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.RepoName;
import dev.prodigy.model.Session;
import dev.prodigy.model.SessionId;
import dev.prodigy.model.SessionStatus;
import dev.prodigy.storage.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// `prodigy sessions`: runs, past and present.
public final class SessionsCommands {
  private static final Option<List<String>> STATUS =
      Option.repeated("status", "STATUS", Values.TEXT, "Only with this status");
  private static final Option<Boolean> RESUMABLE =
      Option.flag("resumable", "Only those that can be resumed");
  private static final Option<Optional<Integer>> LIMIT =
      Option.value("limit", "N", Values.COUNT, "At most so many");
  private static final Argument<String> ID =
      Argument.required("ID", Values.ID, "Session or job, or the beginning of its id");
  private static final Argument<List<String>> IDS =
      Argument.rest("ID", Values.ID, "Only these sessions");
  private static final Option<Boolean> ALL =
      Option.flag("all", "Of any status, except those of a live process");
  private static final Option<Boolean> COMPLETED =
      Option.flag("completed", "Completed and cancelled ones; this is the default");
  private static final Option<Optional<Duration>> OLDER_THAN =
      Option.value("older-than", "AGE", Values.DURATION, "Only those untouched for so long");
  private static final Option<Boolean> FORCE = Option.flag("force", "Do not ask").letter('f');
  private static final Option<Boolean> YES = Option.flag("yes", "Do not ask").letter('y');
  private static final Option<Boolean> DRY_RUN =
      Option.flag("dry-run", "Only say what would be removed");

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
        "clean",
        "Remove session files; jobs still resume by job id",
        c ->
            c.arguments(IDS)
                .options(ALL, COMPLETED, OLDER_THAN, FORCE, YES, DRY_RUN)
                .runs(SessionsCommands::clean));
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
            .filter(s -> !call.get(RESUMABLE) || ResumableRuns.resumable(s))
            .sorted(Comparator.comparing(Session::startedAt).reversed())
            .limit(call.get(LIMIT).orElse(Integer.MAX_VALUE))
            .toList();
    call.records().list(found, LISTING);
    store.sessions().damaged().forEach(call.console()::warn);
    return ExitCode.OK;
  }

  private static Optional<RepoName> here(Invocation call, Store store) {
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
    ResumableRuns.Found found = new ResumableRuns(store, null).find(call.get(ID));
    SessionId id = found.session();
    Path file = store.root().resolve("sessions").resolve(id + ".json");
    if (id == null || !Files.isRegularFile(file)) {
      throw new ProdigyException(
          ErrorCode.SESSION_NOT_FOUND,
          "Session not found: " + call.get(ID),
          "prodigy sessions list");
    }
    try {
      var document = (ObjectNode) Json.parse(Files.readString(file));
      Session session = store.sessions().find(id).orElseThrow();
      call.records().one(document, () -> human(call.console(), session));
      return ExitCode.OK;
    } catch (IOException e) {
      throw new ProdigyException(
          ErrorCode.STORAGE_IO, "Cannot read " + file, null, e.getMessage(), null, e);
    }
  }

  private static void human(Console console, Session session) {
    console.print("Session:    " + session.id());
    console.print("Workflow:   " + workflowName(session));
    console.print("Status:     " + ResumableRuns.shownStatus(session));
    console.print("Progress:   " + progress(session));
    console.print("Started:    " + Human.time(session.startedAt(), ZoneId.systemDefault()));
    console.print("Updated:    " + Human.time(session.updatedAt(), ZoneId.systemDefault()));
    console.print("Repository: " + session.projectPath());
    if (session.mapreduceData() != null) {
      console.print("Job:        " + session.mapreduceData().jobId());
    }
    if (session.error() != null) {
      console.print("Error:      " + session.error());
    }
    if (ResumableRuns.resumable(session)) {
      console.print("Next:       prodigy resume " + session.id());
    }
  }

  private static int clean(Invocation call) {
    Store store = Workspace.store(call);
    Console console = call.console();
    List<String> ids = call.get(IDS);
    Instant oldest = call.get(OLDER_THAN).map(age -> Instant.now().minus(age)).orElse(Instant.MAX);
    var chosen = new ArrayList<Session>();
    for (Session session : store.sessions().list()) {
      boolean wanted =
          ids.isEmpty()
              ? call.get(ALL)
                  || session.status() == SessionStatus.COMPLETED
                  || session.status() == SessionStatus.CANCELLED
              : ids.contains(session.id().value());
      if (wanted && session.updatedAt().isBefore(oldest)) {
        if (store.locks().liveHolder(session.id().value()).isPresent()) {
          console.warn(session.id() + " is at work and stays");
        } else {
          chosen.add(session);
        }
      }
    }
    if (chosen.isEmpty()) {
      console.print("No sessions to remove.");
      return ExitCode.OK;
    }
    long bytes = chosen.stream().mapToLong(session -> size(store, session)).sum();
    String what = Human.count(chosen.size(), "session") + " (" + Human.size(bytes) + ")";
    if (call.get(DRY_RUN)) {
      chosen.forEach(session -> console.print("Would remove " + session.id()));
      return ExitCode.OK;
    }
    boolean agreed = call.get(FORCE) || call.get(YES);
    if (console.prompts().destroy("Delete " + what + "?", agreed)) {
      chosen.forEach(session -> remove(store, session));
      console.print(
          "Removed %s, %s reclaimed"
              .formatted(Human.count(chosen.size(), "session"), Human.size(bytes)));
    }
    return ExitCode.OK;
  }

  /// The mapping goes last, so that a crash leaves no session that nothing points to.
  private static void remove(Store store, Session session) {
    store.sessions().delete(session.id());
    store.repository(new RepoName(session.repository())).mappings().forget(session.id());
  }

  private static long size(Store store, Session session) {
    return store.root().resolve("sessions").resolve(session.id() + ".json").toFile().length();
  }

  private static String workflowName(Session session) {
    if (session.workflowData() != null) {
      return session.workflowData().workflowName();
    }
    String path = session.workflowPath();
    return path == null ? "" : String.valueOf(Path.of(path).getFileName());
  }

  private static String progress(Session session) {
    if (session.mapreduceData() != null) {
      var data = session.mapreduceData();
      return "%s %d/%d".formatted(data.phase(), data.processedItems(), data.totalItems());
    }
    var data = session.workflowData();
    return data == null ? "" : "step %d/%d".formatted(data.currentStep(), data.totalSteps());
  }

  private static ObjectNode json(Session session) {
    ObjectNode json = Json.NODES.objectNode();
    json.put("id", session.id().value());
    json.put(
        "session_type",
        session.sessionType() == Session.Type.MAP_REDUCE ? "MapReduce" : "Workflow");
    json.put("status", ResumableRuns.shownStatus(session));
    json.put("workflow_name", workflowName(session));
    json.put("job_id", session.mapreduceData() == null ? null : session.mapreduceData().jobId());
    json.put("started_at", session.startedAt().toString());
    json.put("updated_at", session.updatedAt().toString());
    json.put("duration_ms", Duration.between(session.startedAt(), session.updatedAt()).toMillis());
    json.put("progress", progress(session));
    json.put("resumable", ResumableRuns.resumable(session));
    return json;
  }

  private static final Listing<Session> LISTING =
      Listing.of(
              SessionsCommands::json,
              "No sessions found.",
              List.of(
                  Column.id("SESSION", (Session s) -> s.id().value()),
                  Column.of("WORKFLOW", SessionsCommands::workflowName),
                  Column.of("STATUS", ResumableRuns::shownStatus),
                  Column.of("STARTED", s -> Human.time(s.startedAt(), ZoneId.systemDefault())),
                  Column.of("PROGRESS", SessionsCommands::progress)))
          .withLines(
              (s, _) ->
                  String.join(
                      " | ",
                      s.id().value(),
                      workflowName(s),
                      ResumableRuns.shownStatus(s),
                      Human.time(s.startedAt(), ZoneId.systemDefault()),
                      progress(s)));
}
