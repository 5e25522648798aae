package dev.prodigy.cli.manage;

import dev.prodigy.storage.file.FileStore;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// A process that holds the lock of a run until it is stopped.
final class Working {
  private Working() {}

  public static void main(String[] args) throws InterruptedException {
    try (var _ = FileStore.open(Path.of(args[0])).locks().acquire(List.of(args[1]), false)) {
      System.out.println("working");
      new CountDownLatch(1).await();
    }
  }
}
