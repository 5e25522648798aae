package dev.prodigy.storage.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.Json;
import dev.prodigy.model.Owner;
import dev.prodigy.storage.ProcessIdentity;
import dev.prodigy.storage.RunLock;
import dev.prodigy.storage.RunLocks;
import dev.prodigy.storage.StorageException;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileRunLocksTest {
  private static final String ID = "mapreduce-123";

  @TempDir Path root;
  private final List<String> notices = new ArrayList<>();
  private RunLocks locks;
  private Path file;

  @BeforeEach
  void open() {
    locks = FileStore.open(root, InstantSource.system(), notices::add).locks();
    file = root.resolve("resume_locks/" + ID + ".lock");
  }

  private void place(Owner owner) throws Exception {
    Files.writeString(
        file,
        """
        {"job_id":"%s","process_id":%d,"hostname":"%s","acquired_at":"2025-01-11T12:00:00.000Z",
         "process_started_at":%d,"token":"t"}
        """
            .formatted(ID, owner.pid(), owner.host(), owner.processStartedAt()));
  }

  private void assertRefused(boolean force) {
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> locks.acquire(List.of(ID), force))
        .withMessage("Resume already in progress for job " + ID)
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SESSION_LOCKED));
  }

  @Test
  void aHeldLockNamesItsHolderAndGoesWhenClosed() throws Exception {
    RunLock lock = locks.acquire(List.of("session-b", ID), false);

    assertThat(locks.liveHolder(ID)).contains(ProcessIdentity.current());
    var tree = Json.parse(Files.readString(file));
    assertThat(tree.path("job_id").asString()).isEqualTo(ID);
    assertThat(tree.path("process_id").asLong()).isEqualTo(ProcessHandle.current().pid());
    lock.close();
    lock.close();
    assertThat(locks.liveHolder(ID)).isEmpty();
    assertThat(root.resolve("resume_locks")).isEmptyDirectory();
  }

  @Test
  void allAreTakenOrNone() {
    try (var _ = locks.acquire(List.of(ID), false)) {
      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(() -> locks.acquire(List.of("a", ID, "z"), false));

      assertThat(locks.liveHolder("a")).isEmpty();
      assertThat(locks.liveHolder("z")).isEmpty();
    }
  }

  @Test
  void theRefusalTellsWhoAndSinceWhen() throws Exception {
    place(ProcessIdentity.current());

    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> locks.acquire(List.of(ID), true))
        .satisfies(
            e ->
                assertThat(e.why())
                    .isEqualTo(
                        "Lock held by: PID %d on %s (acquired 2025-01-11 12:00:00 UTC)"
                            .formatted(
                                ProcessHandle.current().pid(), ProcessIdentity.current().host())))
        .satisfies(
            e ->
                assertThat(e.hint())
                    .isEqualTo(
                        "Please wait for the other process to complete,"
                            + " or use --force to override."));
  }

  @Test
  void theLockOfADeadProcessIsRemoved() throws Exception {
    place(new Owner(999_999, ProcessIdentity.current().host(), 1));

    assertThat(locks.liveHolder(ID)).isEmpty();
    locks.acquire(List.of(ID), false).close();

    assertThat(notices)
        .containsExactly("Removed stale lock for " + ID + " (PID 999999 no longer running)");
    assertThat(root.resolve("resume_locks")).isEmptyDirectory();
  }

  @Test
  void aLiveProcessWithAnotherStartTimeIsAnotherProcess() throws Exception {
    Owner self = ProcessIdentity.current();
    place(new Owner(self.pid(), self.host(), self.processStartedAt() - 3_600_000));

    locks.acquire(List.of(ID), false).close();
  }

  @Test
  void aLockOfAnotherHostIsOnlyTakenByForce() throws Exception {
    place(new Owner(1, "other", 1));

    assertThat(locks.liveHolder(ID)).isPresent();
    assertRefused(false);
    locks.acquire(List.of(ID), true).close();
    assertThat(notices).singleElement().asString().contains("PID 1 on other");
  }

  @Test
  void whatIsNoLockIsStaleAfterAWhile() throws Exception {
    Files.writeString(file, "");
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofMinutes(1))));

    locks.acquire(List.of(ID), false).close();
  }

  @Test
  void aLiveHolderIsNeverBrokenAndADeadOneAtOnce() throws Exception {
    Process holder = Forked.start(LockHolder.class, root, ID);
    var out =
        new BufferedReader(
            new InputStreamReader(holder.getInputStream(), StandardCharsets.US_ASCII));
    assertThat(out.readLine()).isEqualTo("held");

    assertRefused(true);
    assertThat(locks.liveHolder(ID)).map(Owner::pid).contains(holder.pid());

    holder.destroyForcibly().waitFor();
    locks.acquire(List.of(ID), false).close();
  }

  @Test
  void ofManyAcquirersOfAStaleLockOneWins() throws Exception {
    for (int round = 0; round < 20; round++) {
      place(new Owner(999_999, ProcessIdentity.current().host(), 1));
      var winners = new AtomicInteger();
      var done = new CountDownLatch(8);
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 8; i++) {
          var _ =
              threads.submit(
                  () -> {
                    try {
                      RunLock lock = locks.acquire(List.of(ID), false);
                      winners.incrementAndGet();
                      done.countDown();
                      done.await();
                      lock.close();
                    } catch (StorageException _) {
                      done.countDown();
                    }
                    return winners;
                  });
        }
      }
      assertThat(winners).hasValue(1);
    }
  }

  @Test
  void ofTwoProcessesOneWins() throws Exception {
    List<Process> holders =
        List.of(Forked.start(LockHolder.class, root, ID), Forked.start(LockHolder.class, root, ID));
    Process loser = firstToEnd(holders);
    assertThat(loser.exitValue()).isNotZero();

    Process winner = holders.get(holders.indexOf(loser) == 0 ? 1 : 0);
    assertThat(locks.liveHolder(ID)).map(Owner::pid).contains(winner.pid());
    winner.getOutputStream().close();
    assertThat(winner.waitFor()).isZero();
    assertThat(file).doesNotExist();
  }

  private static Process firstToEnd(List<Process> processes) throws Exception {
    var ends = processes.stream().map(Process::onExit).toArray(CompletableFuture<?>[]::new);
    return (Process) CompletableFuture.anyOf(ends).get();
  }
}
