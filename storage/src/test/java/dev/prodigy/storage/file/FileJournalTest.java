package dev.prodigy.storage.file;

import static dev.prodigy.storage.file.JournalWriter.started;
import static dev.prodigy.storage.file.Samples.JOB;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.prodigy.model.CheckpointReason;
import dev.prodigy.model.DeadLetter;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.JournalRecord;
import dev.prodigy.model.Json;
import dev.prodigy.model.RepoName;
import dev.prodigy.storage.JobStore;
import dev.prodigy.storage.MapJournal;
import dev.prodigy.storage.StorageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileJournalTest {
  @TempDir Path root;
  private final List<String> notices = new ArrayList<>();
  private JobStore job;
  private Path file;

  @BeforeEach
  void open() {
    job =
        FileStore.open(root, InstantSource.system(), notices::add)
            .repository(new RepoName("prodigy"))
            .job(JOB);
    file = job.directory().resolve("map-progress.jsonl");
  }

  private static List<JournalRecord> replay(MapJournal journal, long after) {
    var records = new ArrayList<JournalRecord>();
    journal.replay(after, records::add);
    return records;
  }

  private void write(int records) {
    try (var journal = job.openJournal()) {
      for (int i = 0; i < records; i++) {
        journal.append(started(ItemId.of(i)));
      }
    }
  }

  @Test
  void whateverIsAppendedIsReplayed() {
    var written = new ArrayList<JournalRecord>();
    try (var journal = job.openJournal()) {
      for (int seed = 0; seed < 200; seed++) {
        written.add(journal.append(anyEntry(seed)));
      }
    }
    try (var journal = job.openJournal()) {
      assertThat(replay(journal, 0)).isEqualTo(written);
      assertThat(replay(journal, 150)).isEqualTo(written.subList(150, 200));
    }
  }

  private static MapJournal.Entry anyEntry(int seed) {
    var samples = new Samples(seed);
    ItemId item = ItemId.of(seed);
    boolean failed = seed % 2 == 0;
    return new MapJournal.Entry(
        item,
        failed ? JournalRecord.Outcome.FAILED : JournalRecord.Outcome.COMPLETED,
        1,
        JOB.agent(item),
        failed ? List.of() : List.of("c".repeat(40)),
        failed ? null : samples.result(item),
        failed ? samples.failure(JOB.agent(item)) : null,
        failed ? JournalRecord.Disposition.DEAD_LETTER : null,
        failed ? new DeadLetter.Artifacts("/w", "b", null, samples.text()) : null);
  }

  @Test
  void aLineIsWhatUsersReadWithJq() throws Exception {
    write(1);

    String line = Files.readString(file).strip();
    var tree = Json.parse(line);
    assertThat(line).startsWith("{\"seq\":1,\"timestamp\":\"").doesNotContain("null");
    assertThat(tree.path("outcome").asString()).isEqualTo("Started");
    assertThat(tree.path("crc").asString()).matches("[0-9a-f]{8}");
  }

  @Test
  void concurrentAppendersGetGaplessNumbersAndNothingIsLost() {
    var acknowledged = new ConcurrentLinkedQueue<Long>();
    try (var journal = job.openJournal()) {
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 2_000; i++) {
          ItemId item = ItemId.of(i);
          var _ = threads.submit(() -> acknowledged.add(journal.append(started(item)).seq()));
        }
      }
      assertThat(acknowledged)
          .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, 2_000).boxed().toList());
      assertThat(replay(journal, 0)).extracting(JournalRecord::seq).isSorted().hasSize(2_000);
    }
  }

  @Test
  void anInterruptNeitherLosesTheRecordNorDisturbsOthers() {
    try (var journal = job.openJournal()) {
      Thread.currentThread().interrupt();
      journal.append(started(ItemId.of(1)));
      assertThat(Thread.interrupted()).isTrue();

      assertThat(journal.append(started(ItemId.of(2))).seq()).isEqualTo(2);
    }
  }

  @Test
  void aTornTailIsSetAsideAndNumbersGoOn() throws Exception {
    write(3);
    Files.writeString(file, "{\"seq\":4,\"times", StandardOpenOption.APPEND);

    try (var journal = job.openJournal()) {
      assertThat(journal.lastSeq()).isEqualTo(3);
      assertThat(journal.append(started(ItemId.of(9))).seq()).isEqualTo(4);
      assertThat(replay(journal, 0)).hasSize(4);
    }
    assertThat(file.resolveSibling(".map-progress.jsonl.torn")).hasContent("{\"seq\":4,\"times");
    assertThat(notices).singleElement().asString().contains(".torn");
  }

  @Test
  void zerosOfAPowerCutAreATornTail() throws Exception {
    write(3);
    Files.write(file, new byte[20_000], StandardOpenOption.APPEND);

    try (var journal = job.openJournal()) {
      assertThat(replay(journal, 0)).hasSize(3);
    }
  }

  @Test
  void damageInTheMiddleIsAnErrorNamingTheByteUnlessTheCheckpointContainsIt() throws Exception {
    write(3);
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    int offset = lines.getFirst().length() + 1;
    lines.set(1, lines.get(1).replace("item_1", "item_7"));
    Files.write(file, lines);

    try (var journal = job.openJournal()) {
      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(() -> replay(journal, 1))
          .withMessageContaining("at byte " + offset)
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_CORRUPTED));
      assertThat(replay(journal, 2)).extracting(JournalRecord::seq).containsExactly(3L);
    }
    lines.remove(1); // what the hint says
    Files.write(file, lines);
    try (var journal = job.openJournal()) {
      assertThat(replay(journal, 0)).extracting(JournalRecord::seq).containsExactly(1L, 3L);
    }
  }

  @Test
  void aDeletedJournalComesBackWhole() throws Exception {
    try (var journal = job.openJournal()) {
      journal.append(started(ItemId.of(1)));
      Files.delete(file);
      journal.append(started(ItemId.of(2)));
      try (var all = Files.walk(root.resolve("state"))) {
        all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
      }

      assertThat(replay(journal, 0)).extracting(JournalRecord::seq).containsExactly(1L, 2L);
    }
    assertThat(Files.readAllLines(file)).hasSize(2);
  }

  @Test
  void trimmingDropsTheOldAndKeepsTheLast() {
    write(50);
    try (var journal = job.openJournal()) {
      long before = journal.sizeBytes();
      journal.trim(30);
      assertThat(replay(journal, 0)).extracting(JournalRecord::seq).first().isEqualTo(31L);
      assertThat(journal.sizeBytes()).isLessThan(before).isEqualTo(file.toFile().length());
      journal.append(started(ItemId.of(7)));
      journal.trim(1_000);
    }
    try (var journal = job.openJournal()) {
      assertThat(replay(journal, 0)).extracting(JournalRecord::seq).containsExactly(51L);
      assertThat(journal.append(started(ItemId.of(8))).seq()).isEqualTo(52);
    }
  }

  @Test
  void numbersGoOnBehindTheCheckpointWhenTheJournalIsGone() {
    var checkpoint = new Samples(1).mapCheckpoint(2, 500);
    job.checkpoints().saveMap(checkpoint, Samples.header(checkpoint, CheckpointReason.INTERVAL));

    try (var journal = job.openJournal()) {
      assertThat(journal.append(started(ItemId.of(1))).seq()).isEqualTo(501);
    }
  }

  @Test
  void everyAcknowledgedRecordSurvivesKillingTheWriter() throws Exception {
    var acknowledged = new ArrayList<String>();
    for (int round = 0; round < 5; round++) {
      Path told = root.resolve("told-" + round);
      Process writer = Forked.startInto(told, JournalWriter.class, root);
      await().atMost(Duration.ofMinutes(1)).until(() -> Files.size(told) > 5_000);
      writer.destroyForcibly().waitFor();
      String text = Files.readString(told);
      text.substring(0, text.lastIndexOf('\n')).lines().forEach(acknowledged::add);
    }

    try (var journal = job.openJournal()) {
      List<JournalRecord> records = replay(journal, 0);
      assertThat(records.stream().map(r -> r.seq() + " " + r.itemId()).collect(toSet()))
          .containsAll(acknowledged);
      assertThat(records.stream().mapToLong(JournalRecord::seq).toArray())
          .isEqualTo(LongStream.rangeClosed(1, records.size()).toArray());
    }
  }
}
