package dev.prodigy.storage.file;

import static dev.prodigy.storage.file.Samples.JOB;
import static dev.prodigy.storage.file.Samples.deadLetter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.prodigy.model.DeadLetter;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.FailureReason;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.Json;
import dev.prodigy.model.RepoName;
import dev.prodigy.storage.DeadLetterQueue;
import dev.prodigy.storage.StorageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDeadLettersTest {
  @TempDir Path root;
  private DeadLetterQueue queue;
  private Path file;

  @BeforeEach
  void open() {
    queue = FileStore.open(root).repository(new RepoName("prodigy")).job(JOB).deadLetters();
    file = root.resolve("dlq/prodigy/mapreduce-123/dlq-items.json");
  }

  private void add(DeadLetter letter) {
    queue.add(letter, () -> {});
    queue.flush();
  }

  @Test
  void anEmptyDocumentIsThereFromTheStart() throws Exception {
    queue.create();

    var tree = Json.parse(Files.readString(file));
    assertThat(tree.path("version").asInt()).isEqualTo(1);
    assertThat(tree.path("job_id").asString()).isEqualTo("mapreduce-123");
    assertThat(tree.path("repo").asString()).isEqualTo("prodigy");
    assertThat(tree.path("item_count").asInt()).isZero();
    assertThat(tree.path("items").isArray()).isTrue();
  }

  @Test
  void theFirstOneIsOnDiskAtOnceAndLaterOnesSoon() {
    var durable = new AtomicInteger();
    for (int i = 0; i < 20; i++) {
      queue.add(deadLetter(i, 1, "boom"), durable::incrementAndGet);
      assertThat(durable).hasValueGreaterThan(0);
    }

    await().until(() -> durable.get() == 20);
    assertThat(queue.items()).hasSize(20);
    assertThat(queue.items()).extracting(l -> l.itemId().index()).isSorted();
  }

  @Test
  void theDocumentHoldsWhatTheCallbackWasToldAbout() {
    var seen = new AtomicInteger();
    queue.add(deadLetter(1, 1, "boom"), () -> seen.set(queue.items().size()));

    assertThat(seen).hasValue(1);
  }

  @Test
  void theSameItemAgainGrowsItsHistory() {
    add(deadLetter(1, 1, "boom"));
    add(deadLetter(1, 2, "bang"));

    DeadLetter letter = queue.items().getFirst();
    assertThat(letter.failureCount()).isEqualTo(2);
    assertThat(letter.failureHistory()).hasSize(2);
    assertThat(letter.firstAttempt()).isEqualTo(deadLetter(1, 1, "boom").firstAttempt());
    assertThat(letter.errorSignature()).isEqualTo("CommandFailed::bang");
  }

  @Test
  void theSameFailureAgainChangesNothing() {
    add(deadLetter(1, 1, "boom"));
    add(deadLetter(1, 1, "boom"));

    assertThat(queue.items()).containsExactly(deadLetter(1, 1, "boom"));
  }

  @Test
  void keysOfOthersSurvive() throws Exception {
    add(deadLetter(1, 1, "boom"));
    String text = Files.readString(file).replace("\"item_id\":", "\"note\": 1, \"item_id\":");
    Files.writeString(file, text.replace("\"version\":", "\"owner\": \"me\", \"version\":"));

    add(deadLetter(1, 2, "bang"));

    var tree = Json.parse(Files.readString(file));
    assertThat(tree.path("owner").asString()).isEqualTo("me");
    assertThat(tree.path("items").path(0).path("note").asInt()).isEqualTo(1);
    assertThat(tree.path("items").path(0).path("failure_count").asInt()).isEqualTo(2);
  }

  @Test
  void itemsAreRemovedOneByOneOrAllAtOnce() {
    for (int i = 0; i < 3; i++) {
      queue.add(deadLetter(i, 1, "boom"), () -> {});
    }

    assertThat(queue.remove(ItemId.of(1))).isTrue();
    assertThat(queue.remove(ItemId.of(1))).isFalse();
    assertThat(queue.clear()).isEqualTo(2);
    assertThat(queue.clear()).isZero();
    assertThat(file).exists();
  }

  @Test
  void theLayoutsOfTheOriginalToolAreReadAndFoldedIn() throws Exception {
    place("dlq/prodigy/mapreduce-123/items/item_0.json", item("item_0", "12:00"));
    place("dlq/prodigy/mapreduce/dlq/mapreduce-123/items/item_1.json", item("item_1", "12:00"));
    place("dlq/prodigy/mapreduce/dlq/mapreduce-123/items/index.json", "{\"item_count\":1}");
    place("state/prodigy/mapreduce/dlq/mapreduce-123/items/a.json", item("item_1", "13:00"));
    place("dlq/prodigy/mapreduce-123/items.json", "[" + item("../../evil id", "12:00") + "]");

    assertThat(queue.items()).hasSize(3);
    assertThat(queue.items().get(2).itemId()).isEqualTo(new ItemId("item_1"));
    assertThat(queue.items().get(2).lastAttempt()).hasToString("2025-01-11T13:00:00Z");
    assertThat(queue.items().getFirst().itemId().value()).matches("evilid-[0-9a-f]{12}");
    assertThat(queue.items().getFirst().failureHistory().getFirst().errorType())
        .isEqualTo(new FailureReason.CommandFailed(101));

    assertThat(queue.remove(new ItemId("item_0"))).isTrue();
    assertThat(queue.items()).hasSize(2);
    assertThat(queue.clear()).isEqualTo(2);
    assertThat(queue.items()).isEmpty();
  }

  private void place(String path, String text) throws Exception {
    Files.createDirectories(root.resolve(path).getParent());
    Files.writeString(root.resolve(path), text);
  }

  private static String item(String id, String time) {
    return """
        {"item_id":"%s","item_data":{"a":1},"first_attempt":"2025-01-11T11:00:00Z",
         "last_attempt":"2025-01-11T%s:00Z","failure_count":1,
         "failure_history":[{"attempt_number":1,"timestamp":"2025-01-11T11:00:00Z",
           "error_type":{"CommandFailed":{"exit_code":101}},"error_message":"m","agent_id":"",
           "step_failed":"agent_execution","duration_ms":5}],
         "error_signature":"s","worktree_artifacts":null,"reprocess_eligible":true,
         "manual_review_required":false}
        """
        .formatted(id, time);
  }

  @Test
  void aWriteThatFailsIsToldAndTriedAgain() throws Exception {
    Files.createDirectories(file); // a directory where the document should be
    var durable = new AtomicInteger();

    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> queue.add(deadLetter(1, 1, "boom"), durable::incrementAndGet))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_IO));
    assertThat(durable).hasValue(0);

    Files.delete(file);
    queue.flush();
    assertThat(durable).hasValue(1);
    assertThat(queue.items()).hasSize(1);
  }
}
