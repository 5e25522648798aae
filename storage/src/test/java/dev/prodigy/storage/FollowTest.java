package dev.prodigy.storage;

import static dev.prodigy.storage.LogFixture.JOB;
import static dev.prodigy.storage.LogFixture.NOON;
import static dev.prodigy.storage.LogFixture.agentStarted;
import static dev.prodigy.storage.LogFixture.jobCompleted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.prodigy.model.JobId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Readers that go on: cursors kept and events awaited.
class FollowTest {
  @TempDir Path home;
  private LogFixture log;
  private final AtomicBoolean stop = new AtomicBoolean();
  private final List<Integer> seen = new CopyOnWriteArrayList<>();

  @BeforeEach
  void fixture() {
    log = new LogFixture(home);
  }

  @AfterEach
  void stopFollowing() {
    stop.set(true);
  }

  @Test
  void readingContinuesAtTheCursorAcrossSegments() {
    log.write(JOB, NOON, agentStarted(0, 1), agentStarted(0, 2));
    Cursor kept;
    try (EventReader reader = log.files.read(JOB, Cursor.START, EventFilter.ALL)) {
      assertThat(attempt(reader.next())).isEqualTo(1);
      kept = Cursor.parse(reader.position().toString());
    }
    log.write(JOB, NOON.plusSeconds(1), agentStarted(0, 3));
    try (EventReader reader = log.files.read(JOB, kept, EventFilter.ALL)) {
      assertThat(attempt(reader.next())).isEqualTo(2);
      assertThat(attempt(reader.next())).isEqualTo(3);
      assertThat(reader.next()).isNull();
      log.write(JOB, NOON.plusSeconds(2), agentStarted(0, 4));
      assertThat(attempt(reader.next())).isEqualTo(4);
      assertThat(reader.next()).isNull();
    }
  }

  @Test
  void aCursorIntoADeletedSegmentContinuesWithTheOldestLeft() throws IOException {
    log.write(JOB, NOON, agentStarted(0, 1), agentStarted(0, 2));
    log.write(JOB, NOON.plusSeconds(1), agentStarted(0, 3));
    try (EventReader reader = log.files.read(JOB, Cursor.START, EventFilter.ALL)) {
      assertThat(attempt(reader.next())).isEqualTo(1);
      Cursor kept = reader.position();
      Files.delete(log.files.segments(JOB).getFirst().path());
      try (EventReader later = log.files.read(JOB, kept, EventFilter.ALL)) {
        assertThat(attempt(later.next())).isEqualTo(3);
      }
    }
  }

  @Test
  void aCursorInTheMiddleOfALineBeginsWithTheNext() {
    log.write(JOB, NOON, agentStarted(0, 1), agentStarted(0, 2));
    String segment = log.files.segments(JOB).getFirst().name();
    try (EventReader reader = log.files.read(JOB, new Cursor(segment, 17), EventFilter.ALL)) {
      assertThat(attempt(reader.next())).isEqualTo(2);
      assertThat(reader.next()).isNull();
    }
  }

  @Test
  void followingWaitsForAJobThatDoesNotExistYet() {
    follow(Cursor.START);
    log.write(JOB, NOON, agentStarted(0, 1));
    awaitSeen(1);
    log.write(JOB, NOON.plusSeconds(1), agentStarted(0, 2));
    awaitSeen(1, 2);
  }

  @Test
  void followingGivesWhatSeveralWritersAppend() {
    log.write(JOB, NOON, agentStarted(0, 1));
    log.write(JOB, NOON.plusSeconds(1), agentStarted(0, 2));
    follow(Cursor.START);
    awaitSeen(1, 2);
    String older = log.files.segments(JOB).getFirst().name();
    String newer = log.files.segments(JOB).getLast().name();
    log.addRaw(JOB, newer, foreign(3) + "\n");
    awaitSeen(1, 2, 3);
    log.addRaw(JOB, older, foreign(4) + "\n");
    awaitSeen(1, 2, 3, 4);
  }

  @Test
  void aHalfWrittenLineIsGivenOnceItIsWhole() {
    log.addRaw(JOB, "events-1.jsonl", foreign(1) + "\n" + foreign(2).substring(0, 20));
    follow(Cursor.START);
    awaitSeen(1);
    log.addRaw(JOB, "events-1.jsonl", foreign(2).substring(20) + "\n" + foreign(3).substring(0, 9));
    awaitSeen(1, 2);
    log.addRaw(JOB, "events-1.jsonl", foreign(3).substring(9) + "\n");
    awaitSeen(1, 2, 3);
  }

  @Test
  void followingBeginsAtTheCursor() {
    log.write(JOB, NOON, agentStarted(0, 1));
    Cursor end = log.files.end(JOB);
    log.write(JOB, NOON.plusSeconds(1), agentStarted(0, 2));
    follow(end);
    awaitSeen(2);
  }

  @Test
  void followingAllJobsBeginsWithTheLastLinesAndSeesNewJobs() {
    log.write(JOB, NOON, agentStarted(0, 1), agentStarted(0, 2), agentStarted(0, 3));
    Thread.ofVirtual()
        .start(() -> log.files.follow(List.of(), 2, EventFilter.ALL, this::take, stop::get));
    awaitSeen(2, 3);
    log.write(new JobId("another"), NOON, agentStarted(0, 4));
    awaitSeen(2, 3, 4);
  }

  @Test
  void theSinkMayEndTheFollowing() {
    log.write(JOB, NOON, agentStarted(0, 1), jobCompleted(), agentStarted(0, 2));
    ReadSummary summary =
        log.files.follow(
            JOB, Cursor.START, EventFilter.ALL, event -> !event.endsJob(), () -> false);
    assertThat(summary.events()).isEqualTo(2);
  }

  @Test
  void anInterruptEndsTheFollowing() throws InterruptedException {
    Thread follower = follow(Cursor.START);
    follower.interrupt();
    follower.join();
    assertThat(stop).isFalse();
  }

  private Thread follow(Cursor from) {
    return Thread.ofVirtual()
        .start(() -> log.files.follow(JOB, from, EventFilter.ALL, this::take, stop::get));
  }

  private boolean take(EventLine event) {
    seen.add(attempt(event));
    return true;
  }

  private void awaitSeen(Integer... attempts) {
    await().untilAsserted(() -> assertThat(seen).containsExactly(attempts));
  }

  private static int attempt(@org.jspecify.annotations.Nullable EventLine event) {
    return event == null ? -1 : event.json().path("attempt").asInt();
  }

  private static String foreign(int attempt) {
    return "{\"type\":\"AgentStarted\",\"id\":\"1\",\"timestamp\":\"2025-01-11T12:00:00Z\","
        + "\"job_id\":\"j\",\"attempt\":"
        + attempt
        + "}";
  }
}
