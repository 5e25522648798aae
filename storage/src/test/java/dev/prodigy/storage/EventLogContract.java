package dev.prodigy.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.prodigy.model.AgentId;
import dev.prodigy.model.Event;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.JobId;
import dev.prodigy.model.SessionId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every event log promises; one subclass per implementation, each on real storage.
public abstract class EventLogContract {
  protected static final JobId JOB = new JobId("mapreduce-123");
  protected static final Event COMPLETED =
      new Event.JobCompleted(Duration.ofSeconds(9), 9000, 3, 0, 0, 0);
  protected static final WriterIdentity WHO =
      new WriterIdentity(new SessionId("session-1"), "0e8d1f9e-0000-4000-8000-000000000000");

  @TempDir protected Path home;
  protected final List<String> warnings = Collections.synchronizedList(new ArrayList<>());

  protected abstract EventLog open(InstantSource clock);

  /// The job's events, oldest first.
  protected abstract List<EventLine> events(JobId job);

  /// Makes the job's log impossible to write.
  protected abstract void obstruct(JobId job);

  /// Deletes the job's log behind our back.
  protected abstract void delete(JobId job);

  protected final EventLog open() {
    return open(InstantSource.system());
  }

  protected static Event started(int attempt) {
    return new Event.AgentStarted(new AgentId("mapreduce-123_agent_0"), ItemId.of(0), "w", attempt);
  }

  @Test
  void eventsAreReadInTheOrderTheyWereAppended() {
    try (EventLog log = open()) {
      log.append(JOB, List.of(started(1), started(2)));
      log.append(JOB, started(3));
      assertThat(attempts()).containsExactly(1, 2, 3);
    }
  }

  @Test
  void aJobThatNeverLoggedReadsAsEmpty() {
    assertThat(events(new JobId("unknown"))).isEmpty();
  }

  @Test
  void jobsDoNotSeeEachOthersEvents() {
    try (EventLog log = open()) {
      log.append(JOB, started(1));
      log.append(new JobId("other"), COMPLETED);
    }
    assertThat(events(JOB)).extracting(EventLine::type).containsExactly("AgentStarted");
  }

  @Test
  void chatterIsWrittenWithoutAnotherCall() {
    try (EventLog log = open()) {
      log.appendSoon(JOB, started(1));
      await().untilAsserted(() -> assertThat(attempts()).containsExactly(1));
    }
  }

  @Test
  void chatterKeepsItsPlaceAmongOtherEvents() {
    try (EventLog log = open()) {
      for (int i = 1; i < 100; i += 2) {
        log.appendSoon(JOB, started(i));
        log.append(JOB, started(i + 1));
      }
    }
    assertThat(attempts()).hasSize(100).isSorted();
  }

  @Test
  void closingAndSyncingWriteWhatWaits() {
    try (EventLog log = open()) {
      log.appendSoon(JOB, started(1));
      log.sync(JOB);
      assertThat(attempts()).containsExactly(1);
      log.appendSoon(JOB, started(2));
    }
    assertThat(attempts()).containsExactly(1, 2);
  }

  @Test
  void durableEventsOfManyThreadsAreAllThere() throws Exception {
    try (EventLog log = open();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var done = new ArrayList<Future<?>>();
      for (int thread = 0; thread < 16; thread++) {
        int first = thread * 20;
        done.add(
            threads.submit(
                () -> {
                  for (int i = first; i < first + 20; i += 2) {
                    log.appendDurably(JOB, List.of(started(i)));
                    assertThat(attempts()).contains(i);
                    log.append(JOB, started(i + 1));
                  }
                }));
      }
      for (Future<?> each : done) {
        each.get();
      }
      assertThat(attempts()).hasSize(320).doesNotHaveDuplicates();
    }
  }

  @Test
  void numbersAreWithoutGapPerWriterAndJob() {
    try (EventLog log = open()) {
      log.append(new JobId("other"), started(1));
      log.append(JOB, List.of(started(1), started(2)));
      log.appendSoon(JOB, started(3));
      log.append(JOB, COMPLETED);
    }
    assertThat(events(JOB))
        .extracting(event -> event.json().path("seq").asInt())
        .containsExactly(1, 2, 3, 4);
  }

  @Test
  void timeNeverGoesBackWhateverTheClockDoes() {
    Instant noon = Instant.parse("2025-01-11T12:00:00Z");
    var times = List.of(noon, noon.minusSeconds(60), noon.plusMillis(5)).iterator();
    try (EventLog log = open(times::next)) {
      log.append(JOB, List.of(started(1), started(2), started(3)));
    }
    try (EventLog later = open(() -> noon.minusSeconds(3600))) {
      later.append(JOB, COMPLETED);
    }
    assertThat(events(JOB))
        .extracting(event -> event.json().path("timestamp").asString())
        .containsExactly(
            "2025-01-11T12:00:00.000Z",
            "2025-01-11T12:00:00.000Z",
            "2025-01-11T12:00:00.005Z",
            "2025-01-11T12:00:00.005Z");
  }

  @Test
  void manyThreadsLoseNothingAndKeepTheirOrder() {
    int threads = 8;
    int each = 500;
    try (EventLog log = open();
        var running = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int thread = 0; thread < threads; thread++) {
        var agent = new AgentId("agent_" + thread);
        running.execute(
            () -> {
              for (int i = 0; i < each; i++) {
                log.append(JOB, new Event.AgentStarted(agent, ItemId.of(0), "w", i));
              }
            });
      }
    }
    List<EventLine> events = events(JOB);
    assertThat(events).hasSize(threads * each);
    for (int thread = 0; thread < threads; thread++) {
      String agent = "agent_" + thread;
      assertThat(events.stream().filter(event -> agent.equals(event.agentId())).toList())
          .extracting(EventLogContract::attempt)
          .hasSize(each)
          .isSorted();
    }
  }

  @Test
  void anInterruptedThreadStillAppends() {
    try (EventLog log = open()) {
      Thread.currentThread().interrupt();
      log.append(JOB, started(1));
      log.append(JOB, COMPLETED);
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(events(JOB)).hasSize(2);
    assertThat(warnings).isEmpty();
  }

  @Test
  void aDeletedLogBeginsAnew() {
    try (EventLog log = open()) {
      log.append(JOB, started(1));
      delete(JOB);
      assertThat(events(JOB)).isEmpty();
      log.append(JOB, COMPLETED);
    }
    assertThat(events(JOB)).extracting(EventLine::type).containsExactly("JobCompleted");
    assertThat(warnings).isEmpty();
  }

  @Test
  void lostEventsAreToldOnceAndOnlyTheLossOfTheLastOneIsAnError() {
    obstruct(JOB);
    try (EventLog log = open()) {
      log.append(JOB, started(1));
      log.append(JOB, started(2));
      log.appendSoon(JOB, started(3));
      assertThat(warnings).hasSize(1).first().asString().contains(JOB.value());
      assertThatThrownBy(() -> log.append(JOB, COMPLETED)).isInstanceOf(StorageException.class);
    }
  }

  @Test
  void appendingToAClosedLogIsAFault() {
    EventLog log = open();
    log.append(JOB, started(1));
    log.close();
    assertThatThrownBy(() -> log.append(JOB, started(2))).isInstanceOf(IllegalStateException.class);
  }

  private List<Integer> attempts() {
    return events(JOB).stream().map(EventLogContract::attempt).toList();
  }

  protected static int attempt(EventLine event) {
    return event.json().path("attempt").asInt();
  }
}
