package dev.prodigy.storage.file;

import static dev.prodigy.storage.LogFixture.JOB;
import static dev.prodigy.storage.LogFixture.NOON;
import static dev.prodigy.storage.LogFixture.agentStarted;
import static dev.prodigy.storage.LogFixture.jobCompleted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prodigy.model.Event;
import dev.prodigy.storage.Bookmark;
import dev.prodigy.storage.Cursor;
import dev.prodigy.storage.EventFiles;
import dev.prodigy.storage.EventFilter;
import dev.prodigy.storage.EventLine;
import dev.prodigy.storage.EventReader;
import dev.prodigy.storage.LogFixture;
import dev.prodigy.storage.RetentionPlan;
import dev.prodigy.storage.RetentionPolicy;
import dev.prodigy.storage.RunLock;
import dev.prodigy.storage.Segment;
import dev.prodigy.storage.Store;
import dev.prodigy.storage.file.EventRetention.Removed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Retention: what goes, what stays, where it goes, and that nothing is lost on the way.
class EventRetentionTest {
  private static final Instant NOW = NOON.plus(Duration.ofHours(2));

  @TempDir Path root;
  private Store store;
  private LogFixture log;
  private EventFiles files;
  private EventArchive archive;

  @BeforeEach
  void fixture() {
    store = FileStore.open(root);
    log = new LogFixture(root.resolve("events"));
    files = EventFiles.of(root, "repo");
    archive = new EventArchive(root.resolve("archive/events/repo").resolve(JOB.value()), true);
  }

  @Test
  void theNewestSoManyEventsStay() {
    writeMinutes(100);
    Removed removed = retention().apply(JOB, events(10), null);
    assertThat(removed.events()).isEqualTo(90);
    assertThat(attempts()).containsExactlyElementsOf(range(90, 100));
    assertThat(retention().apply(JOB, events(10), null)).isEqualTo(Removed.NOTHING);
  }

  @Test
  void theNewestSoMuchStays() {
    writeMinutes(50);
    long all = files.live(JOB).stream().mapToLong(Segment::size).sum();
    retention().apply(JOB, new RetentionPolicy(null, null, all / 2), null);
    long left = files.live(JOB).stream().mapToLong(Segment::size).sum();
    assertThat(left).isBetween(all / 2 - all / 50 - 1, all / 2);
    assertThat(attempts()).last().isEqualTo(49);
  }

  @Test
  void olderEventsGo() {
    writeMinutes(100); // the last one at 13:39
    RetentionPolicy policy = new RetentionPolicy(Duration.ofMinutes(60), null, null);
    assertThat(retention().plan(JOB, policy).events()).isEqualTo(60);
    retention().apply(JOB, policy, null);
    assertThat(attempts()).containsExactlyElementsOf(range(60, 100)); // 13:00 is not older
  }

  @Test
  void anEventGoesIfAnyLimitSaysSo() {
    writeMinutes(100);
    retention().apply(JOB, new RetentionPolicy(Duration.ofMinutes(60), 5L, null), null);
    assertThat(attempts()).containsExactlyElementsOf(range(95, 100));
    retention().apply(JOB, new RetentionPolicy(null, 0L, null), null);
    assertThat(files.segments(JOB)).isEmpty();
  }

  @Test
  void whatStaysOfASegmentIsAsOldAsItsNewestEvent() throws IOException {
    writeMinutes(30);
    retention().apply(JOB, events(3), null);
    Segment rest = files.live(JOB).getFirst();
    assertThat(rest.name()).matches("events-\\d{17}\\+\\d+\\.jsonl");
    assertThat(Files.getLastModifiedTime(rest.path()).toInstant())
        .isEqualTo(NOON.plus(Duration.ofMinutes(29)));
  }

  @Test
  void archivedEventsAreReadAsIfTheyHadNeverBeenMoved() throws IOException {
    writeMinutes(100);
    List<String> before = texts();
    for (int kept : new int[] {70, 69, 30, 0}) {
      retention().apply(JOB, events(kept), archive);
      assertThat(files.live(JOB)).hasSizeLessThan(3);
      assertThat(texts()).as("%d kept", kept).isEqualTo(before);
      List<EventLine> newest = new ArrayList<>();
      EventFiles.newest(files.segments(JOB), EventFilter.ALL, 100, newest::add);
      assertThat(newest.reversed()).extracting(EventLine::text).isEqualTo(before);
    }
    assertThat(files.live(JOB)).isEmpty();
    assertThat(files.jobs()).containsExactly(JOB);
    Files.delete(files.directory(JOB));
    assertThat(files.jobs()).containsExactly(JOB);
    assertThat(files.has(JOB)).isTrue();
  }

  @Test
  void anArchiveMayBePlain() throws IOException {
    writeMinutes(10);
    List<String> before = texts();
    EventArchive plain = new EventArchive(archive.directory(), false);
    List<Path> archives = retention().apply(JOB, events(4), plain).archives();
    assertThat(archives).hasSize(1);
    assertThat(Files.readAllLines(archives.getFirst())).isEqualTo(before.subList(0, 6));
    assertThat(texts()).isEqualTo(before);
  }

  @Test
  void aHigherLevelMakesASmallerArchiveOfTheSameEvents() throws IOException {
    writeMinutes(400);
    List<String> before = texts();
    List<Long> sizes = new ArrayList<>();
    for (int level : new int[] {1, 9}) {
      EventArchive packed = new EventArchive(root.resolve("level-" + level), true, level);
      List<Path> archives =
          EventRetention.applyToFile(copyOfLog(level), events(0), packed, InstantSource.fixed(NOW))
              .archives();
      sizes.add(Files.size(archives.getFirst()));
      assertThat(linesOf(archives.getFirst())).isEqualTo(before);
    }
    assertThat(sizes.getLast()).isLessThan(sizes.getFirst());
  }

  private Path copyOfLog(int number) throws IOException {
    Path copy = root.resolve("copy-%d.jsonl".formatted(number));
    return Files.write(copy, texts());
  }

  private static List<String> linesOf(Path packed) throws IOException {
    try (var text = new GZIPInputStream(Files.newInputStream(packed))) {
      return new String(text.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  @Test
  void positionsKeptByReadersSurviveRetention() {
    writeMinutes(40);
    List<String> all = texts();
    List<Cursor> cursors = new ArrayList<>(List.of(Cursor.START));
    try (EventReader reader = files.read(JOB, Cursor.START, EventFilter.ALL)) {
      while (reader.next() != null) {
        cursors.add(reader.position());
      }
    }
    retention().apply(JOB, events(25), archive);
    retention().apply(JOB, events(15), archive);
    for (int i = 0; i <= 40; i++) {
      Cursor kept = Cursor.parse(cursors.get(i).toString());
      assertThat(from(kept)).as("after %d", i).isEqualTo(all.subList(i, 40));
      assertThat(from(Bookmark.parse(kept.toString()))).isEqualTo(all.subList(i, 40));
    }
    // What is neither kept nor archived is gone; readers go on with what is left.
    retention().apply(JOB, events(5), null);
    assertThat(from(cursors.get(40))).isEmpty();
    assertThat(from(cursors.get(38))).isEqualTo(all.subList(38, 40));
    assertThat(from(cursors.get(30))).isEqualTo(all.subList(35, 40));
  }

  @Test
  void aBookmarkRemembersEveryWriter() {
    log.write(JOB, NOON, agentStarted(0, 1));
    log.write(JOB, NOON.plusMillis(1), agentStarted(0, 2));
    EventFiles.Continued first = files.readOn(JOB, Bookmark.START, EventFilter.ALL, _ -> true);
    assertThat(first.summary().events()).isEqualTo(2);
    String older = files.live(JOB).getFirst().name();
    log.addRaw(JOB, older, foreign(3) + "\n" + foreign(4));
    log.write(JOB, NOON.plusSeconds(1), agentStarted(0, 5));

    List<Integer> seen = new ArrayList<>();
    EventFiles.Continued second =
        files.readOn(
            JOB,
            Bookmark.parse(first.next().toString()),
            EventFilter.ALL,
            event -> seen.add(attempt(event)));
    assertThat(seen).containsExactlyInAnyOrder(3, 5);
    assertThat(files.readOn(JOB, second.next(), EventFilter.ALL, _ -> true).summary().events())
        .isZero();
    log.addRaw(JOB, older, "\n");
    assertThat(from(second.next())).hasSize(1);
  }

  @Test
  void linesThatAreNoEventsStay() throws IOException {
    writeMinutes(5);
    Path path = files.live(JOB).getFirst().path();
    String text = "not json\n" + Files.readString(path) + "{\"type\":\"Agent";
    Files.writeString(path, text);
    Files.setLastModifiedTime(path, FileTime.from(NOON));
    retention().apply(JOB, events(0), archive);
    Path rest = files.live(JOB).getFirst().path();
    assertThat(Files.readString(rest)).isEqualTo("not json\n{\"type\":\"Agent");
    assertThat(texts()).hasSize(5);
  }

  @Test
  void aSegmentThatMayStillBeWrittenToIsLeftAlone() throws IOException {
    writeMinutes(5);
    Path path = files.live(JOB).getFirst().path();
    Files.setLastModifiedTime(path, FileTime.from(NOW));
    assertThat(retention().plan(JOB, events(0)).isEmpty()).isTrue();
    assertThat(retention().apply(JOB, events(0), null)).isEqualTo(Removed.NOTHING);
    assertThat(attempts()).hasSize(5);
  }

  @Test
  void aJobAtWorkIsRefused() {
    writeMinutes(5);
    try (RunLock _ = store.locks().acquire(List.of(JOB.value()), false)) {
      assertThatThrownBy(() -> retention().apply(JOB, events(0), null))
          .hasMessageContaining("already in progress");
    }
    assertThat(attempts()).hasSize(5);
  }

  /// The steps, each as the last one before we died; cleaning again then does what is left.
  @Test
  void whereverItDiesNothingIsLostOrDoubled() throws IOException {
    writeMinutes(20);
    List<String> all = texts();
    Path original = files.live(JOB).getFirst().path();
    byte[] whole = Files.readAllBytes(original);
    retention().apply(JOB, events(8), archive);
    Path rest = files.live(JOB).getFirst().path();
    byte[] remaining = Files.readAllBytes(rest);

    Files.move(rest, original, StandardCopyOption.ATOMIC_MOVE); // in its place, not yet named
    quiet(original);
    assertThat(texts()).isEqualTo(all);
    retention().apply(JOB, events(7), archive);
    assertThat(texts()).isEqualTo(all);
    assertThat(files.live(JOB).getFirst().base()).isGreaterThan(0);

    for (Segment segment : files.live(JOB)) {
      Files.delete(segment.path());
    }
    for (Segment part : Segment.listArchive(archive.directory())) {
      if (part.base() > 0) {
        Files.delete(part.path());
      }
    }
    Files.write(original, whole); // archived, not yet cut
    quiet(original);
    assertThat(texts()).isEqualTo(all);
    retention().apply(JOB, events(8), archive);
    assertThat(texts()).isEqualTo(all);
    assertThat(Files.readAllBytes(files.live(JOB).getFirst().path())).isEqualTo(remaining);
  }

  @Test
  void manyJobsWritersAndCutsLeaveTheSameHistory() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    int written = 0;
    List<Integer> live = new ArrayList<>();
    List<Integer> history = new ArrayList<>(); // live or archived
    for (int round = 0; round < 12; round++) {
      for (int i = random.nextInt(4); i > 0; i--) {
        live.add(written);
        history.add(written);
        log.write(JOB, NOON.plusSeconds(written), agentStarted(0, written++));
      }
      int limit = random.nextInt(8);
      boolean archived = random.nextInt(4) > 0;
      retention().apply(JOB, events(limit), archived ? archive : null);
      List<Integer> gone = live.subList(0, Math.max(0, live.size() - limit));
      if (!archived) {
        history.removeAll(gone);
      }
      gone.clear();
      assertThat(attempts()).as("seed " + seed).isEqualTo(history);
    }
  }

  @Test
  void aFileOutsideTheStoreKeepsItsNameAndEveryArchive() throws IOException {
    Path file = root.resolve("f.jsonl");
    Files.writeString(file, lines(0, 10));
    Path directory = root.resolve("old");
    EventArchive outside = new EventArchive(directory, true);
    InstantSource clock = InstantSource.system();
    RetentionPlan plan = EventRetention.planFile(file, events(5), clock);
    assertThat(plan.events()).isEqualTo(5);
    assertThat(Files.readString(file)).isEqualTo(lines(0, 10));
    EventRetention.applyToFile(file, events(5), outside, clock);
    assertThat(Files.readString(file)).isEqualTo(lines(5, 10));
    EventRetention.applyToFile(file, events(0), outside, clock);
    assertThat(file).isEmptyFile();
    assertThat(EventFiles.batch(Segment.listArchive(directory), EventFilter.ALL)).hasSize(10);
  }

  private EventRetention retention() {
    return new EventRetention(files, store.locks(), () -> NOW);
  }

  private static RetentionPolicy events(long most) {
    return new RetentionPolicy(null, most, null);
  }

  /// One segment with an event every minute from noon on.
  private void writeMinutes(int count) {
    Instant[] now = {NOON};
    try (var writer = FileEventLog.open(log.directory, LogFixture.WHO, () -> now[0], _ -> {})) {
      for (int i = 0; i < count; i++) {
        now[0] = NOON.plus(Duration.ofMinutes(i));
        Event last = count == 1 ? jobCompleted() : agentStarted(0, i);
        writer.append(JOB, last);
      }
    }
    files.live(JOB).forEach(segment -> quiet(segment.path()));
  }

  private static void quiet(Path path) {
    try {
      Files.setLastModifiedTime(path, FileTime.from(NOW.minusSeconds(60)));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String foreign(int attempt) {
    return "{\"type\":\"AgentStarted\",\"id\":\"%d\",\"timestamp\":\"2025-01-11T12:00:00.000Z\","
            .formatted(attempt)
        + "\"job_id\":\"j\",\"attempt\":%d}".formatted(attempt);
  }

  private static String lines(int from, int to) {
    StringBuilder text = new StringBuilder();
    for (int i = from; i < to; i++) {
      text.append(foreign(i)).append('\n');
    }
    return text.toString();
  }

  private List<EventLine> all() {
    return EventFiles.batch(files.segments(JOB), EventFilter.ALL);
  }

  private List<String> texts() {
    return all().stream().map(EventLine::text).toList();
  }

  private List<Integer> attempts() {
    return all().stream().map(EventRetentionTest::attempt).toList();
  }

  private List<String> from(Cursor cursor) {
    List<String> events = new ArrayList<>();
    try (EventReader reader = files.read(JOB, cursor, EventFilter.ALL)) {
      for (@Nullable EventLine event = reader.next(); event != null; event = reader.next()) {
        events.add(event.text());
      }
    }
    return events;
  }

  private List<String> from(Bookmark bookmark) {
    List<String> events = new ArrayList<>();
    files.readOn(JOB, bookmark, EventFilter.ALL, event -> events.add(event.text()));
    return events;
  }

  private static int attempt(EventLine event) {
    return event.json().path("attempt").asInt();
  }

  private static List<Integer> range(int from, int to) {
    return java.util.stream.IntStream.range(Math.max(from, 0), to).boxed().toList();
  }
}
