package dev.prodigy.storage.file;

import static dev.prodigy.storage.LogFixture.JOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.prodigy.storage.EventFilter;
import dev.prodigy.storage.EventLine;
import dev.prodigy.storage.LogFixture;
import dev.prodigy.storage.Segment;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Several processes write one job at once, and some are killed.
class ManyWritersTest {
  private static final int WRITERS = 8;
  private static final int EACH = 300;

  @TempDir Path home;
  private LogFixture log;

  @BeforeEach
  void fixture() {
    log = new LogFixture(home);
  }

  @Test
  void eightProcessesLoseNothingAndTearNothing() throws Exception {
    List<Process> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      writers.add(WriterProcess.start(log.directory, JOB, "writer" + i, EACH, 1));
    }
    for (Process writer : writers) {
      assertThat(writer.waitFor()).isZero();
    }

    List<EventLine> events = log.all(EventFilter.ALL);
    Set<String> ids = new HashSet<>();
    events.forEach(event -> ids.add(event.json().path("id").asString()));
    assertThat(ids).hasSize(WRITERS * EACH);
    assertThat(events).extracting(EventLine::timeMillis).isSorted();
    for (int i = 0; i < WRITERS; i++) {
      assertThat(log.all(EventFilter.ALL.withCorrelation("writer" + i)))
          .extracting(event -> event.json().path("seq").asInt())
          .containsExactlyElementsOf(IntStream.rangeClosed(1, EACH).boxed().toList());
    }
    assertThat(log.files.segments(JOB)).hasSize(WRITERS);
    assertThat(parsedByJq()).isEqualTo(WRITERS * EACH);
  }

  @Test
  void whatKilledWritersLeaveIsRepairedAndTheOthersLoseNothing() throws Exception {
    Process survivor = WriterProcess.start(log.directory, JOB, "survivor", 3000, 1);
    for (int i = 0; i < 5; i++) {
      Process victim = WriterProcess.start(log.directory, JOB, "victim" + i, 0, 200);
      String name = "victim" + i;
      await().until(() -> !log.all(EventFilter.ALL.withCorrelation(name)).isEmpty());
      victim.destroyForcibly().waitFor();
    }
    assertThat(survivor.waitFor()).isZero();
    tear(); // at least one, whatever the moment of the kills

    List<String> notices = new ArrayList<>();
    try (var next =
        FileEventLog.open(log.directory, LogFixture.WHO, InstantSource.system(), notices::add)) {
      next.append(JOB, LogFixture.jobCompleted());
    }
    assertThat(notices).isNotEmpty().allMatch(notice -> notice.contains("set aside"));
    assertThat(log.all(EventFilter.ALL.withCorrelation("survivor"))).hasSize(3000);
    assertThat(parsedByJq()).isEqualTo(log.all(EventFilter.ALL).size());
  }

  /// Cuts the last line of a dead writer's segment.
  private void tear() throws IOException {
    Segment segment = log.files.segments(JOB).getLast();
    try (var channel = FileChannel.open(segment.path(), StandardOpenOption.WRITE)) {
      channel.truncate(segment.size() - 5);
    }
  }

  /// How many records `jq -s` finds in all segments.
  private int parsedByJq() throws Exception {
    Path result = home.resolve("count");
    Process jq =
        new ProcessBuilder("sh", "-c", "cat events-*.jsonl | jq -s length")
            .directory(log.directory.resolve(JOB.value()).toFile())
            .redirectOutput(result.toFile())
            .start();
    assertThat(jq.waitFor()).isZero();
    return Integer.parseInt(Files.readString(result).strip());
  }
}
