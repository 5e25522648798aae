package dev.prodigy.storage.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Takes a run lock, says so, and holds it until its input ends.
final class LockHolder {
  private LockHolder() {}

  public static void main(String[] arguments) throws IOException {
    var locks = FileStore.open(Path.of(arguments[0])).locks();
    try (var _ = locks.acquire(List.of(arguments[1]), false)) {
      System.out.println("held");
      while (System.in.read() >= 0) {
        System.out.println("still held");
      }
    }
  }
}
