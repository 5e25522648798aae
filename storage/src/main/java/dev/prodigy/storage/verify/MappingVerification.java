package dev.prodigy.storage.verify;

import dev.prodigy.model.JobId;
import dev.prodigy.model.JobState;
import dev.prodigy.model.Json;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.Session;
import dev.prodigy.model.SessionId;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.storage.StorageException;
import dev.prodigy.storage.Store;
import dev.prodigy.storage.file.Directories;
import dev.prodigy.storage.file.StoredLinks;
import dev.prodigy.storage.verify.Finding.Kind;
import dev.prodigy.storage.verify.Findings.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Which job belongs to which session: every link leads to a session and a job that exist, and the
/// two aggregates say the same as the files they sum up.
final class MappingVerification {
  private static final String JOB_TO_SESSION = "job-to-session.json";
  private static final String SESSION_TO_JOB = "session-to-job.json";

  private final Store store;
  private final RepositoryStore repository;
  private final Findings findings;
  private final Quarantine quarantine;
  private final Path directory;

  /// Newest last, so that a session's latest job wins.
  private final List<Link> links = new ArrayList<>();

  private long documents;

  private record Link(String session, String job, String createdAt) {}

  MappingVerification(
      Store store,
      RepositoryStore repository,
      Findings findings,
      Quarantine quarantine,
      Path directory) {
    this.store = store;
    this.repository = repository;
    this.findings = findings;
    this.quarantine = quarantine;
    this.directory = directory;
  }

  long documents() {
    return documents;
  }

  void verify() {
    if (!Files.isDirectory(directory)) {
      return;
    }
    for (Path file : Directories.files(directory, ".json")) {
      if (!isAggregate(file)) {
        single(file);
      }
    }
    links.sort((one, other) -> one.createdAt().compareTo(other.createdAt()));
    var jobs = new TreeMap<String, String>();
    var sessions = new TreeMap<String, String>();
    for (Link link : links) {
      jobs.put(link.job(), link.session());
      sessions.put(link.session(), link.job());
    }
    aggregate(JOB_TO_SESSION, jobs, false);
    aggregate(SESSION_TO_JOB, sessions, true);
  }

  private static boolean isAggregate(Path file) {
    return file.endsWith(JOB_TO_SESSION) || file.endsWith(SESSION_TO_JOB);
  }

  private void single(Path file) {
    documents++;
    JsonNode tree = tree(file);
    if (tree == null) {
      return;
    }
    String session = tree.path("session_id").asString("");
    String job = tree.path("job_id").asString("");
    String name = Directories.stem(file, ".json");
    if (!(name.equals(session) || name.equals(job)) || session.isEmpty() || job.isEmpty()) {
      findings.damage(
          Kind.MAPPING,
          file,
          -1,
          "it maps neither from nor to its name",
          () -> quarantine.move(file));
      return;
    }
    String dangling = dangling(session, job);
    if (dangling != null) {
      findings.damage(Kind.REFERENCE, file, -1, dangling, () -> quarantine.move(file));
      return;
    }
    links.add(new Link(session, job, tree.path("created_at").asString("")));
    quarantine.verifySeal(Kind.MAPPING, file, findings, UnaryOperator.identity());
  }

  /// The document; null, and told of, if it is damaged.
  private @Nullable JsonNode tree(Path file) {
    Optional<DocumentSyntax.Fault> fault = DocumentSyntax.fault(file);
    if (fault.isPresent()) {
      findings.damage(
          Kind.MAPPING, file, fault.get().offset(), fault.get().why(), () -> quarantine.move(file));
      return null;
    }
    try {
      JsonNode tree = Json.parse(Files.readString(file));
      if (tree.isObject()) {
        return tree;
      }
      findings.damage(Kind.MAPPING, file, -1, "not a JSON object", () -> quarantine.move(file));
      return null;
    } catch (IOException e) {
      throw StorageException.io(file, e);
    }
  }

  /// What a link leads to in vain; null if to nothing. A run that has just begun has no job yet.
  private @Nullable String dangling(String sessionId, String jobId) {
    try {
      var job = new JobId(jobId);
      if (store.locks().liveHolder(jobId).isPresent()) {
        return null;
      }
      Path sessionFile = store.root().resolve("sessions").resolve(sessionId + ".json");
      if (!Files.exists(sessionFile)) {
        return "session " + sessionId + " does not exist";
      }
      return repository.job(job).exists() || !isOver(new SessionId(sessionId))
          ? null
          : "job " + jobId + " does not exist";
    } catch (ProdigyException e) {
      return e.message();
    }
  }

  private boolean isOver(SessionId id) {
    return store.sessions().find(id).map(Session::status).map(s -> s.ended()).orElse(true);
  }

  private void aggregate(String name, Map<String, String> known, boolean ofSessions) {
    Path file = directory.resolve(name);
    documents++;
    Map<String, String> expected = withJobStates(known, ofSessions);
    if (!Files.exists(file)) {
      findings.damage(Kind.MAPPING, file, -1, "missing", () -> written(file, expected));
      return;
    }
    var actual = new TreeMap<String, String>();
    Optional<DocumentSyntax.Fault> fault = DocumentSyntax.fault(file);
    if (fault.isPresent() || !read(file, actual)) {
      findings.damage(
          Kind.MAPPING,
          file,
          fault.map(DocumentSyntax.Fault::offset).orElse(-1L),
          fault.map(DocumentSyntax.Fault::why).orElse("not an object of texts"),
          () -> rewritten(file, expected));
      return;
    }
    List<String> wrong = differences(actual, expected);
    if (!wrong.isEmpty()) {
      findings.damage(
          Kind.REFERENCE, file, -1, String.join("; ", wrong), () -> rewritten(file, expected));
    }
  }

  /// An aggregate may know links whose own files are gone; job states confirm them.
  private Map<String, String> withJobStates(Map<String, String> known, boolean ofSessions) {
    var all = new TreeMap<String, String>();
    for (JobId job : repository.jobs()) {
      stateOf(job)
          .filter(state -> dangling(state.sessionId().value(), job.value()) == null)
          .ifPresent(
              state -> {
                String session = state.sessionId().value();
                all.putIfAbsent(
                    ofSessions ? session : job.value(), ofSessions ? job.value() : session);
              });
    }
    all.putAll(known);
    return all;
  }

  private Optional<JobState> stateOf(JobId job) {
    try {
      return repository.job(job).state();
    } catch (StorageException _) { // told of where jobs are verified
      return Optional.empty();
    }
  }

  private static boolean read(Path file, Map<String, String> into) {
    try {
      JsonNode tree = Json.parse(Files.readString(file));
      tree.properties().forEach(e -> into.put(e.getKey(), e.getValue().asString("")));
      return tree.isObject() && into.values().stream().noneMatch(String::isEmpty);
    } catch (IOException e) {
      throw StorageException.io(file, e);
    }
  }

  private List<String> differences(Map<String, String> actual, Map<String, String> expected) {
    var wrong = new ArrayList<String>();
    expected.forEach(
        (key, value) -> {
          if (!actual.containsKey(key)) {
            wrong.add("no entry for " + key);
          } else if (!value.equals(actual.get(key))) {
            wrong.add("%s leads to %s instead of %s".formatted(key, actual.get(key), value));
          }
        });
    actual.forEach(
        (key, value) -> {
          if (!expected.containsKey(key) && !isLive(key) && !isLive(value)) {
            wrong.add(key + " leads to " + value + ", which is not there");
          }
        });
    return wrong;
  }

  private boolean isLive(String id) {
    try {
      return store.locks().liveHolder(id).isPresent();
    } catch (ProdigyException _) { // no id of ours
      return false;
    }
  }

  private Outcome rewritten(Path file, Map<String, String> entries) {
    Path kept = quarantine.copied(file);
    StoredLinks.writeAggregate(file, entries);
    return Outcome.done("made again; the old one is kept in " + kept);
  }

  private static Outcome written(Path file, Map<String, String> entries) {
    StoredLinks.writeAggregate(file, entries);
    return Outcome.done("made again");
  }
}
