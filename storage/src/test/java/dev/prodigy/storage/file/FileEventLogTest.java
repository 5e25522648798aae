package dev.prodigy.storage.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.model.JobId;
import dev.prodigy.storage.EventFiles;
import dev.prodigy.storage.EventFilter;
import dev.prodigy.storage.EventLine;
import dev.prodigy.storage.EventLog;
import dev.prodigy.storage.EventLogContract;
import dev.prodigy.storage.Segment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The event log as files: the contract, and what users see of the files.
class FileEventLogTest extends EventLogContract {

  @Override
  protected EventLog open(InstantSource clock) {
    return FileEventLog.open(home.resolve("events/repo"), WHO, clock, warnings::add);
  }

  @Override
  protected List<EventLine> events(JobId job) {
    return EventFiles.batch(segments(job), EventFilter.ALL);
  }

  @Override
  protected void obstruct(JobId job) {
    try {
      Files.createDirectories(directory(job).getParent());
      Files.writeString(directory(job), "in the way");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  protected void delete(JobId job) {
    try {
      for (Segment segment : segments(job)) {
        Files.delete(segment.path());
      }
      Files.delete(directory(job));
      // The writer looks at the latest after 50 ms; the event that ends a job always does.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path directory(JobId job) {
    return home.resolve("events/repo").resolve(job.value());
  }

  private List<Segment> segments(JobId job) {
    return new EventFiles(home.resolve("events/repo")).segments(job);
  }

  @Test
  void onlyTheOwnerCanReadWhatIsWritten() throws IOException {
    try (EventLog log = open()) {
      log.append(JOB, COMPLETED);
    }
    assertThat(Files.getPosixFilePermissions(directory(JOB)))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    assertThat(Files.getPosixFilePermissions(segments(JOB).getFirst().path()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void aSegmentIsNamedAfterTheTimeOfItsFirstEvent() {
    try (EventLog log = open(() -> Instant.parse("2025-01-11T12:34:56.789Z"))) {
      log.append(JOB, COMPLETED);
    }
    assertThat(segments(JOB))
        .extracting(Segment::name)
        .containsExactly("events-20250111123456789.jsonl");
  }

  @Test
  void everyWriterHasItsOwnSegmentWithAGreaterName() {
    InstantSource stopped = () -> Instant.parse("2025-01-11T23:59:59.999Z");
    try (EventLog one = open(stopped);
        EventLog two = open(stopped);
        EventLog three = open(stopped)) {
      one.append(JOB, started(1));
      two.append(JOB, started(2));
      one.append(JOB, started(3));
      three.append(JOB, started(4));
    }
    assertThat(segments(JOB))
        .extracting(Segment::name)
        .containsExactly(
            "events-20250111235959999.jsonl",
            "events-20250112000000000.jsonl",
            "events-20250112000000001.jsonl");
    assertThat(warnings).isEmpty();
  }

  @Test
  void aFullSegmentIsFollowedByAnother() {
    var options = new FileEventLog.Options(4096);
    Path events = home.resolve("events/repo");
    try (EventLog log =
        FileEventLog.open(events, WHO, InstantSource.system(), warnings::add, options)) {
      for (int i = 0; i < 100; i++) {
        log.append(JOB, started(i));
      }
      log.append(JOB, COMPLETED);
    }
    List<Segment> segments = segments(JOB);
    assertThat(segments).hasSizeGreaterThan(5).allMatch(segment -> segment.size() <= 4096);
    assertThat(events(JOB)).hasSize(101);
    assertThat(events(JOB).getLast().type()).isEqualTo("JobCompleted");
  }

  @Test
  void aDeletedSegmentIsNotWrittenToForLong() throws IOException {
    List<Integer> kept = new ArrayList<>();
    try (EventLog log = open()) {
      log.append(JOB, started(0));
      Files.delete(segments(JOB).getFirst().path());
      for (int i = 1; kept.isEmpty(); i++) {
        log.append(JOB, started(i));
        events(JOB).forEach(event -> kept.add(attempt(event)));
      }
      log.append(JOB, COMPLETED);
    }
    assertThat(events(JOB)).hasSize(2);
  }

  @Test
  void housekeepingIsLoggedApartFromTheJob() {
    Path events = home.resolve("events/repo");
    try (EventLog log =
        FileEventLog.maintenance(events, WHO, InstantSource.system(), warnings::add)) {
      log.append(JOB, started(1));
    }
    EventFiles files = new EventFiles(events);
    assertThat(files.jobs()).isEmpty();
    assertThat(EventFiles.batch(files.maintenance(), EventFilter.ALL))
        .extracting(EventLine::jobId)
        .containsExactly(JOB.value());
  }
}
