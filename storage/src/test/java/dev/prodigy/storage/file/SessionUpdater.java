package dev.prodigy.storage.file;

import dev.prodigy.model.Json;
import dev.prodigy.model.Session;
import dev.prodigy.model.SessionId;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.function.UnaryOperator;

/// Counts one key of a session's metadata up, again and again.
final class SessionUpdater {
  private SessionUpdater() {}

  /// Root, session, key, how often.
  public static void main(String[] arguments) {
    var sessions = FileStore.open(Path.of(arguments[0])).sessions();
    var id = new SessionId(arguments[1]);
    for (int i = 0; i < Integer.parseInt(arguments[3]); i++) {
      sessions.update(id, counting(arguments[2]));
    }
  }

  static UnaryOperator<Session> counting(String key) {
    return session -> {
      var metadata = new HashMap<>(session.metadata());
      int now = metadata.containsKey(key) ? metadata.get(key).asInt() : 0;
      metadata.put(key, Json.NODES.numberNode(now + 1));
      return new Session(
          session.id(),
          session.sessionType(),
          session.status(),
          session.startedAt(),
          session.updatedAt(),
          session.completedAt(),
          metadata,
          session.checkpoints(),
          session.timings(),
          session.error(),
          session.workflowData(),
          session.mapreduceData(),
          session.formatVersion(),
          session.repository(),
          session.projectPath(),
          session.workflowPath(),
          session.workflowHash(),
          session.owner());
    };
  }
}
