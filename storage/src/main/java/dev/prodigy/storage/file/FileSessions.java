package dev.prodigy.storage.file;

import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.Session;
import dev.prodigy.model.SessionId;
import dev.prodigy.storage.SessionStore;
import dev.prodigy.storage.StorageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import tools.jackson.databind.node.ObjectNode;

/// `sessions/<id>.json`
final class FileSessions implements SessionStore {
  private static final RecordFile.Kind<Session> KIND =
      new RecordFile.Kind<>(
          Session.class, FileSessions::complete, StorageException::sessionDamaged);

  private final Documents documents;
  private final Path directory;

  FileSessions(Documents documents, Path directory) {
    this.documents = documents;
    this.directory = directory;
  }

  @Override
  public void create(Session session) {
    if (!file(session.id()).create(session)) {
      throw StorageException.exists(path(session.id()));
    }
  }

  @Override
  public void restore(Session session) {
    file(session.id()).write(session);
  }

  @Override
  public Optional<Session> find(SessionId id) {
    return file(id).read();
  }

  @Override
  public Session update(SessionId id, UnaryOperator<Session> change) {
    return file(id).update(change, () -> StorageException.sessionNotFound(id));
  }

  @Override
  public List<Session> list() {
    return scan().sessions();
  }

  @Override
  public List<String> damaged() {
    return scan().damaged();
  }

  @Override
  public void delete(SessionId id) {
    file(id).delete();
  }

  private record Scan(List<Session> sessions, List<String> damaged) {}

  private Scan scan() {
    var found = new Scan(new ArrayList<>(), new ArrayList<>());
    for (Path path : Directories.files(directory, ".json")) {
      try {
        var id = new SessionId(Directories.stem(path, ".json"));
        find(id).map(session -> named(session, path)).ifPresent(found.sessions()::add);
      } catch (ProdigyException e) {
        found.damaged().add(e.message());
      }
    }
    found.sessions().sort(Comparator.comparing(Session::startedAt));
    return found;
  }

  private static Session named(Session session, Path path) {
    if (!path.equals(path.resolveSibling(session.id() + ".json"))) {
      throw StorageException.sessionDamaged(path, "it holds session '" + session.id() + "'");
    }
    return session;
  }

  private RecordFile<Session> file(SessionId id) {
    return new RecordFile<>(documents, path(id), KIND);
  }

  private Path path(SessionId id) {
    return directory.resolve(id + ".json");
  }

  /// What sessions of other programs lack.
  private static ObjectNode complete(ObjectNode session) {
    if (!session.has("format_version")) {
      session.put("format_version", 1);
    }
    for (String key : List.of("repository", "project_path")) {
      if (session.path(key).isMissingNode()) {
        session.put(key, "");
      }
    }
    if (session.path("mapreduce_data") instanceof ObjectNode data
        && data.path("reduce_results").isNull()) {
      data.remove("reduce_results"); // absent, not the value null
    }
    return session;
  }
}
