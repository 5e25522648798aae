package dev.prodigy.cli.look;

import dev.prodigy.cli.CommandRun;
import dev.prodigy.model.Event;
import dev.prodigy.model.FailureReason;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.JobId;
import dev.prodigy.model.Json;
import dev.prodigy.model.Session;
import dev.prodigy.model.SessionId;
import dev.prodigy.model.SessionStatus;
import dev.prodigy.storage.Store;
import dev.prodigy.storage.WriterIdentity;
import dev.prodigy.storage.file.FileEventLog;
import dev.prodigy.storage.file.FileStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// A store with jobs that were written long ago by the real writer, and commands run on it.
final class EventsStore {
  static final JobId JOB = new JobId("mapreduce-123");
  static final Instant NOON = Instant.parse("2025-01-11T12:00:00Z");
  private static final WriterIdentity WHO =
      new WriterIdentity(new SessionId("session-1"), "correlation-1");

  final Path directory;
  final Path root;

  EventsStore(Path directory) {
    this.directory = directory;
    this.root = directory.resolve("store");
  }

  Store store() {
    return FileStore.open(root);
  }

  CommandRun command() {
    return CommandRun.in(directory).env("PRODIGY_HOME", root.toString());
  }

  CommandRun.Result run(String... args) {
    return command().run(args);
  }

  /// Standard output of a command that must succeed, line by line.
  List<String> lines(String... args) {
    CommandRun.Result result = run(args);
    if (result.code() != 0) {
      throw new AssertionError("exit " + result.code() + ": " + result.err());
    }
    return result.out().lines().toList();
  }

  List<JsonNode> records(String... args) {
    return lines(args).stream().map(Json::parse).toList();
  }

  /// A job of three items, one of which failed, in two segments.
  void finishedJob(String repo, JobId job) {
    write(repo, job, NOON, started(), agentStarted(job, 0), agentStarted(job, 1));
    write(
        repo,
        job,
        NOON.plusSeconds(60),
        agentCompleted(job, 0),
        agentFailed(job, 1, "say \"hi\"\nC:\\x"),
        new Event.DLQItemAdded(ItemId.of(1), "Timeout::say", 1, new FailureReason.Timeout()),
        new Event.JobCompleted(Duration.ofSeconds(303), 303_000, 8, 2, 0, 1));
  }

  static Event started() {
    return new Event.JobStarted(
        Json.NODES.objectNode(), 10, "analyse", "wf.yml", "worktree", "main", null);
  }

  static Event agentStarted(JobId job, int item) {
    return new Event.AgentStarted(job.agent(ItemId.of(item)), ItemId.of(item), "w", 1);
  }

  static Event agentCompleted(JobId job, int item) {
    return new Event.AgentCompleted(
        job.agent(ItemId.of(item)),
        ItemId.of(item),
        Duration.ofSeconds(30),
        30_000,
        List.of("a1", "b2"),
        null,
        null,
        1,
        1);
  }

  static Event agentFailed(JobId job, int item, String error) {
    return new Event.AgentFailed(
        job.agent(ItemId.of(item)),
        ItemId.of(item),
        error,
        new FailureReason.Timeout(),
        false,
        null,
        1,
        "claude: /fix",
        Duration.ofSeconds(3));
  }

  /// One segment, whose file was written last at the time.
  void write(String repo, JobId job, Instant at, Event... events) {
    Path log = root.resolve("events").resolve(repo);
    try (var writer = FileEventLog.open(log, WHO, () -> at, _ -> {})) {
      writer.append(job, List.of(events));
    }
    modified(segments(repo, job).getLast(), at);
  }

  static void modified(Path file, Instant at) {
    try {
      Files.setLastModifiedTime(file, FileTime.from(at));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void raw(String repo, JobId job, String segment, String text) {
    try {
      Path file = root.resolve("events").resolve(repo).resolve(job.value()).resolve(segment);
      Files.createDirectories(file.getParent());
      Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      modified(file, NOON);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What `cat events-*.jsonl` prints, line by line.
  List<String> stored(String repo, JobId job) {
    List<String> lines = new ArrayList<>();
    for (Path segment : segments(repo, job)) {
      lines.addAll(read(segment).lines().toList());
    }
    return lines;
  }

  List<Path> segments(String repo, JobId job) {
    Path jobDirectory = root.resolve("events").resolve(repo).resolve(job.value());
    try (var files = Files.list(jobDirectory)) {
      return files
          .filter(file -> file.getFileName().toString().matches("events-.*\\.jsonl"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A session of that status, mapped to the job.
  void session(String repo, JobId job, SessionStatus status) {
    SessionId id = new SessionId("session-of-" + job);
    Instant now = NOON;
    Session session =
        new Session(
            id,
            Session.Type.MAP_REDUCE,
            status,
            now,
            now,
            status.ended() ? now : null,
            Map.of(),
            List.of(),
            Map.of(),
            null,
            null,
            new Session.MapReduceData(job.value(), 3, 1, 0, 1, "map", null),
            1,
            repo,
            "/project",
            "wf.yml",
            "hash",
            null);
    Store store = store();
    store.sessions().create(session);
    store
        .repository(new dev.prodigy.model.RepoName(repo))
        .mappings()
        .record(id, job, "analyse", now);
  }
}
