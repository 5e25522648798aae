package dev.prodigy.storage.file;

import dev.prodigy.model.JobId;
import dev.prodigy.model.JobState;
import dev.prodigy.model.SessionId;
import dev.prodigy.storage.Mappings;
import dev.prodigy.storage.StorageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/// One file per id and two aggregates for users' `jq`. An id's file is written first and an
/// aggregate can be made again from them, so a crash in between loses nothing.
final class FileMappings implements Mappings {
  private static final String JOB_TO_SESSION = "job-to-session";
  private static final String SESSION_TO_JOB = "session-to-job";
  private static final Set<String> RESERVED = Set.of(JOB_TO_SESSION, SESSION_TO_JOB, "maintenance");

  private record Mapping(
      SessionId sessionId, JobId jobId, String workflowName, Instant createdAt) {}

  private final Documents documents;
  private final Path directory;
  private final Supplier<Stream<JobState>> jobStates;

  /// @param jobStates of all jobs: they name their sessions, too
  FileMappings(Documents documents, Path directory, Supplier<Stream<JobState>> jobStates) {
    this.documents = documents;
    this.directory = directory;
    this.jobStates = jobStates;
  }

  @Override
  public void record(SessionId session, JobId job, String workflowName, Instant createdAt) {
    for (String id : List.of(session.value(), job.value())) {
      if (RESERVED.contains(id)) {
        throw StorageException.invalidId(id, "is reserved");
      }
    }
    var mapping = (ObjectNode) StoredJson.tree(new Mapping(session, job, workflowName, createdAt));
    documents.locked(
        lock(),
        () -> {
          documents.replaceSealed(file(session.value()), mapping);
          documents.replaceSealed(file(job.value()), mapping);
          put(JOB_TO_SESSION, job.value(), session.value());
          put(SESSION_TO_JOB, session.value(), job.value());
        });
  }

  @Override
  public Optional<SessionId> sessionOf(JobId job) {
    return of(job.value())
        .map(Mapping::sessionId)
        .or(() -> lookUp(JOB_TO_SESSION, job.value()).map(SessionId::new));
  }

  @Override
  public Optional<JobId> jobOf(SessionId session) {
    return of(session.value())
        .map(Mapping::jobId)
        .or(() -> lookUp(SESSION_TO_JOB, session.value()).map(JobId::new));
  }

  @Override
  public void forget(SessionId session) {
    if (!Files.isDirectory(directory)) {
      return;
    }
    documents.locked(
        lock(),
        () -> {
          ObjectNode sessions = aggregate(JOB_TO_SESSION);
          List<String> jobs =
              sessions.propertyNames().stream()
                  .filter(job -> sessions.path(job).asString("").equals(session.value()))
                  .toList();
          // The aggregates last: they know which files are to go if a crash comes in between.
          Stream.concat(jobs.stream(), Stream.of(session.value()))
              .forEach(id -> documents.deleteFile(file(id)));
          sessions.remove(jobs);
          documents.replace(
              file(SESSION_TO_JOB), aggregate(SESSION_TO_JOB).without(session.value()));
          documents.replace(file(JOB_TO_SESSION), sessions);
        });
  }

  /// Makes the aggregates where there are none.
  void create() {
    if (Files.exists(file(JOB_TO_SESSION)) && Files.exists(file(SESSION_TO_JOB))) {
      return;
    }
    documents.locked(
        lock(),
        () -> {
          for (String name : List.of(JOB_TO_SESSION, SESSION_TO_JOB)) {
            documents.replace(file(name), aggregate(name));
          }
        });
  }

  private Optional<Mapping> of(String id) {
    return documents
        .readSealed(file(id))
        .map(tree -> RecordFile.Kind.of(Mapping.class).value(file(id), tree));
  }

  /// In the aggregate, without making it.
  private Optional<String> lookUp(String aggregate, String key) {
    return Optional.ofNullable(aggregate(aggregate).path(key).asString(null));
  }

  private void put(String aggregate, String key, String value) {
    ObjectNode tree = aggregate(aggregate);
    tree.put(key, value);
    documents.replace(file(aggregate), tree);
  }

  /// The aggregate as it stands; made again if it is missing or unreadable.
  private ObjectNode aggregate(String name) {
    try {
      return documents.readObject(file(name)).orElseGet(() -> rebuilt(name));
    } catch (StorageException e) {
      documents.notice(e.message() + "; made again");
      return rebuilt(name);
    }
  }

  private ObjectNode rebuilt(String name) {
    var all = new ArrayList<Mapping>(fromStates().toList());
    for (Path file : Directories.files(directory, ".json")) {
      if (!RESERVED.contains(Directories.stem(file, ".json"))) {
        of(Directories.stem(file, ".json")).ifPresent(all::add);
      }
    }
    all.sort(Comparator.comparing(Mapping::createdAt)); // the latest job of a session wins
    ObjectNode tree = StoredJson.newObject();
    for (Mapping mapping : all) {
      if (name.equals(JOB_TO_SESSION)) {
        tree.put(mapping.jobId().value(), mapping.sessionId().value());
      } else {
        tree.put(mapping.sessionId().value(), mapping.jobId().value());
      }
    }
    return tree;
  }

  private Stream<Mapping> fromStates() {
    return jobStates
        .get()
        .map(
            state ->
                new Mapping(
                    state.sessionId(), state.jobId(), state.workflowName(), state.startedAt()));
  }

  private Path file(String id) {
    return directory.resolve(id + ".json");
  }

  private Path lock() {
    return directory.resolve("mappings");
  }
}
