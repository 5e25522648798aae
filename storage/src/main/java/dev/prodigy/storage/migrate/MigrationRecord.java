package dev.prodigy.storage.migrate;

import dev.prodigy.model.Json;
import dev.prodigy.storage.StorageException;
import dev.prodigy.storage.file.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What was taken over from a project: `state/<repo>/migrations/legacy-local.json`. Makes a
/// migration repeatable without taking anything twice.
final class MigrationRecord {
  private final Path file;
  private final ObjectNode document;

  private MigrationRecord(Path file, ObjectNode document) {
    this.file = file;
    this.document = document;
  }

  /// One source as it was when it was taken over.
  record Source(String path, long size, String mtime, String sha256) {}

  /// @throws StorageException if it cannot be read
  static MigrationRecord open(Path file, Path source) {
    try {
      if (Files.exists(file) && Json.parse(Files.readString(file)) instanceof ObjectNode known) {
        return new MigrationRecord(file, known);
      }
      ObjectNode empty = Json.NODES.objectNode().put("version", 1);
      empty.put("source", source.toAbsolutePath().toString());
      empty.putArray("files");
      return new MigrationRecord(file, empty);
    } catch (IOException e) {
      throw StorageException.io(file, e);
    } catch (JacksonException e) {
      throw StorageException.damaged(file, e.getOriginalMessage());
    }
  }

  boolean knows(Source source) {
    return entry(source.path()).isPresent();
  }

  boolean isUnchanged(Source source) {
    return entry(source.path())
        .filter(e -> e.path("sha256").asString("").equals(source.sha256()))
        .isPresent();
  }

  private Optional<JsonNode> entry(String path) {
    return files().valueStream().filter(e -> e.path("path").asString("").equals(path)).findFirst();
  }

  private ArrayNode files() {
    return document.withArrayProperty("files");
  }

  /// On return it is on disk that the source was taken over.
  void add(Source source, List<String> importedAs, Instant now) {
    ObjectNode entry = files().addObject();
    entry.put("path", source.path());
    entry.put("size", source.size());
    entry.put("mtime", source.mtime());
    entry.put("sha256", source.sha256());
    ArrayNode targets = entry.putArray("imported_as");
    new ArrayList<>(importedAs).forEach(targets::add);
    entry.put("imported_at", now.toString());
    byte[] text = (document.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      PrivateFiles.replace(file, out -> out.write(text));
    } catch (IOException e) {
      throw StorageException.io(file, e);
    }
  }
}
