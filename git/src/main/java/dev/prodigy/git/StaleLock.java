package dev.prodigy.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Git's lock files that outlived the process that made them. Only for places that belong to one
/// job of ours, whose owner knows that nothing of it is running any more.
final class StaleLock {
  private static final int LOOKS = 10;

  private StaleLock() {}

  /// Deletes the lock unless somebody still works with it: it goes away or grows while we look.
  ///
  /// @return whether it was there and is gone now
  static boolean remove(Path lock) {
    try {
      if (!Files.exists(lock)) {
        return false;
      }
      var before = Files.getLastModifiedTime(lock);
      for (int look = 0; look < LOOKS; look++) {
        Git.pause();
        if (!Files.exists(lock) || !Files.getLastModifiedTime(lock).equals(before)) {
          return false;
        }
      }
      return Files.deleteIfExists(lock);
    } catch (IOException e) {
      throw GitException.io(lock, e);
    }
  }
}
