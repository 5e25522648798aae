package dev.prodigy.storage.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.model.AgentId;
import dev.prodigy.model.CheckpointReason;
import dev.prodigy.model.Event;
import dev.prodigy.model.FailureReason;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.JobId;
import dev.prodigy.model.Json;
import dev.prodigy.model.Owner;
import dev.prodigy.model.Phase;
import dev.prodigy.model.SessionId;
import dev.prodigy.storage.EventTypes;
import dev.prodigy.storage.WriterIdentity;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// One event to one line, and what must hold for every such line.
class EventEncoderTest {
  private static final JobId JOB = new JobId("mapreduce-123");
  private static final AgentId AGENT = new AgentId("mapreduce-123_agent_1");
  private static final ItemId ITEM = ItemId.of(1);
  private static final long SEED = new Random().nextLong();

  private final EventEncoder encoder =
      new EventEncoder(
          JOB,
          new WriterIdentity(new SessionId("session-1"), "correlation-1"),
          new Owner(4711, "host\"1", 1_700_000_000_123L),
          "0badcafe");

  @ParameterizedTest
  @MethodSource("dev.prodigy.storage.file.EventSamples#kinds")
  void everyKindOfEventIsReadBackAsItWas(Class<?> kind) throws ReflectiveOperationException {
    EventSamples samples = new EventSamples(SEED);
    for (int round = 0; round < 50; round++) {
      Event event = samples.make(kind);
      String line = line(event);
      JsonNode record = Json.parse(line);

      String because = "seed " + SEED + ": " + line;
      assertThat(record.path("type").asString()).as(because).isEqualTo(kind.getSimpleName());
      for (RecordComponent component : kind.getRecordComponents()) {
        String key = EventTypes.snakeCase(component.getName());
        Object value = component.getAccessor().invoke(event);
        JsonNode expected = expected(key, value, kind == Event.AgentCompleted.class);
        assertThat(record.get(key)).as(because).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.prodigy.storage.file.EventSamples#kinds")
  void noLineHoldsAnEscapeOfTwoCharactersOrAControlCharacter(Class<?> kind) {
    EventSamples samples = new EventSamples(SEED);
    for (int round = 0; round < 50; round++) {
      String line = line(samples.make(kind));
      assertThat(line).as("seed " + SEED).doesNotMatch("(?s).*\\\\[^u].*");
      assertThat(line.chars().filter(c -> c < ' ' || c == 0x7f)).isEmpty();
    }
  }

  @Test
  void constantsAreWrittenInPascalCaseAsInCheckpoints() {
    var event = new Event.CheckpointCreated(3, 7, Phase.MAP, CheckpointReason.PHASE_TRANSITION, 99);

    assertThat(line(event)).contains("\"phase\":\"Map\",\"reason\":\"PhaseTransition\"");
  }

  @Test
  void theEnvelopeComesInAFixedOrder() {
    var event = new Event.AgentStarted(AGENT, ITEM, "w", 2);
    assertThat(Json.parse(line(event)).propertyNames())
        .containsExactly(
            "type",
            "agent_id",
            "id",
            "timestamp",
            "event_type",
            "job_id",
            "item_id",
            "session_id",
            "correlation_id",
            "seq",
            "worktree",
            "attempt",
            "metadata",
            "crc");
  }

  @Test
  void aRecordLooksAsPromised() {
    var reason = new FailureReason.CommandFailed(101);
    var event =
        new Event.AgentFailed(
            AGENT,
            ITEM,
            "say \"hi\"\nC:\\x",
            reason,
            true,
            null,
            1,
            "s",
            Duration.ofMillis(45_005));
    assertThat(line(event))
        .startsWith(
            "{\"type\":\"AgentFailed\",\"agent_id\":\"mapreduce-123_agent_1\",\"id\":\"018c")
        .contains(
            ",\"timestamp\":\"2023-12-31T23:59:59.999Z\",\"event_type\":\"agent_failed\","
                + "\"job_id\":\"mapreduce-123\",\"item_id\":\"item_1\",\"session_id\":\"session-1\","
                + "\"correlation_id\":\"correlation-1\",\"seq\":7,"
                + "\"error\":\"say \\u0022hi\\u0022\\u000aC:\\u005cx\","
                + "\"failure_reason\":{\"CommandFailed\":{\"exit_code\":101}},"
                + "\"retry_eligible\":true,\"attempt\":1,\"step\":\"s\","
                + "\"duration\":{\"secs\":45,\"nanos\":5000000},"
                + "\"metadata\":{\"host\":\"host_1\",\"pid\":4711,\"pid_start\":1700000000123,"
                + "\"writer\":\"0badcafe\",\"thread\":\"");
  }

  @Test
  void theChecksumIsThatOfTheBytesBeforeIt() {
    String line = line(new Event.CircuitClosed());
    int crcAt = line.lastIndexOf(",\"crc\":\"");
    CRC32C crc = new CRC32C();
    crc.update(line.substring(0, crcAt).getBytes(StandardCharsets.UTF_8));
    assertThat(line.substring(crcAt)).isEqualTo(",\"crc\":\"%08x\"}".formatted(crc.getValue()));
  }

  @Test
  void aCompletedAgentHoldsNothingThatNeedsAnEscape() {
    var event =
        new Event.AgentCompleted(
            AGENT, ITEM, Duration.ZERO, 0, List.of("a\"b"), "x\\y", "/log\n", 1, 1);
    assertThat(line(event)).doesNotContain("\\").contains("a_b", "x_y", "/log_");
  }

  @Test
  void theErrorTypeOfADeadLetterIsANameAlone() {
    var reason = new FailureReason.CommitValidationFailed("make");
    JsonNode record = Json.parse(line(new Event.DLQItemAdded(ITEM, "signature", 1, reason)));
    assertThat(record.path("error_type").asString()).isEqualTo("CommitValidationFailed");
  }

  @Test
  void longTextIsCutAndSaysSo() {
    String text = "é".repeat(10_000);
    JsonNode record = Json.parse(line(new Event.JobFailed(text, "map", 0)));
    assertThat(record.path("error").asString())
        .isEqualTo("é".repeat(8192) + "…[truncated 3616 bytes]");
  }

  @Test
  void noLineIsLongerThanTheLimitHoweverLargeTheEvent() {
    String huge = "\"".repeat(1_000_000);
    var commits = Collections.nCopies(100_000, huge.substring(0, 40));
    var deep = Json.NODES.objectNode();
    for (int i = 0; i < 3_000; i++) {
      deep.putObject(huge.substring(0, 300) + i).putArray("x").add(huge).addObject().put("y", huge);
    }
    List<Event> events = new ArrayList<>();
    events.add(new Event.JobFailed(huge, huge, 0));
    events.add(new Event.SetupPhaseCompleted(Duration.ZERO, commits));
    events.add(new Event.ClaudeToolInvoked(AGENT, ITEM, huge, huge, deep));
    for (Event event : events) {
      String line = line(event);
      assertThat(line.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(64 << 10);
      assertThat(Json.parse(line).toString()).contains("…[truncated ");
    }
  }

  @Test
  void idsAreUniqueAndSortByTime() {
    EventIds ids = new EventIds();
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 4000; i++) {
      LineBuffer id = new LineBuffer();
      ids.next(1_700_000_000_000L + i / 1000, id);
      made.add(text(id));
    }
    assertThat(made).doesNotHaveDuplicates().isSorted();
    assertThat(made.getFirst())
        .matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  }

  private String line(Event event) {
    LineBuffer buffer = new LineBuffer();
    encoder.encode(event, 7, 1_704_067_199_999L, buffer);
    String text = text(buffer);
    assertThat(text).endsWith("}\n");
    return text.substring(0, text.length() - 1);
  }

  private static String text(LineBuffer buffer) {
    return new String(buffer.bytes(), 0, buffer.size(), StandardCharsets.UTF_8);
  }

  private static @Nullable JsonNode expected(String key, @Nullable Object value, boolean plain) {
    return switch (value) {
      case null -> null;
      case String text -> Json.NODES.stringNode(plain ? plain(text) : text);
      case Integer number -> Json.parse(number.toString());
      case Long number -> Json.parse(number.toString());
      case Double number -> Json.parse(number.toString());
      case Boolean flag -> Json.NODES.booleanNode(flag);
      case Duration duration ->
          Json.parse(
              "{\"secs\":%d,\"nanos\":%d}".formatted(duration.toSeconds(), duration.toNanosPart()));
      case FailureReason reason -> expectedReason(key, reason);
      case Enum<?> constant -> Json.NODES.stringNode(Encodings.pascalName(constant));
      case List<?> list -> {
        var array = Json.NODES.arrayNode();
        list.forEach(entry -> array.add(expected("", entry, plain)));
        yield array;
      }
      case JsonNode tree -> Json.parse(Json.text(tree));
      default -> Json.NODES.stringNode(value.toString());
    };
  }

  private static JsonNode expectedReason(String key, FailureReason reason) {
    return switch (reason) {
      case FailureReason.CommandFailed(int code) ->
          Json.parse("{\"CommandFailed\":{\"exit_code\":" + code + "}}");
      case FailureReason.CommitValidationFailed(String command)
          when command != null && !key.equals("error_type") -> {
        var object = Json.NODES.objectNode();
        object.putObject("CommitValidationFailed").put("command", command);
        yield object;
      }
      default -> Json.NODES.stringNode(reason.typeName());
    };
  }

  private static String plain(String text) {
    StringBuilder plain = new StringBuilder();
    text.chars()
        .map(c -> c < ' ' || c == 0x7f || c == '"' || c == '\\' ? '_' : c)
        .forEach(c -> plain.append((char) c));
    return plain.toString();
  }
}
