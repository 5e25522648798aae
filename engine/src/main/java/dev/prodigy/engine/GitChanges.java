package dev.prodigy.engine;

import dev.prodigy.model.Json;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What happened to a repository between two moments: in commits, and in files not committed yet.
///
/// @param commits full hashes, oldest first
/// @param insertions lines, as `deletions`; of what was committed
record GitChanges(
    SortedSet<String> added,
    SortedSet<String> modified,
    SortedSet<String> deleted,
    List<String> commits,
    long insertions,
    long deletions) {

  static final GitChanges NONE =
      new GitChanges(new TreeSet<>(), new TreeSet<>(), new TreeSet<>(), List.of(), 0, 0);

  /// The variables it is known by, without their prefix.
  static final Map<String, Function<GitChanges, JsonNode>> VARIABLES =
      Map.of(
          "files_added", changes -> list(changes.added),
          "files_modified", changes -> list(changes.modified),
          "files_deleted", changes -> list(changes.deleted),
          "files_changed", changes -> list(changes.changed()),
          "commits", changes -> list(changes.commits),
          "commit_count", changes -> Json.NODES.numberNode(changes.commits.size()),
          "insertions", changes -> Json.NODES.numberNode(changes.insertions),
          "deletions", changes -> Json.NODES.numberNode(changes.deletions));

  private SortedSet<String> changed() {
    var all = new TreeSet<>(added);
    all.addAll(modified);
    all.addAll(deleted);
    return all;
  }

  static JsonNode list(Collection<String> values) {
    var list = Json.NODES.arrayNode();
    values.forEach(list::add);
    return list;
  }

  JsonNode json() {
    ObjectNode json = Json.NODES.objectNode();
    VARIABLES.forEach((name, value) -> json.set(name, value.apply(this)));
    return json;
  }
}
