package dev.prodigy.storage;

import static dev.prodigy.storage.LogFixture.JOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.model.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Records of earlier versions come out in today's shape.
class OlderShapesTest {
  @TempDir Path home;

  @Test
  void anEventNestedUnderItsKeyComesOutFlat() {
    JsonNode record =
        read(
            """
            {"id":"1","timestamp":"2025-01-11T13:00:00+01:00","correlation_id":"c",\
            "event":{"event_type":"d_l_q_item_added","job_id":"j","item_id":"i","failure_count":2},\
            "metadata":{"host":"localhost"}}
            """);
    assertThat(record)
        .isEqualTo(
            Json.parse(
                """
                {"type":"DLQItemAdded","id":"1","timestamp":"2025-01-11T12:00:00.000Z",
                 "event_type":"dlq_item_added","job_id":"j","item_id":"i","correlation_id":"c",
                 "failure_count":2,"metadata":{"host":"localhost"}}
                """));
  }

  @Test
  void aFlatRecordWithoutTypeGetsOne() {
    JsonNode record =
        read(
            """
            {"event_type":"agent_completed","agent_id":"a","time":"2025-01-11T12:00:00Z",\
            "duration":[45,7]}
            """);
    assertThat(record.propertyNames().iterator().next()).isEqualTo("type");
    assertThat(record.path("type").asString()).isEqualTo("AgentCompleted");
    assertThat(record.path("timestamp").asString()).isEqualTo("2025-01-11T12:00:00.000Z");
    assertThat(record.path("job_id").asString()).isEqualTo(JOB.value());
    assertThat(record.path("id").asString()).hasSize(36);
    assertThat(record.path("duration")).isEqualTo(Json.parse("{\"secs\":45,\"nanos\":7}"));
  }

  @Test
  void dataIsMergedUp() {
    JsonNode record =
        read(
            """
            {"id":"1","timestamp":"2025-01-11T12:00:00Z","job_id":"j","event_type":"agent_failed",\
            "agent_id":"a","data":{"error":"boom","job_id":"ignored","duration":"3s"}}
            """);
    assertThat(record.path("type").asString()).isEqualTo("AgentFailed");
    assertThat(record.path("agent_id").asString()).isEqualTo("a");
    assertThat(record.path("error").asString()).isEqualTo("boom");
    assertThat(record.path("job_id").asString()).isEqualTo("j");
    assertThat(record.path("duration").path("secs").asInt()).isEqualTo(3);
    assertThat(record.has("data")).isFalse();
  }

  @Test
  void aRecordTaggedWithItsTypeComesOutFlat() {
    JsonNode record =
        read("{\"AgentCompleted\":{\"agent_id\":\"a\",\"job_id\":\"j\",\"duration\":1.5}}\n");
    assertThat(record.path("type").asString()).isEqualTo("AgentCompleted");
    assertThat(record.path("agent_id").asString()).isEqualTo("a");
    assertThat(record.path("timestamp").asString()).isEqualTo("2020-02-29T00:00:00.000Z");
    assertThat(record.path("duration")).isEqualTo(Json.parse("{\"secs\":1,\"nanos\":500000000}"));
  }

  @Test
  void anUnknownKindPassesThrough() {
    assertThat(read("{\"event_type\":\"something_new\",\"x\":1}\n").path("type").asString())
        .isEqualTo("SomethingNew");
  }

  @Test
  void theSameLineAlwaysGivesTheSameRecord() {
    String line = "{\"event_type\":\"agent_started\"}\n";
    assertThat(read(line + line)).isEqualTo(read(""));
  }

  @Test
  void olderRecordsAreFilteredByTheirMeaning() {
    var log = new LogFixture(home);
    log.addRaw(
        JOB,
        "events-1.jsonl",
        "{\"event\":{\"event_type\":\"agent_failed\",\"agent_id\":\"a\",\"item_id\":\"i\"}}\n");
    var filter = EventFilter.ofTypes("AgentFailed").withAgent("a").withItem("i");
    assertThat(log.all(filter)).hasSize(1);
    assertThat(log.newest(filter, 1)).hasSize(1);
    assertThat(log.all(EventFilter.ofTypes("AgentStarted"))).isEmpty();
  }

  private JsonNode read(String text) {
    var log = new LogFixture(home);
    Path path = log.addRaw(JOB, "events-1.jsonl", text);
    try {
      Files.setLastModifiedTime(path, FileTime.from(Instant.parse("2020-02-29T00:00:00Z")));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return Json.parse(log.all(EventFilter.ALL).getLast().text());
  }
}
