package dev.prodigy.cli.manage;

import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.terminal.Column;
import dev.prodigy.cli.terminal.Human;
import dev.prodigy.cli.terminal.Listing;
import dev.prodigy.model.JobId;
import dev.prodigy.model.Json;
import dev.prodigy.model.Phase;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.SessionId;
import dev.prodigy.storage.Checkpoints;
import dev.prodigy.storage.Checkpoints.Loaded;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.storage.Store;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A checkpoint with the run it is of.
///
/// @param owner job or session
record ListedCheckpoint(RepositoryStore repository, String owner, Checkpoints.Info info) {

  /// Of the repositories asked for; of each run, oldest first.
  static List<ListedCheckpoint> all(Invocation call, Store store) {
    var all = new ArrayList<ListedCheckpoint>();
    for (RepositoryStore repository : new Selection(call, store).repositories()) {
      for (JobId job : repository.jobs()) {
        repository
            .job(job)
            .checkpoints()
            .list()
            .forEach(info -> all.add(new ListedCheckpoint(repository, job.value(), info)));
      }
      repository
          .workflowCheckpoints()
          .list()
          .forEach(info -> all.add(new ListedCheckpoint(repository, directoryOf(info), info)));
    }
    return all;
  }

  private static String directoryOf(Checkpoints.Info info) {
    Path parent = info.file().getParent();
    return parent == null ? "" : String.valueOf(parent.getFileName());
  }

  /// Those a user means by an id: a checkpoint as listed, or all of a job, session or workflow.
  static List<ListedCheckpoint> named(Invocation call, Store store, String id) {
    return all(call, store).stream().filter(listed -> listed.isNamed(id)).toList();
  }

  private boolean isNamed(String id) {
    return id.equals(id())
        || id.equals(owner)
        || id.equals(workflowId())
        || (isOfJob() && isSessionOfJob(id));
  }

  private boolean isSessionOfJob(String id) {
    try {
      return repository
          .mappings()
          .sessionOf(new JobId(owner))
          .map(SessionId::value)
          .filter(id::equals)
          .isPresent();
    } catch (ProdigyException _) { // `storage verify` tells of it
      return false;
    }
  }

  /// Whether an id is one checkpoint's own.
  boolean is(String id) {
    return id.equals(id());
  }

  String id() {
    return owner + "/" + info.file().getFileName();
  }

  boolean isOfJob() {
    return !info.file().toString().endsWith(".checkpoint.json");
  }

  /// Of a sequential run's checkpoint; empty for a job's.
  String workflowId() {
    String name = info.file().getFileName().toString();
    return isOfJob() ? "" : name.substring(0, name.length() - ".checkpoint.json".length());
  }

  boolean isFinal() {
    return info.valid() && info.phase() == Phase.COMPLETE;
  }

  /// A sequential run is not in any phase.
  String phase() {
    return isOfJob() ? info.phase().name().toLowerCase(Locale.ROOT) : "steps";
  }

  /// Where the run stood.
  String status() {
    if (!info.valid()) {
      return "Damaged";
    }
    if (isFinal()) {
      return "Completed";
    }
    if (isOfJob()) {
      return "InProgress";
    }
    try {
      return repository
          .workflowCheckpoints()
          .newest(new SessionId(owner))
          .map(Loaded::value)
          .map(value -> value.status().name())
          .map(name -> name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT))
          .orElse("InProgress");
    } catch (ProdigyException _) { // all of them damaged: told as such above
      return "Damaged";
    }
  }

  static final Listing<ListedCheckpoint> LISTING =
      Listing.of(
              listed ->
                  Json.NODES
                      .objectNode()
                      .put("checkpoint_id", listed.id())
                      .put("owner_id", listed.owner())
                      .put("kind", listed.isOfJob() ? "mapreduce" : "workflow")
                      .put("status", listed.status())
                      .put("phase", listed.phase())
                      .put("done", listed.info().completed())
                      .put("total", listed.info().total())
                      .put("version", listed.info().version())
                      .put("created_at", listed.info().createdAt().toString())
                      .put("bytes", listed.info().sizeBytes())
                      .put("valid", listed.info().valid())
                      .put("final", listed.isFinal()),
              "No checkpoints found.",
              List.of(
                  Column.id("CHECKPOINT", ListedCheckpoint::id),
                  Column.id("STATUS", ListedCheckpoint::status),
                  Column.id("PHASE", ListedCheckpoint::phase),
                  Column.number("DONE", l -> l.info().completed() + "/" + l.info().total()),
                  Column.id(
                      "CREATED", l -> Human.time(l.info().createdAt(), ZoneId.systemDefault())),
                  Column.number("SIZE", l -> Human.size(l.info().sizeBytes()))))
          .withLines((listed, _) -> listed.line());

  private String line() {
    return "%s | %s | %s %d/%d | %s | %s"
        .formatted(
            id(),
            status(),
            phase(),
            info.completed(),
            info.total(),
            info.valid() ? Human.time(info.createdAt(), ZoneId.systemDefault()) : "-",
            Human.size(info.sizeBytes()));
  }
}
