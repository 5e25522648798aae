package dev.prodigy.mapreduce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.model.ItemId;
import dev.prodigy.model.JournalRecord;
import dev.prodigy.model.JournalRecord.Disposition;
import dev.prodigy.model.MapCheckpoint;
import dev.prodigy.model.Phase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongFunction;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class ItemTableTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_000);
  private static final ItemId FIRST = ItemId.of(0);

  private final ItemTable table = ItemTable.fresh(Records.items(3), Map.of(), NOW);

  @Test
  void anItemWithoutCommitsIsDoneWhenItsResultIsDurable() {
    table.apply(Records.started(1, FIRST, 1));
    table.apply(Records.completed(2, FIRST, 1, List.of()));

    assertThat(table.get(FIRST).status()).isEqualTo(ItemState.Status.DONE);
  }

  @Test
  void anItemWithCommitsIsDoneOnlyWhenMerged() {
    table.apply(Records.completed(1, FIRST, 1, List.of("c1")));
    assertThat(table.get(FIRST).status()).isEqualTo(ItemState.Status.COMPLETED);

    table.apply(Records.merged(2, FIRST, 1, List.of("c1")));
    assertThat(table.get(FIRST).status()).isEqualTo(ItemState.Status.DONE);
  }

  @Test
  void aRetriedItemIsPendingWithTheNextAttemptNumber() {
    table.apply(Records.started(1, FIRST, 1));
    table.apply(Records.failed(2, FIRST, 1, Disposition.RETRY));

    assertThat(table.get(FIRST).status()).isEqualTo(ItemState.Status.PENDING);
    assertThat(table.get(FIRST).attempt()).isEqualTo(2);
  }

  @Test
  void aCutOffAttemptDoesNotCount() {
    table.apply(Records.started(1, FIRST, 1));

    assertThat(table.requeueRunning(NOW)).hasSize(1);
    assertThat(table.get(FIRST).attempt()).isEqualTo(1);
  }

  @Test
  void attemptsOfAnEarlierJobAreCountedOn() {
    var retried = ItemTable.fresh(Records.items(1), Map.of(FIRST, 2), NOW);

    assertThat(retried.get(FIRST).attempt()).isEqualTo(3);
  }

  /// The law that makes resume safe: whatever moment a checkpoint shows, together with the journal
  /// behind its `journalSeq` it gives the same table, even when records were applied in another
  /// order than they were written.
  @RepeatedTest(200)
  void checkpointPlusJournalIsTheLiveTable(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    List<JournalRecord> journal = randomJournal(random, 8);
    ItemTable live = ItemTable.fresh(Records.items(8), Map.of(), NOW);
    int checkpointAt = random.nextInt(journal.size() + 1);
    MapCheckpoint checkpoint = live.snapshot(Records.JOB, Phase.MAP, NOW, Map.of(), Map.of(), 4);
    List<JournalRecord> order = slightlyShuffled(journal, random);
    for (int i = 0; i <= order.size(); i++) {
      if (i == checkpointAt) {
        checkpoint = live.snapshot(Records.JOB, Phase.MAP, NOW, Map.of(), Map.of(), 4);
      }
      if (i < order.size()) {
        live.apply(order.get(i));
      }
    }
    assertThat(checkpoint.totalItems()).isEqualTo(8);

    ItemTable resumed = ItemTable.from(checkpoint);
    journal.forEach(resumed::apply);

    assertThat(standings(resumed)).isEqualTo(standings(live));
    assertThat(resumed.tally()).isEqualTo(live.tally());
  }

  private static Map<ItemId, String> standings(ItemTable table) {
    var standings = new HashMap<ItemId, String>();
    table.all().forEach(s -> standings.put(s.item().id(), s.status() + " attempt " + s.attempt()));
    return standings;
  }

  /// Each item's records in its own order, items interleaved.
  private static List<JournalRecord> randomJournal(Random random, int items) {
    var stories = new ArrayList<List<LongFunction<JournalRecord>>>();
    for (int i = 0; i < items; i++) {
      stories.add(story(ItemId.of(i), random));
    }
    var journal = new ArrayList<JournalRecord>();
    while (stories.stream().anyMatch(s -> !s.isEmpty())) {
      var story = stories.get(random.nextInt(items));
      if (!story.isEmpty()) {
        journal.add(story.removeFirst().apply(journal.size() + 1));
      }
    }
    return journal;
  }

  private static List<LongFunction<JournalRecord>> story(ItemId item, Random random) {
    var story = new ArrayList<LongFunction<JournalRecord>>();
    int attempt = 1;
    for (; attempt < 3 && random.nextBoolean(); attempt++) {
      int number = attempt;
      story.add(seq -> Records.started(seq, item, number));
      story.add(seq -> Records.failed(seq, item, number, Disposition.RETRY));
    }
    int last = attempt;
    story.add(seq -> Records.started(seq, item, last));
    switch (random.nextInt(4)) {
      case 0 -> story.add(seq -> Records.failed(seq, item, last, Disposition.DEAD_LETTER));
      case 1 -> story.add(seq -> Records.completed(seq, item, last, List.of()));
      case 2 -> {
        story.add(seq -> Records.completed(seq, item, last, List.of("c")));
        story.add(seq -> Records.merged(seq, item, last, List.of("c")));
      }
      default -> {} // still running
    }
    return story;
  }

  /// Swaps neighbours of different items: agents that share a flush report in any order.
  private static List<JournalRecord> slightlyShuffled(List<JournalRecord> journal, Random random) {
    var order = new ArrayList<>(journal);
    for (int i = 1; i < order.size(); i++) {
      if (random.nextBoolean() && !order.get(i).itemId().equals(order.get(i - 1).itemId())) {
        Collections.swap(order, i, i - 1);
      }
    }
    return order;
  }
}
