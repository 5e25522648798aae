package dev.prodigy.storage.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.Json;
import dev.prodigy.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

class PrivateFilesTest {
  @TempDir Path directory;
  private final Documents documents = new Documents(InstantSource.system(), _ -> {});

  @Test
  void aReaderNeverSeesPartOfADocument() {
    Path file = directory.resolve("x.json");
    documents.replace(file, document(0));
    var writing = new AtomicBoolean(true);
    var reader =
        CompletableFuture.supplyAsync(
            () -> {
              int reads = 0;
              while (writing.get()) {
                ObjectNode seen = documents.readObject(file).orElseThrow();
                assertThat(seen.path("last")).isEqualTo(seen.path("first"));
                reads++;
              }
              return reads;
            });
    for (int i = 1; i < 300; i++) {
      documents.replace(file, document(i));
    }
    writing.set(false);

    assertThat(reader.join()).isPositive();
  }

  private static ObjectNode document(int number) {
    return Json.NODES
        .objectNode()
        .put("first", number)
        .put("body", "x".repeat(20_000))
        .put("last", number);
  }

  @Test
  void aFailedWriteLeavesTheOldDocumentAndNothingElse() {
    Path file = directory.resolve("x.json");
    documents.replace(file, document(1));

    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(
            () ->
                documents.replace(
                    file,
                    out -> {
                      out.write('{');
                      throw new IOException("No space left on device");
                    }))
        .withMessageContaining(file.toString())
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FULL));
    assertThat(documents.readObject(file).orElseThrow().path("last").asInt()).isEqualTo(1);
    assertThat(directory.toFile().list()).containsExactly("x.json");
  }

  @Test
  void aLockThatIsNotGivenBackIsToldWithItsHolder() {
    Path file = directory.resolve("x.json");
    try (var _ = DocumentLock.acquire(file, Duration.ofSeconds(1))) {
      var other =
          CompletableFuture.runAsync(
              () -> DocumentLock.acquire(file, Duration.ofMillis(20)).close());

      assertThat(other)
          .failsWithin(Duration.ofSeconds(20))
          .withThrowableThat()
          .havingCause()
          .withMessageContaining("Failed to acquire storage lock")
          .withMessageContaining("held by this process");
    }
    DocumentLock.acquire(file, Duration.ofSeconds(1)).close();
  }

  @Test
  void whatACrashLeftBehindIsSweptWhenItIsOld() throws Exception {
    Path old = Files.writeString(directory.resolve(".x.json.tmp-1"), "");
    Path young = Files.writeString(directory.resolve(".x.json.tmp-2"), "");
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(2))));

    documents.replace(directory.resolve("x.json"), document(1));

    assertThat(old).doesNotExist();
    assertThat(young).exists();
  }

  @Test
  void aFullDiskIsToldWithThePathAndLeavesTheOldDocument() throws Exception {
    assumeThat(run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", directory.toString()))
        .as("may mount a file system")
        .isZero();
    try {
      Path file = directory.resolve("x.json");
      documents.replace(file, document(1));
      var large = Json.NODES.objectNode().put("body", "x".repeat(2_000_000));

      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(() -> documents.replace(file, large))
          .withMessageContaining(file.toString())
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FULL));
      assertThat(documents.readObject(file).orElseThrow().path("last").asInt()).isEqualTo(1);
      journalOnAFullDisk();
    } finally {
      assertThat(run("umount", directory.toString())).isZero();
    }
  }

  /// A batch that did not fit is not in the journal, and its numbers are given again.
  private void journalOnAFullDisk() throws Exception {
    Path filler = directory.resolve("filler");
    try (var journal = FileJournal.open(documents, directory.resolve("j.jsonl"), 0)) {
      journal.append(JournalWriter.started(ItemId.of(1)));
      fill(filler);
      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(
              () -> {
                while (true) {
                  journal.append(JournalWriter.started(ItemId.of(2)));
                }
              })
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FULL));
      long last = journal.lastSeq();
      Files.delete(filler);
      assertThat(journal.append(JournalWriter.started(ItemId.of(3))).seq()).isEqualTo(last + 1);
    }
  }

  private static void fill(Path filler) throws IOException {
    try (var out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(new byte[4096]);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }

  private static int run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }
}
