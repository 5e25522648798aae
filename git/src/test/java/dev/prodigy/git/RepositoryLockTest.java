package dev.prodigy.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prodigy.model.ErrorCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositoryLockTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir Path temp;
  private int unguarded;

  @Test
  void onlyOneThreadHoldsItAndItMayTakeItAgain() throws Exception {
    Path file = temp.resolve("deep/.git.lock");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = new ArrayList<Future<?>>();
      for (int i = 0; i < 50; i++) {
        all.add(
            threads.submit(
                () -> {
                  try (var _ = RepositoryLock.acquire(file, PATIENCE);
                      var _ = RepositoryLock.acquire(file, PATIENCE)) {
                    int seen = unguarded;
                    Thread.onSpinWait();
                    unguarded = seen + 1;
                  }
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    assertThat(unguarded).isEqualTo(50);
  }

  @Test
  void anotherProcessKeepsItFromUs() throws Exception {
    Path file = temp.resolve(".git.lock");
    try (var _ = RepositoryLock.acquire(file, PATIENCE)) {
      // makes the file
    }
    var other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                file.toString())
            .start();
    try {
      assertThat(other.inputReader().readLine()).isEqualTo("held");
      assertThatThrownBy(() -> RepositoryLock.acquire(file, Duration.ofMillis(50)))
          .isInstanceOfSatisfying(
              GitException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_LOCK_BUSY));
    } finally {
      other.destroyForcibly().waitFor();
    }
    try (var _ = RepositoryLock.acquire(file, PATIENCE)) {
      assertThat(file).exists(); // it ended with its process
    }
  }

  /// Holds the lock until it is killed.
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws Exception {
      try (var _ = RepositoryLock.acquire(Path.of(arguments[0]), PATIENCE)) {
        System.out.println("held");
        int end = System.in.read();
        System.out.println(end);
      }
    }
  }

  @Test
  void anInterruptNeitherBreaksItNorIsLost() {
    Path file = temp.resolve(".git.lock");
    Thread.currentThread().interrupt();
    try (var _ = RepositoryLock.acquire(file, PATIENCE)) {
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}
