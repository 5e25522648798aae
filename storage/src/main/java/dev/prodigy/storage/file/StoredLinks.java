package dev.prodigy.storage.file;

import dev.prodigy.model.Session;
import dev.prodigy.storage.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// Writes anew those documents that only repeat what other documents say.
public final class StoredLinks {
  private StoredLinks() {}

  /// Replaces `job-to-session.json` or its inverse.
  public static void writeAggregate(Path file, Map<String, String> entries) {
    ObjectNode tree = StoredJson.newObject();
    entries.forEach(tree::put);
    replace(file, out -> StoredJson.write(out, generator -> generator.writeTree(tree)));
  }

  /// Replaces `repositories.json` by what sessions know of their repositories.
  public static void writeRepositories(Path file, Collection<Session> sessions, Instant now) {
    ObjectNode tree = StoredJson.newObject().put("version", 1);
    ObjectNode repositories = tree.putObject("repos");
    for (Session session : sessions) {
      if (!session.repository().isEmpty() && !session.projectPath().isEmpty()) {
        repositories
            .putObject(session.repository())
            .put("root", session.projectPath())
            .put("git_common_dir", Path.of(session.projectPath()).resolve(".git").toString())
            .putNull("first_commit")
            .putNull("remote")
            .put("registered_at", Timestamps.text(now));
      }
    }
    replace(file, out -> out.write(DocumentSeal.write(tree)));
  }

  private static void replace(Path file, PrivateFiles.Content content) {
    try {
      PrivateFiles.replace(file, content);
    } catch (IOException e) {
      throw StorageException.io(file, e);
    }
  }
}
