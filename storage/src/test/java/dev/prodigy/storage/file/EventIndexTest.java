package dev.prodigy.storage.file;

import static dev.prodigy.storage.LogFixture.JOB;
import static dev.prodigy.storage.LogFixture.NOON;
import static dev.prodigy.storage.LogFixture.agentCompleted;
import static dev.prodigy.storage.LogFixture.agentStarted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.model.Json;
import dev.prodigy.storage.EventCounts;
import dev.prodigy.storage.EventFiles;
import dev.prodigy.storage.EventFilter;
import dev.prodigy.storage.LogFixture;
import dev.prodigy.storage.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The index counts what is there now, whatever it remembers.
class EventIndexTest {
  @TempDir Path home;
  private LogFixture log;
  private Path index;

  @BeforeEach
  void fixture() {
    log = new LogFixture(home);
    index = log.directory.resolve(JOB.value()).resolve("index.json");
  }

  @Test
  void aLargeLogIsIndexedAsDescribed() throws IOException {
    Path segment = large();
    assertThat(index().counts()).isEqualTo(Map.of("AgentStarted", 6000L));
    JsonNode json = Json.parse(Files.readString(index));
    assertThat(json.path("job_id").asString()).isEqualTo(JOB.value());
    assertThat(json.path("total_events").asInt()).isEqualTo(6000);
    assertThat(json.path("event_counts").path("AgentStarted").asInt()).isEqualTo(6000);
    assertThat(json.path("time_range").size()).isEqualTo(2);
    assertThat(json.path("segments").get(0).path("size").asLong()).isEqualTo(Files.size(segment));
    assertThat(json.path("file_offsets").size()).isEqualTo(6);
    String text = Files.readString(segment);
    for (JsonNode offset : json.path("file_offsets")) {
      String line = text.substring(offset.path("byte_offset").asInt()).split("\n", 2)[0];
      assertThat(Json.parse(line).path("id")).isEqualTo(offset.path("event_id"));
      long newlines =
          text.substring(0, offset.path("byte_offset").asInt())
              .chars()
              .filter(c -> c == '\n')
              .count();
      assertThat(offset.path("line_number").asLong()).isEqualTo(newlines + 1);
    }
  }

  @Test
  void whatIsKnownIsNotReadAgain() throws IOException {
    Path segment = large();
    index();
    // A lie that only the index can tell.
    String lie = Files.readString(index).replace("\"AgentStarted\": 6000", "\"AgentStarted\": 7");
    Files.writeString(index, lie);
    assertThat(index().counts()).isEqualTo(Map.of("AgentStarted", 7L));
    assertThat(EventIndex.knownEvents(log.files.directory(JOB), log.files.segments(JOB)))
        .hasValue(7);

    log.addRaw(JOB, segment.getFileName().toString(), line(6000, "AgentFailed") + "\n{\"ty");
    assertThat(index().counts()).isEqualTo(Map.of("AgentStarted", 7L, "AgentFailed", 1L));
    assertThat(EventIndex.knownEvents(log.files.directory(JOB), log.files.segments(JOB))).isEmpty();
  }

  @Test
  void aFileThatWasReplacedIsReadAgain() throws IOException {
    Path segment = large();
    index();
    FileTime time = Files.getLastModifiedTime(segment);
    StringBuilder other = new StringBuilder();
    for (int i = 0; i < 7000; i++) {
      other.append(line(i + 1, "AgentFailed")).append("0".repeat(0)).append('\n');
    }
    Files.writeString(segment, other.toString());
    assertThat(index().counts()).isEqualTo(Map.of("AgentFailed", 7000L));
    Files.writeString(segment, other.substring(0, 1000));
    Files.setLastModifiedTime(segment, time);
    assertThat(index().events()).isLessThan(10);
    Files.delete(segment);
    assertThat(index().events()).isZero();
  }

  @Test
  void anIndexThatIsNoneIsMadeAgain() throws IOException {
    large();
    for (String text :
        List.of("", "[]", "{\"segments\":[{\"file\":7}]}", "{\"file_offsets\":[{}]}")) {
      Files.writeString(index, text);
      assertThat(index().events()).as(text).isEqualTo(6000);
    }
  }

  @Test
  void itCountsWhatAScanCounts() {
    log.write(JOB, NOON, agentStarted(1, 1), agentCompleted(1));
    log.write(JOB, NOON.plusSeconds(1), agentStarted(2, 1));
    log.addRaw(JOB, "events-1.jsonl", "no json\n\n{\"event_type\":\"agent_failed\"}\n");
    EventCounts scanned =
        EventFiles.count(log.files.segments(JOB), EventFilter.ALL, EventCounts.Grouping.EVENT_TYPE);
    assertThat(index().counts()).isEqualTo(Map.copyOf(scanned.counts()));
    assertThat(index().unreadable()).isEqualTo(scanned.unreadable()).isEqualTo(1);
    assertThat(index).doesNotExist(); // too small to be worth it
  }

  @Test
  void anIndexThatCannotBeWrittenCostsOnlyTime() throws IOException {
    large();
    Files.createDirectory(index);
    Files.writeString(index.resolve("full"), "");
    List<String> notices = new ArrayList<>();
    List<Segment> segments = log.files.segments(JOB);
    EventIndex made = EventIndex.of(log.files.directory(JOB), JOB, segments, notices::add);
    assertThat(made.events()).isEqualTo(6000);
    assertThat(notices).singleElement().asString().contains("index.json");
  }

  private EventIndex index() {
    List<Segment> segments = log.files.segments(JOB);
    return EventIndex.of(log.files.directory(JOB), JOB, segments, _ -> {});
  }

  private Path large() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 6000; i++) {
      text.append(line(i, "AgentStarted")).append('\n');
    }
    return log.addRaw(JOB, "events-20250111120000000.jsonl", text.toString());
  }

  private static String line(int i, String type) {
    return "{\"type\":\"%s\",\"id\":\"%d\",\"timestamp\":\"2025-01-11T12:00:00.000Z\","
            .formatted(type, i)
        + "\"job_id\":\"mapreduce-123\",\"padding\":\""
        + "x".repeat(700)
        + "\"}";
  }
}
