package dev.prodigy.cli.manage;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.manage.WorktreePlace.Entry;
import dev.prodigy.cli.monitor.RunProgress;
import dev.prodigy.cli.terminal.Column;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.cli.terminal.Format;
import dev.prodigy.cli.terminal.Human;
import dev.prodigy.cli.terminal.Listing;
import dev.prodigy.git.SessionWorktrees.Work;
import dev.prodigy.model.Json;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.Session;
import dev.prodigy.model.SessionId;
import dev.prodigy.model.WorktreeRecord;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `prodigy worktree ls`. Starts no git process per worktree unless details are asked for.
final class WorktreeListing {
  private static final Option<Boolean> ALL =
      Option.flag("all", "Also those that were cleaned up").letter('a');
  private static final Option<Boolean> DETAILED =
      Option.flag("detailed", "With workflow, progress, commits; also agents' worktrees")
          .letter('d');

  private final WorktreePlace place;
  private final boolean detailed;
  private final Map<String, Integer> agents;

  private WorktreeListing(WorktreePlace place, boolean detailed, List<Entry> all) {
    this.place = place;
    this.detailed = detailed;
    this.agents = place.agentsByJob(all);
  }

  static void define(Command command) {
    command.options(ALL, DETAILED).runs(WorktreeListing::list);
  }

  private static int list(Invocation call) {
    WorktreePlace place = WorktreePlace.of(call);
    List<Entry> all = place.entries(call.get(ALL));
    boolean detailed = call.get(DETAILED);
    var listing = new WorktreeListing(place, detailed, all);
    List<Entry> shown = all.stream().filter(entry -> detailed || !entry.isOfAgent()).toList();
    if (call.format().filter(format -> format == Format.JSON).isPresent()) {
      call.console().print(listing.document(shown).toPrettyString());
    } else if (detailed && !shown.isEmpty() && isForPeople(call)) {
      shown.forEach(entry -> listing.block(call.console(), entry));
    } else {
      call.records().list(shown, listing.listing());
    }
    return ExitCode.OK;
  }

  private static boolean isForPeople(Invocation call) {
    return call.format()
        .map(format -> format == Format.HUMAN)
        .orElse(call.console().terminals().output());
  }

  private Listing<Entry> listing() {
    return Listing.of(
        this::json,
        "No active Prodigy worktrees found.",
        List.of(
            Column.id("NAME", Entry::name),
            Column.of("BRANCH", entry -> entry.branch() == null ? "-" : entry.branch()),
            Column.id("CREATED", this::created),
            Column.id("STATUS", place::shownStatus)));
  }

  private String created(Entry entry) {
    Instant at = entry.record() == null ? entry.lastActivity() : entry.record().createdAt();
    return Human.time(at, ZoneId.systemDefault());
  }

  /// `{sessions:[...], summary:{total, in_progress, interrupted, failed, completed}}`
  private ObjectNode document(List<Entry> entries) {
    ObjectNode json = Json.NODES.objectNode();
    ArrayNode sessions = json.putArray("sessions");
    entries.forEach(entry -> sessions.add(json(entry)));
    ObjectNode summary = json.putObject("summary");
    summary.put("total", entries.size());
    summary.put("in_progress", count(entries, "InProgress"));
    summary.put("interrupted", count(entries, "Interrupted"));
    summary.put("failed", count(entries, "Failed"));
    summary.put("completed", count(entries, "Completed") + count(entries, "Merged"));
    return json;
  }

  private long count(List<Entry> entries, String status) {
    return entries.stream().filter(entry -> place.shownStatus(entry).equals(status)).count();
  }

  private ObjectNode json(Entry entry) {
    ObjectNode json = Json.NODES.objectNode();
    WorktreeRecord record = entry.record();
    Optional<Session> session = session(entry);
    Optional<RunProgress> progress = session.map(s -> RunProgress.of(place.store(), s));
    json.put("session_id", record == null ? null : record.sessionId());
    json.put("worktree_name", entry.name());
    json.put("job_id", record == null ? null : record.jobId());
    json.put("status", place.shownStatus(entry));
    json.put("workflow_path", record == null ? null : record.workflowPath());
    ArrayNode args = json.putArray("workflow_args");
    session.map(s -> s.metadata().get("args")).ifPresent(a -> a.forEach(args::add));
    json.put("started_at", record == null ? null : record.createdAt().toString());
    json.put("last_activity", entry.lastActivity().truncatedTo(ChronoUnit.MILLIS).toString());
    number(
        json,
        "current_step",
        progress.filter(p -> p.phase().equals("step")).map(RunProgress::done));
    number(
        json,
        "total_steps",
        progress.filter(p -> p.phase().equals("step")).map(RunProgress::total));
    json.put("error_summary", record == null ? null : record.error());
    json.put("branch_name", entry.branch());
    json.put("parent_branch", record == null ? null : record.originalBranch());
    json.put("worktree_path", entry.path().toString());
    Optional<Work> work = work(entry);
    number(json, "files_changed", work.map(Work::files));
    number(json, "commits", work.map(Work::commits));
    number(
        json,
        "items_processed",
        progress.filter(p -> !p.phase().equals("step")).map(RunProgress::done));
    number(
        json,
        "total_items",
        progress.filter(p -> !p.phase().equals("step")).map(RunProgress::total));
    json.put("agent_worktrees", agentsOf(entry));
    return json;
  }

  private static void number(ObjectNode json, String key, Optional<Integer> value) {
    json.put(key, value.orElse(null));
  }

  private int agentsOf(Entry entry) {
    String job = entry.record() == null ? null : entry.record().jobId();
    return job == null ? 0 : agents.getOrDefault(job, 0);
  }

  private Optional<Work> work(Entry entry) {
    WorktreeRecord record = entry.record();
    return detailed && record != null
        ? place.worktrees().workOf(record.branch(), record.baseCommit())
        : Optional.empty();
  }

  private Optional<Session> session(Entry entry) {
    try {
      return entry.record() == null
          ? Optional.empty()
          : place.store().sessions().find(new SessionId(entry.record().sessionId()));
    } catch (ProdigyException _) { // `storage verify` tells of it
      return Optional.empty();
    }
  }

  private void block(Console console, Entry entry) {
    WorktreeRecord record = entry.record();
    Optional<Session> session = session(entry);
    Instant now = Instant.now();
    console.print(
        record == null
            ? entry.name()
            : "%s [%s → %s]".formatted(entry.name(), record.branch(), record.originalBranch()));
    String progress =
        session
            .map(s -> RunProgress.of(place.store(), s).text())
            .filter(t -> !t.isEmpty())
            .orElse("");
    console.print(
        "  Status: %s%s • Started: %s • Last active: %s"
            .formatted(
                place.shownStatus(entry),
                progress.isEmpty() ? "" : " (" + progress + ")",
                record == null ? "unknown" : Human.ago(record.createdAt(), now),
                Human.ago(entry.lastActivity(), now)));
    if (record != null && record.workflowPath() != null) {
      JsonNode args = session.map(s -> s.metadata().get("args")).orElse(null);
      console.print(
          "  Workflow: "
              + record.workflowPath()
              + (args == null || args.isEmpty() ? "" : " " + Json.text(args)));
    }
    if (record != null && record.error() != null) {
      console.print("  Error: " + record.error());
    }
    work(entry)
        .ifPresent(
            work ->
                console.print(
                    "  %s, %s changed"
                        .formatted(
                            Human.count(work.commits(), "commit"),
                            Human.count(work.files(), "file"))));
    console.print("  Path: " + entry.path());
  }
}
