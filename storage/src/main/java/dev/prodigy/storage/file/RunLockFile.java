package dev.prodigy.storage.file;

import dev.prodigy.model.Owner;
import dev.prodigy.storage.ProcessIdentity;
import dev.prodigy.storage.StorageException;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The lock of one id. No step leaves an instant at which two processes could both believe they
/// hold it, nor one at which a lock has no content.
///
/// 1. The whole content is written to a file of its own, which is locked by the operating system,
///    and then gets the lock's name by a hard link: that fails if the name is taken.
/// 2. A name that is taken is stale if its owner is dead: the system's lock is free, and the
///    process is gone or is another one with the same number. A process of another host cannot be
///    checked, so its lock is only taken over by force. A file that is no lock at all is stale
///    after 5 s.
/// 3. A stale name is moved away, which only one process can do, and compared with what was judged
///    stale; something else is put back. Then all starts over.
/// 4. Releasing deletes the name if the content is still ours.
///
/// The system drops a process's lock as soon as that process closes *any* descriptor of the file.
/// So the files this process holds are remembered, and it never opens one of them again.
final class RunLockFile {
  private static final Duration UNREADABLE_FOR = Duration.ofSeconds(5);
  private static final Map<Path, Acquired> OF_THIS_PROCESS = new ConcurrentHashMap<>();

  private final Documents documents;
  private final Path directory;
  private final String id;
  private final Path name;
  private final Owner self;

  RunLockFile(Documents documents, Path directory, String id, Owner self) {
    this.documents = documents;
    this.directory = directory;
    this.id = id;
    this.name = directory.toAbsolutePath().normalize().resolve(id + ".lock");
    this.self = self;
  }

  /// As stored.
  private record Content(
      String jobId,
      long processId,
      String hostname,
      Instant acquiredAt,
      long processStartedAt,
      String token) {

    Owner owner() {
      return new Owner(processId, hostname, processStartedAt);
    }
  }

  /// @param live whether its process may still work; of other hosts' processes that is assumed
  record Holder(Owner owner, Instant acquiredAt, String token, boolean live) {}

  /// A lock this process holds.
  record Acquired(RunLockFile file, Content content, FileChannel channel) {
    void release() {
      file.release(this);
    }
  }

  Acquired acquire(boolean force) {
    synchronized (OF_THIS_PROCESS) {
      try {
        PrivateFiles.createDirectories(directory);
        return PrivateFiles.uninterrupted(() -> acquireOrThrow(force));
      } catch (IOException e) {
        throw StorageException.io(name, e);
      }
    }
  }

  private Acquired acquireOrThrow(boolean force) throws IOException {
    while (true) {
      Acquired acquired = tryLink();
      if (acquired != null) {
        OF_THIS_PROCESS.put(name, acquired);
        return acquired;
      }
      removeStale(force);
    }
  }

  /// Null if the name is taken.
  private @Nullable Acquired tryLink() throws IOException {
    var content =
        new Content(
            id,
            self.pid(),
            self.host(),
            documents.now(),
            self.processStartedAt(),
            UUID.randomUUID().toString());
    Path temporary = PrivateFiles.newTemporary(name);
    FileChannel channel = null;
    boolean linked = false;
    try {
      // Written and closed before it is locked: closing it later would drop the lock.
      documents.replace(temporary, StoredJson.tree(content));
      channel = FileChannel.open(temporary, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (channel.tryLock() == null) {
        throw new IOException("a file nobody else knows is locked: " + temporary);
      }
      Files.createLink(name, temporary);
      PrivateFiles.syncDirectory(directory);
      linked = true;
      return new Acquired(this, content, channel);
    } catch (FileAlreadyExistsException _) {
      return null;
    } finally {
      Files.deleteIfExists(temporary);
      if (!linked && channel != null) {
        channel.close();
      }
    }
  }

  private void removeStale(boolean force) throws IOException {
    Optional<Content> found = content();
    if (found.isEmpty()) {
      removeUnreadable();
      return;
    }
    Content content = found.get();
    boolean foreign = !content.hostname().equals(self.host());
    if (foreign ? !force : isLive(content)) {
      throw StorageException.heldByRun(id, content.owner(), content.acquiredAt());
    }
    if (moveAway(content.token())) {
      documents.notice(
          foreign
              ? "Took over the lock for %s from PID %d on %s (acquired %s)"
                  .formatted(
                      id,
                      content.processId(),
                      content.hostname(),
                      Timestamps.text(content.acquiredAt()))
              : "Removed stale lock for %s (PID %d no longer running)"
                  .formatted(id, content.processId()));
    }
  }

  private void removeUnreadable() throws IOException {
    try {
      Instant written = Files.getLastModifiedTime(name).toInstant();
      if (Duration.between(written, documents.now()).compareTo(UNREADABLE_FOR) > 0) {
        if (moveAway("")) {
          documents.notice("Removed unreadable lock for " + id);
        }
      } else {
        Thread.sleep(50);
      }
    } catch (NoSuchFileException _) { // released meanwhile
      return;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Whether the lock with that token (empty: an unreadable one) was there and is gone now.
  private boolean moveAway(String token) throws IOException {
    Path aside = directory.resolve(".%s.lock.stale-%s".formatted(id, UUID.randomUUID()));
    try {
      Files.move(name, aside, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException _) { // another process was faster
      return false;
    }
    boolean same = content(aside).map(Content::token).orElse("").equals(token);
    if (!same) {
      putBack(aside);
    }
    Files.deleteIfExists(aside);
    return same;
  }

  private void putBack(Path aside) throws IOException {
    try {
      Files.createLink(name, aside);
    } catch (FileAlreadyExistsException _) { // a third process locked meanwhile: it wins
      documents.notice("The lock for " + id + " changed hands while it was checked");
    }
  }

  /// Who holds it; empty if nobody does.
  Optional<Holder> holder() {
    synchronized (OF_THIS_PROCESS) {
      try {
        return PrivateFiles.uninterrupted(
            () -> {
              Optional<Content> found = content();
              return found.isEmpty() ? Optional.empty() : Optional.of(holder(found.get()));
            });
      } catch (IOException e) {
        throw StorageException.io(name, e);
      }
    }
  }

  private Holder holder(Content content) throws IOException {
    boolean foreign = !content.hostname().equals(self.host());
    return new Holder(
        content.owner(), content.acquiredAt(), content.token(), foreign || isLive(content));
  }

  private boolean isLive(Content content) throws IOException {
    return OF_THIS_PROCESS.containsKey(name)
        || ProcessIdentity.isAlive(content.owner())
        || isLockedBySystem();
  }

  private boolean isLockedBySystem() throws IOException {
    try (var channel = FileChannel.open(name, StandardOpenOption.READ)) {
      // Shared, so that two who only look do not see each other.
      return channel.tryLock(0, Long.MAX_VALUE, true) == null;
    } catch (NoSuchFileException _) { // released meanwhile
      return false;
    }
  }

  /// Empty if there is no file or it is no lock.
  private Optional<Content> content() throws IOException {
    Acquired ours = OF_THIS_PROCESS.get(name);
    return ours != null ? Optional.of(ours.content()) : content(name);
  }

  private static Optional<Content> content(Path file) throws IOException {
    try (var in = new FileInputStream(file.toFile())) {
      JsonNode tree = StoredJson.parse(in);
      return Optional.of(StoredJson.value(tree, Content.class));
    } catch (StoredJson.Unreadable _) { // the caller waits until it is stale
      return Optional.empty();
    } catch (FileNotFoundException e) {
      if (Files.exists(file)) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private void release(Acquired acquired) {
    synchronized (OF_THIS_PROCESS) {
      if (!OF_THIS_PROCESS.remove(name, acquired)) {
        return; // released before
      }
      try (acquired.channel) {
        if (content(name).filter(c -> c.token().equals(acquired.content().token())).isPresent()) {
          Files.deleteIfExists(name);
        }
      } catch (IOException e) {
        throw StorageException.io(name, e);
      }
    }
  }
}
