package dev.prodigy.storage;

import dev.prodigy.model.Session;
import dev.prodigy.model.SessionId;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Sessions of all repositories. Each is replaced as a whole, so readers see the old or the new
/// one; updates of several processes happen one after the other and none is lost.
public interface SessionStore {

  /// @throws StorageException if there is a session with that id already
  void create(Session session);

  /// Writes the session in one step, in place of a document that cannot be used.
  void restore(Session session);

  Optional<Session> find(SessionId id);

  /// Reads, changes and writes under the session's lock. Keys this program does not know survive.
  ///
  /// @throws StorageException `E2001` if there is no such session
  Session update(SessionId id, UnaryOperator<Session> change);

  /// All readable sessions, by start; the rest is told by [#damaged].
  List<Session> list();

  /// One line for each session file that cannot be read.
  List<String> damaged();

  /// Does nothing if there is no such session.
  void delete(SessionId id);
}
