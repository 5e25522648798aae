package dev.prodigy.storage.file;

import static dev.prodigy.storage.LogFixture.JOB;
import static dev.prodigy.storage.LogFixture.NOON;
import static dev.prodigy.storage.LogFixture.agentStarted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.model.JobId;
import dev.prodigy.storage.LogFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// When torn bytes are set aside, and when they are not ours to touch.
class TornTailsTest {
  private static final String SEGMENT = "events-20250111120000000.jsonl";
  private static final String TORN = "{\"type\":\"AgentSt";
  private static final InstantSource SOON = () -> NOON.plusSeconds(11);

  @TempDir Path home;
  private LogFixture log;
  private final List<String> notices = new ArrayList<>();

  @BeforeEach
  void fixture() {
    log = new LogFixture(home);
  }

  @Test
  void theTailOfALivingWriterIsLeftAlone() throws IOException {
    log.write(JOB, NOON, agentStarted(1, 1)); // by this process
    Path segment = torn(TORN);
    assertThat(repair(true, SOON)).isZero();
    assertThat(Files.readString(segment)).endsWith(TORN);
  }

  @Test
  void theTailOfADeadWriterIsSetAsideAtOnce() throws IOException {
    Path segment = torn(record("here", 1) + TORN);
    assertThat(repair(false, () -> NOON)).isEqualTo(1);
    assertThat(Files.readString(segment)).isEqualTo(record("here", 1));
    assertThat(Files.readString(side(segment))).isEqualTo(TORN + "\n");
    assertThat(notices).hasSize(1).first().asString().contains(SEGMENT, "16 bytes set aside");
    assertThat(repair(false, () -> NOON)).isZero();
  }

  @Test
  void aFragmentWithoutAnyRecordWaitsForTheLock() throws IOException {
    Path segment = torn(TORN);
    assertThat(repair(false, SOON)).isZero();
    assertThat(repair(true, () -> NOON)).isEqualTo(1);
    assertThat(Files.readString(segment)).isEmpty();
    assertThat(Files.readString(side(segment))).isEqualTo(TORN + "\n");
  }

  @Test
  void anotherHostsTailWaitsForADay() throws IOException {
    torn(record("elsewhere", 1) + TORN);
    assertThat(repair(true, SOON)).isZero();
    assertThat(repair(false, () -> NOON.plus(Duration.ofDays(2)))).isZero();
    assertThat(repair(true, () -> NOON.plus(Duration.ofDays(2)))).isEqualTo(1);
  }

  @Test
  void tornASecondTimeNothingIsLost() throws IOException {
    Path segment = torn(record("here", 1) + "first");
    assertThat(repair(false, SOON)).isEqualTo(1);
    torn("second");
    assertThat(repair(false, SOON)).isEqualTo(1);
    assertThat(Files.readString(side(segment))).isEqualTo("first\nsecond\n");
  }

  @Test
  void aLongTailIsFoundBehindManyBlocks() throws IOException {
    Path segment = torn(record("here", 1) + "\0".repeat(300_000));
    assertThat(repair(false, SOON)).isEqualTo(1);
    assertThat(Files.readString(segment)).isEqualTo(record("here", 1));
    assertThat(side(segment)).hasSize(300_001);
  }

  private int repair(boolean lockHeld, InstantSource clock) {
    if (lockHeld) {
      try (var events = FileEventLog.open(log.directory, LogFixture.WHO, clock, notices::add)) {
        return events.repairTornTails(JOB);
      }
    }
    return TornTails.repair(log.directory.resolve(JOB.value()), false, clock, notices::add);
  }

  private Path torn(String text) throws IOException {
    Path segment = log.addRaw(JOB, SEGMENT, text);
    Files.setLastModifiedTime(segment, FileTime.from(NOON));
    return segment;
  }

  private static Path side(Path segment) {
    return segment.resolveSibling("." + SEGMENT + ".torn");
  }

  private static String record(String host, long pidStart) {
    String name = host.equals("here") ? dev.prodigy.storage.ProcessIdentity.current().host() : host;
    return """
        {"type":"CircuitClosed","id":"1","timestamp":"2025-01-11T12:00:00.000Z","job_id":"%s",\
        "metadata":{"host":"%s","pid":1,"pid_start":%d}}
        """
        .formatted(new JobId("j"), name, pidStart);
  }
}
