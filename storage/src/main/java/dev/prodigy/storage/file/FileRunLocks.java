package dev.prodigy.storage.file;

import dev.prodigy.model.Owner;
import dev.prodigy.model.SessionId;
import dev.prodigy.storage.ProcessIdentity;
import dev.prodigy.storage.RunLock;
import dev.prodigy.storage.RunLocks;
import dev.prodigy.storage.StorageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `resume_locks/<id>.lock`, see [RunLockFile] for the protocol.
final class FileRunLocks implements RunLocks {
  private final Documents documents;
  private final Path directory;

  FileRunLocks(Documents documents, Path directory) {
    this.documents = documents;
    this.directory = directory;
  }

  /// In sorted order, so that two runs that want the same ids never wait for each other's.
  @Override
  public RunLock acquire(List<String> ids, boolean force) {
    var held = new Held(new ArrayList<>());
    try {
      ids.stream().sorted().distinct().forEach(id -> held.locks().add(file(id).acquire(force)));
      return held;
    } catch (RuntimeException e) {
      try {
        held.close();
      } catch (StorageException notReleased) {
        e.addSuppressed(notReleased);
      }
      throw e;
    }
  }

  @Override
  public Optional<Owner> liveHolder(String id) {
    return file(id).holder().filter(RunLockFile.Holder::live).map(RunLockFile.Holder::owner);
  }

  private RunLockFile file(String id) {
    String checked = new SessionId(id).value(); // the same rule for all ids
    return new RunLockFile(documents, directory, checked, ProcessIdentity.current());
  }

  private record Held(List<RunLockFile.Acquired> locks) implements RunLock {
    @Override
    public void close() {
      StorageException first = null;
      for (RunLockFile.Acquired lock : locks.reversed()) {
        try {
          lock.release();
        } catch (StorageException e) {
          if (first == null) {
            first = e;
          } else {
            first.addSuppressed(e);
          }
        }
      }
      if (first != null) {
        throw first;
      }
    }
  }
}
