package dev.prodigy.storage.file;

import dev.prodigy.model.JobId;
import dev.prodigy.model.Sha256;
import dev.prodigy.storage.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Where a job's dead letters may be: our document and the layouts of the original tool. Items stay
/// trees here, so that keys this program does not know survive.
final class DeadLetterFiles {
  private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

  /// Every other character, and those that may not come first.
  private static final Pattern UNSAFE = Pattern.compile("^[^A-Za-z0-9]+|[^A-Za-z0-9._-]");

  private final Documents documents;
  private final Path document;
  private final List<Path> itemDirectories;
  private final Path plainList;

  /// @param repository `dlq/<repo>`
  /// @param state `state/<repo>`
  DeadLetterFiles(Documents documents, Path repository, Path state, JobId job) {
    this.documents = documents;
    Path own = repository.resolve(job.value());
    String nested = "mapreduce/dlq/" + job + "/items";
    this.document = own.resolve("dlq-items.json");
    this.plainList = own.resolve("items.json");
    this.itemDirectories =
        List.of(
            own.resolve("items"),
            own.resolve(nested),
            repository.resolve(nested),
            state.resolve(nested));
  }

  /// What was found.
  ///
  /// @param header the members of our document besides its items
  /// @param items by id
  /// @param others files of other layouts, whose items are among them
  record Found(ObjectNode header, Map<String, ObjectNode> items, List<Path> others) {
    static Found nothing() {
      return new Found(StoredJson.newObject(), new LinkedHashMap<>(), new ArrayList<>());
    }
  }

  Path document() {
    return document;
  }

  Found read() {
    var found = Found.nothing();
    documents.readSealedTree(document).ifPresent(tree -> take(tree, document, found));
    otherFiles().forEach(file -> takeOther(file, found));
    return found;
  }

  private Stream<Path> otherFiles() {
    Stream<Path> single =
        itemDirectories.stream()
            .flatMap(directory -> Directories.files(directory, ".json").stream())
            .filter(file -> !file.endsWith("index.json"));
    return Stream.concat(single, Stream.of(plainList).filter(Files::exists));
  }

  /// An unreadable file of another layout is left alone, and told.
  private void takeOther(Path file, Found found) {
    try {
      documents.read(file).ifPresent(tree -> take(tree, file, found));
      found.others().add(file);
    } catch (StorageException e) {
      documents.notice(e.message());
    }
  }

  private void take(JsonNode tree, Path file, Found found) {
    JsonNode items = tree;
    if (tree instanceof ObjectNode object && object.has("items")) {
      items = object.remove("items");
      if (file.equals(document)) {
        found.header().setAll(object);
      }
    }
    if (items.isObject()) { // a file of one item
      newest(items, file, found);
      return;
    }
    if (!items.isArray()) {
      throw StorageException.damaged(file, "neither an item nor a list of items");
    }
    items.forEach(item -> newest(item, file, found));
  }

  private static void newest(JsonNode tree, Path file, Found found) {
    if (!(tree instanceof ObjectNode item) || !item.path("item_id").isString()) {
      throw StorageException.damaged(file, "an item without item_id");
    }
    complete(item);
    found
        .items()
        .merge(
            item.path("item_id").asString(),
            item,
            (one, other) -> lastAttempt(other).compareTo(lastAttempt(one)) > 0 ? other : one);
  }

  /// The items of one document, completed; the newest of those with the same id.
  static Collection<ObjectNode> itemsOf(JsonNode tree, Path file) {
    var found = Found.nothing();
    JsonNode items = tree.path("items").isArray() ? tree.path("items") : tree;
    if (items.isObject()) {
      newest(items, file, found);
    } else {
      items.forEach(item -> newest(item, file, found));
    }
    return found.items().values();
  }

  private static String lastAttempt(ObjectNode item) {
    return item.path("last_attempt").asString("");
  }

  /// What items of the original tool lack.
  private static void complete(ObjectNode item) {
    item.put("item_id", safe(item.path("item_id").asString()));
    if (item.path("worktree_artifacts") instanceof ObjectNode artifacts) {
      emptyForMissing(artifacts, "worktree_path", "branch_name");
    }
    for (JsonNode failure : item.path("failure_history")) {
      if (failure instanceof ObjectNode detail) {
        emptyForMissing(detail, "step_failed", "error_message");
        if (detail.path("agent_id").asString("").isBlank()) {
          detail.put("agent_id", "unknown");
        }
      }
    }
  }

  private static void emptyForMissing(ObjectNode object, String... keys) {
    for (String key : keys) {
      if (!object.hasNonNull(key)) {
        object.put(key, "");
      }
    }
  }

  /// An id that can name files: itself, or what is safe of it and a hash of the rest.
  private static String safe(String id) {
    if (SAFE.matcher(id).matches()) {
      return id;
    }
    String readable = UNSAFE.matcher(id).replaceAll("");
    byte[] hash = Sha256.of(id.getBytes(StandardCharsets.UTF_8));
    return readable.substring(0, Math.min(40, readable.length()))
        + "-"
        + HexFormat.of().formatHex(hash, 0, 6);
  }

  void delete(List<Path> files) {
    for (Path file : files) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw StorageException.io(file, e);
      }
    }
  }
}
