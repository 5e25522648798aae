package dev.prodigy.storage;

import static dev.prodigy.storage.LogFixture.JOB;
import static dev.prodigy.storage.LogFixture.NOON;
import static dev.prodigy.storage.LogFixture.agentCompleted;
import static dev.prodigy.storage.LogFixture.agentStarted;
import static dev.prodigy.storage.LogFixture.jobCompleted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.model.JobId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Reading logs: what is found, in which order, and what damage costs.
class EventFilesTest {
  private static final JobId OTHER = new JobId("mapreduce-124");

  @TempDir Path home;
  private LogFixture log;

  @BeforeEach
  void fixture() {
    log = new LogFixture(home);
  }

  @Test
  void recordsOfOursPassByteForByte() throws IOException {
    log.write(JOB, NOON, agentStarted(1, 1), jobCompleted());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (EventLine event : log.all(EventFilter.ALL)) {
      event.writeTo(out);
    }
    Path segment = log.files.segments(JOB).getFirst().path();
    assertThat(out.toByteArray()).isEqualTo(Files.readAllBytes(segment));
  }

  @Test
  void theNewestEventOfAFinishedJobIsItsEnd() {
    log.write(JOB, NOON, agentStarted(1, 1), agentCompleted(1));
    log.write(JOB, NOON.plusSeconds(60), agentStarted(2, 1), jobCompleted());
    assertThat(log.newest(EventFilter.ALL, 1))
        .extracting(EventLine::type)
        .containsExactly("JobCompleted");
  }

  @Test
  void theNewestEventsComeNewestFirstAcrossSegments() {
    for (int i = 0; i < 10; i++) {
      log.write(JOB, NOON.plusSeconds(i), agentStarted(0, 2 * i), agentStarted(0, 2 * i + 1));
    }
    assertThat(attempts(log.newest(EventFilter.ALL, 5))).containsExactly(19, 18, 17, 16, 15);
    assertThat(attempts(log.newest(EventFilter.ALL, EventFiles.UNLIMITED))).hasSize(20);
    assertThat(attempts(log.newest(EventFilter.ALL, 0))).isEmpty();
  }

  @Test
  void concurrentWritersAndJobsAreMergedByTime() {
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      log.write(i % 3 == 0 ? OTHER : JOB, NOON.plusMillis(i), agentStarted(0, i));
    }
    for (Segment segment : log.files.segments(List.of(JOB, OTHER))) {
      // As if all had been written to until a minute later.
      segments.add(modified(segment, NOON.plusSeconds(60)));
    }
    assertThat(attempts(EventFiles.batch(segments, EventFilter.ALL))).hasSize(20).isSorted();
    List<EventLine> newest = new ArrayList<>();
    EventFiles.newest(segments, EventFilter.ALL, 20, newest::add);
    assertThat(attempts(newest.reversed())).hasSize(20).isSorted();
  }

  @Test
  void filtersTakeEitherSpellingAndEveryCondition() {
    log.write(JOB, NOON, "run-1", agentStarted(1, 1), agentStarted(2, 1), agentCompleted(1));
    log.write(JOB, NOON.plusSeconds(60), "run-2", agentStarted(2, 2), jobCompleted());

    assertThat(count(EventFilter.ofTypes("agent_started"))).isEqualTo(3);
    assertThat(count(EventFilter.ofTypes("AgentCompleted", "job_completed"))).isEqualTo(2);
    assertThat(count(EventFilter.ALL.withAgent("mapreduce-123_agent_2"))).isEqualTo(2);
    assertThat(count(EventFilter.ALL.withAgent("mapreduce-123_agent_"))).isZero();
    assertThat(count(EventFilter.ALL.withItem("item_1"))).isEqualTo(2);
    assertThat(count(EventFilter.ALL.withCorrelation("run-2"))).isEqualTo(2);
    assertThat(count(EventFilter.ALL.between(NOON.plusMillis(1), null))).isEqualTo(2);
    assertThat(count(EventFilter.ALL.between(NOON, NOON))).isEqualTo(3);
    assertThat(count(EventFilter.ofTypes("AgentStarted").withItem("item_2").between(null, NOON)))
        .isEqualTo(1);
  }

  @Test
  void recordsOfOtherProgramsAreFilteredLikeOurs() {
    String line =
        "{ \"job_id\": \"mapreduce-123\", \"id\": \"1\", \"agent_id\": \"a\\u0062\","
            + " \"timestamp\": \"2025-01-11T13:00:00.5+01:00\", \"type\": \"AgentStarted\"}";
    log.addRaw(JOB, "events-1.jsonl", line + "\n");
    assertThat(log.all(EventFilter.ALL)).extracting(EventLine::text).containsExactly(line);
    assertThat(count(EventFilter.ofTypes("AgentStarted").withAgent("ab"))).isEqualTo(1);
    assertThat(count(EventFilter.ofTypes("AgentFailed"))).isZero();
    assertThat(count(EventFilter.ALL.between(NOON, NOON.plusSeconds(1)))).isEqualTo(1);
    assertThat(count(EventFilter.ALL.between(NOON.plusSeconds(1), null))).isZero();
  }

  @Test
  void damagedLinesAreLeftOutAndCounted() throws IOException {
    log.write(JOB, NOON, agentStarted(1, 1), agentStarted(1, 2), agentStarted(1, 3));
    Path path = log.files.segments(JOB).getFirst().path();
    String text = Files.readString(path);
    Files.writeString(
        path,
        text.replace("\"attempt\":2", "\"attempt\":7")
            + "\n  \n{\"type\":\"Agent\n[1]\n{\"a\":1}\n");

    List<EventLine> events = new ArrayList<>();
    ReadSummary summary = EventFiles.scan(log.files.segments(JOB), EventFilter.ALL, events::add);
    assertThat(attempts(events)).containsExactly(1, 3);
    assertThat(summary).isEqualTo(new ReadSummary(2, 4));
    assertThat(attempts(log.newest(EventFilter.ALL, 10))).containsExactly(3, 1);
  }

  @Test
  void anUnfinishedLastLineIsNotYetWritten() {
    log.write(JOB, Instant.now(), agentStarted(1, 1));
    String segment = log.files.segments(JOB).getFirst().name();
    log.addRaw(JOB, segment, "{\"type\":\"AgentStarted\",\"age");
    ReadSummary summary = EventFiles.scan(log.files.segments(JOB), EventFilter.ALL, _ -> true);
    assertThat(summary).isEqualTo(new ReadSummary(1, 0));
    assertThat(log.newest(EventFilter.ALL, 10)).hasSize(1);
  }

  @Test
  void aQuietLogMayEndWithoutNewline() throws IOException {
    log.write(JOB, NOON, agentStarted(1, 1), jobCompleted());
    Segment segment = log.files.segments(JOB).getFirst();
    String text = Files.readString(segment.path());
    Files.writeString(segment.path(), text.strip());
    Files.setLastModifiedTime(segment.path(), FileTime.from(NOON));
    assertThat(log.newest(EventFilter.ALL, 1).getFirst().type()).isEqualTo("JobCompleted");
    assertThat(log.all(EventFilter.ALL)).hasSize(2).last().asString().isNotBlank();
  }

  @Test
  void aScanSeesEveryLineWhereverChunksAndBuffersEnd() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    int lines = 0;
    while (text.length() < 20 << 20) { // enough for threads
      int size = random.nextInt(50) == 0 ? random.nextInt(200_000) : random.nextInt(4_000);
      text.append(foreign(lines++, "x".repeat(size))).append('\n');
    }
    log.addRaw(JOB, "events-20250111120000000.jsonl", text.toString());

    List<EventLine> events = log.all(EventFilter.ALL);
    assertThat(events).as("seed " + seed).hasSize(lines);
    for (int i = 0; i < lines; i++) {
      assertThat(events.get(i).agentId()).isEqualTo("agent_" + i);
    }
    List<EventLine> newest = log.newest(EventFilter.ALL, 1000);
    for (int i = 0; i < 1000; i++) {
      assertThat(newest.get(i).agentId()).isEqualTo("agent_" + (lines - 1 - i));
    }
    Cursor middle = events.get(lines / 2).after();
    try (EventReader reader = log.files.read(JOB, middle, EventFilter.ALL)) {
      EventLine next = reader.next();
      assertThat(next == null ? null : next.agentId()).isEqualTo("agent_" + (lines / 2 + 1));
    }
  }

  @Test
  void aLineTooLongForAnyEventIsLeftOutInEitherDirection() {
    String huge = foreign(1, "x".repeat(20 << 20));
    log.addRaw(JOB, "events-1.jsonl", foreign(0, "") + "\n" + huge + "\n" + foreign(2, "") + "\n");
    List<EventLine> events = new ArrayList<>();
    ReadSummary summary = EventFiles.scan(log.files.segments(JOB), EventFilter.ALL, events::add);
    assertThat(events).extracting(EventLine::agentId).containsExactly("agent_0", "agent_2");
    assertThat(summary.unreadable()).isEqualTo(1);
    assertThat(log.newest(EventFilter.ALL, 9))
        .extracting(EventLine::agentId)
        .containsExactly("agent_2", "agent_0");
  }

  @Test
  void theSinkMayHaveEnough() {
    log.write(JOB, NOON, agentStarted(1, 1), agentStarted(1, 2), agentStarted(1, 3));
    List<EventLine> events = new ArrayList<>();
    EventSink two =
        event -> {
          events.add(event);
          return events.size() < 2;
        };
    assertThat(EventFiles.scan(log.files.segments(JOB), EventFilter.ALL, two).events())
        .isEqualTo(2);
  }

  @Test
  void eventsAreCountedByKindJobAgentAndDay() {
    log.write(JOB, NOON, agentStarted(1, 1), agentStarted(2, 1), jobCompleted());
    log.write(OTHER, NOON.plusSeconds(86_400), jobCompleted());
    List<Segment> segments = log.files.segments(List.of(JOB, OTHER));
    assertThat(counts(segments, EventCounts.Grouping.EVENT_TYPE))
        .containsExactly(Map.entry("AgentStarted", 2L), Map.entry("JobCompleted", 2L));
    assertThat(counts(segments, EventCounts.Grouping.JOB_ID))
        .containsExactly(Map.entry("mapreduce-123", 3L), Map.entry("mapreduce-124", 1L));
    assertThat(counts(segments, EventCounts.Grouping.AGENT_ID))
        .containsEntry("none", 2L)
        .hasSize(3);
    assertThat(counts(segments, EventCounts.Grouping.DAY))
        .containsExactly(Map.entry("2025-01-11", 3L), Map.entry("2025-01-12", 1L));
  }

  @Test
  void jobsAreListedTheLatestFirst() {
    log.write(OTHER, NOON.plusSeconds(5), jobCompleted());
    log.write(JOB, NOON, jobCompleted());
    log.addRaw(new JobId("empty"), "notes.txt", "no events");
    log.addRaw(new JobId(EventFiles.MAINTENANCE), "events-1.jsonl", "");
    assertThat(log.files.jobs()).containsExactly(OTHER, JOB);
    assertThat(new EventFiles(home.resolve("nowhere")).jobs()).isEmpty();
  }

  @Test
  void whatVanishesWhileItIsReadReadsAsEmpty() throws IOException {
    log.write(JOB, NOON, jobCompleted());
    List<Segment> segments = log.files.segments(JOB);
    Files.delete(segments.getFirst().path());
    assertThat(EventFiles.batch(segments, EventFilter.ALL)).isEmpty();
    assertThat(EventFiles.newest(segments, EventFilter.ALL, 1, _ -> true).events()).isZero();
  }

  @Test
  void fewEventsAreReadAtOnceAndManyStreamed() {
    assertThat(ReadMode.choose(999, true, true)).isEqualTo(ReadMode.BATCH);
    assertThat(ReadMode.choose(1_000, false, false)).isEqualTo(ReadMode.BATCH);
    assertThat(ReadMode.choose(1_000, true, false)).isEqualTo(ReadMode.STREAM);
    assertThat(ReadMode.choose(10_000, false, true)).isEqualTo(ReadMode.STREAM);
    assertThat(ReadMode.choose(10_001, false, false)).isEqualTo(ReadMode.STREAM);
  }

  @Test
  void timesAreWrittenAsTheyAreRead() {
    Random random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      long millis = random.nextLong(-62_135_596_800_000L, 253_402_300_799_999L);
      Instant time = Instant.ofEpochMilli(millis);
      String text = EventTime.format(millis);
      assertThat(Instant.parse(text)).isEqualTo(time);
      assertThat(EventTime.parse(text)).isEqualTo(millis);
      assertThat(EventTime.parseStamp(EventTime.stamp(millis), 0)).isEqualTo(millis);
    }
    assertThat(EventTime.parse("yesterday")).isEqualTo(EventTime.NONE);
  }

  private long count(EventFilter filter) {
    long scanned = log.all(filter).size();
    assertThat(log.newest(filter, EventFiles.UNLIMITED)).hasSize((int) scanned);
    return scanned;
  }

  private static Map<String, Long> counts(List<Segment> segments, EventCounts.Grouping grouping) {
    EventCounts counts = EventFiles.count(segments, EventFilter.ALL, grouping);
    assertThat(counts.total()).isEqualTo(4);
    return counts.counts();
  }

  private static Segment modified(Segment segment, Instant at) {
    return new Segment(
        segment.directory(), segment.name(), segment.path(), segment.size(), at.toEpochMilli());
  }

  private static String foreign(int number, String padding) {
    return "{\"type\":\"AgentStarted\",\"agent_id\":\"agent_%d\",\"id\":\"%d\","
            .formatted(number, number)
        + "\"timestamp\":\"2025-01-11T12:00:00Z\",\"job_id\":\"j\",\"padding\":\""
        + padding
        + "\"}";
  }

  private static List<Integer> attempts(List<EventLine> events) {
    return events.stream().map(event -> event.json().path("attempt").asInt()).toList();
  }
}
