package dev.prodigy.storage.file;

import dev.prodigy.storage.StorageException;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads, locks and replaces the documents of one store.
final class Documents {
  private final InstantSource clock;
  private final Duration patience;
  private final Consumer<String> notices;
  private final Set<Path> swept = ConcurrentHashMap.newKeySet();
  private final Set<Path> told = ConcurrentHashMap.newKeySet();

  Documents(InstantSource clock, Consumer<String> notices) {
    this(clock, notices, StoreSettings.DEFAULT.lockPatience());
  }

  /// @param notices told in one line what a user should know although nothing failed
  /// @param patience how long to wait for another's lock
  Documents(InstantSource clock, Consumer<String> notices, Duration patience) {
    this.clock = clock;
    this.patience = patience;
    this.notices = notices;
  }

  /// Now, as precisely as it is stored.
  Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  InstantSource clock() {
    return clock;
  }

  void notice(String line) {
    notices.accept(line);
  }

  /// What reading a file gives; empty if there is no such file.
  ///
  /// @param damaged the error for what is not the JSON it should be, from the path and the reason
  static <T> Optional<T> ifThere(
      Path file,
      PrivateFiles.Action<T> reading,
      BiFunction<Path, String, StorageException> damaged) {
    try {
      return Optional.of(reading.run());
    } catch (FileNotFoundException e) {
      if (Files.exists(file)) { // Java says "not found" for "permission denied", too
        throw StorageException.io(file, e);
      }
      return Optional.empty();
    } catch (IOException e) {
      throw StorageException.io(file, e);
    } catch (StoredJson.Unreadable e) {
      throw damaged.apply(file, e.why());
    }
  }

  /// The document as a tree; empty if there is no such file.
  ///
  /// @throws StorageException if it is not JSON
  Optional<JsonNode> read(Path file) {
    return ifThere(
        file,
        () -> {
          try (var in = new FileInputStream(file.toFile())) {
            return StoredJson.parse(in);
          }
        },
        StorageException::damaged);
  }

  /// The document as an object; one of another kind is damaged.
  Optional<ObjectNode> readObject(Path file) {
    return read(file).map(tree -> object(file, tree, StorageException::damaged));
  }

  private static ObjectNode object(
      Path file, JsonNode tree, BiFunction<Path, String, StorageException> damaged) {
    if (tree instanceof ObjectNode object) {
      return object;
    }
    throw damaged.apply(file, "not a JSON object");
  }

  /// The document as an object without its checksum; a wrong one is told, once.
  Optional<ObjectNode> readSealed(Path file) {
    return readSealed(file, StorageException::damaged);
  }

  /// @param damaged the error for what is not a JSON object, from the path and the reason
  Optional<ObjectNode> readSealed(Path file, BiFunction<Path, String, StorageException> damaged) {
    return readSealedTree(file, damaged).map(tree -> object(file, tree, damaged));
  }

  /// The same for a document that may be something else than an object.
  Optional<JsonNode> readSealedTree(Path file) {
    return readSealedTree(file, StorageException::damaged);
  }

  private Optional<JsonNode> readSealedTree(
      Path file, BiFunction<Path, String, StorageException> damaged) {
    Optional<DocumentSeal.Read> read =
        ifThere(
            file,
            () -> {
              try (var in = new FileInputStream(file.toFile())) {
                return DocumentSeal.read(in.readAllBytes());
              }
            },
            damaged);
    read.flatMap(DocumentSeal.Read::fault).ifPresent(fault -> tell(file, fault));
    return read.map(DocumentSeal.Read::tree);
  }

  private void tell(Path file, String fault) {
    if (told.add(file)) {
      notice("%s: %s; see: prodigy storage verify".formatted(file, fault));
    }
  }

  /// With a checksum as its last member.
  void replaceSealed(Path file, ObjectNode tree) {
    replace(file, out -> out.write(DocumentSeal.write(tree)));
  }

  void replace(Path file, JsonNode tree) {
    replace(file, out -> StoredJson.write(out, generator -> generator.writeTree(tree)));
  }

  /// @return its size
  long replace(Path file, PrivateFiles.Content content) {
    try {
      sweepOnce(PrivateFiles.parent(file));
      return PrivateFiles.replace(file, content);
    } catch (IOException e) {
      throw StorageException.io(file, e);
    } catch (StoredJson.Unwritable e) {
      throw StorageException.notWritable(file, e);
    }
  }

  private void sweepOnce(Path directory) throws IOException {
    if (swept.add(directory)) {
      PrivateFiles.sweep(directory, now());
    }
  }

  void locked(Path document, Runnable action) {
    locked(
        document,
        () -> {
          action.run();
          return document;
        });
  }

  /// Runs the action while no other thread or process changes the document.
  <T> T locked(Path document, Supplier<T> action) {
    return lockedWith(document, _ -> action.get());
  }

  <T> T lockedWith(Path document, Function<DocumentLock, T> action) {
    try (var lock = DocumentLock.acquire(document, patience)) {
      return action.apply(lock);
    }
  }

  /// Deletes the document under its lock; whether it was there.
  boolean delete(Path document) {
    if (!Files.exists(document)) {
      return false;
    }
    return lockedWith(document, lock -> deleteLocked(document, lock));
  }

  boolean deleteLocked(Path document, DocumentLock lock) {
    boolean deleted = deleteFile(document);
    try {
      lock.retire();
      return deleted;
    } catch (IOException e) {
      throw StorageException.io(document, e);
    }
  }

  /// Deletes a file that the caller's lock covers; whether it was there.
  boolean deleteFile(Path document) {
    try {
      boolean deleted = Files.deleteIfExists(document);
      if (deleted) {
        PrivateFiles.syncDirectory(PrivateFiles.parent(document));
      }
      return deleted;
    } catch (IOException e) {
      throw StorageException.io(document, e);
    }
  }
}
