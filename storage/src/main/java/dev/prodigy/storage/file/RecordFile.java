package dev.prodigy.storage.file;

import dev.prodigy.storage.StorageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One record kept as one document. Changes happen under the document's lock, and keys this program
/// does not know (a later version's, a user's) survive them.
final class RecordFile<T extends Record> {

  /// What a kind of record needs besides its type.
  ///
  /// @param complete adds what older documents lack
  /// @param damaged the error for an unreadable document, from its path and the reason
  record Kind<T extends Record>(
      Class<T> type,
      UnaryOperator<ObjectNode> complete,
      BiFunction<Path, String, StorageException> damaged) {

    static <T extends Record> Kind<T> of(Class<T> type) {
      return new Kind<>(type, UnaryOperator.identity(), StorageException::damaged);
    }

    T value(Path file, ObjectNode tree) {
      try {
        return StoredJson.value(complete.apply(tree), type);
      } catch (StoredJson.Unreadable e) {
        throw damaged.apply(file, e.why());
      }
    }
  }

  private final Documents documents;
  private final Path file;
  private final Kind<T> kind;

  RecordFile(Documents documents, Path file, Kind<T> kind) {
    this.documents = documents;
    this.file = file;
    this.kind = kind;
  }

  Optional<T> read() {
    return documents.readSealed(file, kind.damaged()).map(tree -> kind.value(file, tree));
  }

  /// Whether it was not there before; then it is now.
  boolean create(T value) {
    return documents.locked(
        file,
        () -> {
          if (Files.exists(file)) {
            return false;
          }
          documents.replaceSealed(file, (ObjectNode) StoredJson.tree(value));
          return true;
        });
  }

  /// Writes the record whether or not there is one; one that cannot be read is lost anyway.
  void write(T value) {
    documents.locked(
        file,
        () -> {
          Optional<ObjectNode> old = readable();
          if (old.isPresent()) {
            replace(old.get(), kind.value(file, old.get()), value);
          } else {
            documents.replaceSealed(file, (ObjectNode) StoredJson.tree(value));
          }
        });
  }

  private Optional<ObjectNode> readable() {
    try {
      Optional<ObjectNode> tree = documents.readSealed(file, kind.damaged());
      tree.ifPresent(found -> kind.value(file, found));
      return tree;
    } catch (StorageException e) {
      documents.notice(e.message() + "; written anew");
      return Optional.empty();
    }
  }

  T update(UnaryOperator<T> change, Supplier<StorageException> missing) {
    if (!Files.exists(file)) {
      throw missing.get(); // before a lock file is made for it
    }
    return documents.locked(
        file,
        () -> {
          ObjectNode old = documents.readSealed(file, kind.damaged()).orElseThrow(missing);
          T before = kind.value(file, old);
          T after = change.apply(before);
          replace(old, before, after);
          return after;
        });
  }

  boolean delete() {
    return documents.delete(file);
  }

  private void replace(ObjectNode old, T before, T after) {
    var tree = (ObjectNode) StoredJson.tree(after);
    keepUnknown(old, StoredJson.tree(before), tree);
    documents.replaceSealed(file, tree);
  }

  /// Copies from `old` to `target` the keys that are not in `known`, the same document as this
  /// program understands it.
  static void keepUnknown(JsonNode old, JsonNode known, ObjectNode target) {
    for (Map.Entry<String, JsonNode> member : old.properties()) {
      String key = member.getKey();
      if (!known.has(key)) {
        target.putIfAbsent(key, member.getValue());
      } else if (known.path(key).isObject()
          && member.getValue().isObject()
          && target.path(key) instanceof ObjectNode nested) {
        keepUnknown(member.getValue(), known.path(key), nested);
      }
    }
  }
}
