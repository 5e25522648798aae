package dev.prodigy.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.agent.AgentEvent.Ended;
import dev.prodigy.agent.AgentEvent.Message;
import dev.prodigy.agent.AgentEvent.SessionStarted;
import dev.prodigy.agent.AgentEvent.TokenUsage;
import dev.prodigy.agent.AgentEvent.ToolInvoked;
import dev.prodigy.model.Json;
import dev.prodigy.testkit.RecordedStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClaudeStreamTest {
  private final List<AgentEvent> events = new ArrayList<>();
  private final List<String> aborts = new ArrayList<>();
  private final ClaudeStream stream =
      new ClaudeStream(
          new SecretMasker(List.of("made-by-tool")), events::add, () -> aborts.add("login"));

  @Test
  void aRunWithAToolTellsItsStoryInOrder() {
    read(RecordedStream.TOOL_USE.lines());

    String session = "a3361711-fb87-470d-b97c-f930538ead1e";
    assertThat(events).hasSize(5);
    assertThat(events.get(0))
        .isInstanceOfSatisfying(
            SessionStarted.class,
            e -> {
              assertThat(e.sessionId()).isEqualTo(session);
              assertThat(e.model()).isEqualTo("claude-opus-4-8[1m]");
              assertThat(e.tools()).contains("Bash", "Edit").hasSize(24);
            });
    var parameters =
        Json.parse("{\"command\":\"echo *** > made.txt && ls\",\"description\":\"make a file\"}");
    assertThat(events.subList(1, 5))
        .containsExactly(
            new ToolInvoked("Bash", "toolu_1", parameters),
            new Message("hello from mock", "text"),
            new TokenUsage(200, 40, 100, 10, 0.0021125000000000002, "claude-opus-4-8[1m]"),
            new Ended(session, "success", false, 2, 511));
    assertThat(stream.output()).isEqualTo("hello from mock");
    assertThat(stream.usage())
        .isEqualTo(new Usage(200, 40, 100, 10, 0.0021125000000000002, 2, false));
  }

  @Test
  void withoutAResultEachMessageCountsOnceAndTheSumIsPartial() {
    String line =
        "{\"type\":\"assistant\",\"message\":{\"id\":\"m1\",\"usage\":{\"input_tokens\":5,"
            + "\"output_tokens\":%d},\"content\":[{\"type\":\"text\",\"text\":\"part %d\"}]}}";
    read(
        List.of(
            line.formatted(1, 1),
            line.formatted(4, 2),
            line.formatted(7, 3),
            line.formatted(2, 4).replace("m1", "m2")));

    assertThat(stream.usage()).isEqualTo(new Usage(10, 9, 0, 0, null, 0, true));
    assertThat(events.getLast()).isEqualTo(new TokenUsage(10, 9, 0, 0, null, null));
    assertThat(stream.output()).isEqualTo("part 1\npart 2\npart 3\npart 4");
  }

  @Test
  void theOlderShapeIsUnderstood() {
    read(
        List.of(
            "{\"event\":\"session_started\",\"sessionId\":\"s1\",\"tools\":[\"Read\"]}",
            "{\"event\":\"tool_use\",\"tool_name\":\"Read\",\"parameters\":{\"a\":1}}",
            "{\"event\":\"message\",\"content\":\"hello\"}",
            "{\"event\":\"token_usage\",\"input_tokens\":100,\"output_tokens\":50,"
                + "\"cache_read_tokens\":25}",
            "{\"event\":\"something_new\"}"));

    assertThat(events)
        .containsExactly(
            new SessionStarted("s1", "unknown", List.of("Read"), null),
            new ToolInvoked("Read", "unknown", Json.parse("{\"a\":1}")),
            new Message("hello", "text"),
            new TokenUsage(100, 50, 25, 0, null, "unknown"));
    assertThat(stream.isOlderShape()).isTrue();
    assertThat(stream.usage()).isEqualTo(new Usage(100, 50, 25, 0, null, 0, true));
  }

  @Test
  void whatIsNotUnderstoodDoesNoHarm() {
    read(
        List.of(
            "",
            "plain text",
            "{\"type\":\"stream_event\",\"x\":1}",
            "{\"type\":17}",
            "{}",
            "[1,2]",
            "{\"type\":\"assistant\",\"message\":\"odd\"}",
            "{\"type\":\"user\",\"message\":{\"content\":\"text\"}}",
            "{\"type\":\"system\",\"subtype\":\"init\",\"tools\":\"none\"}",
            "{\"type\":\"result\",\"subtype\":3,\"usage\":[],\"permission_denials\":null}",
            "{\"broken\":",
            "\uFEFF\u001b[32m{\"type\":\"result\",\"subtype\":\"success\","
                + "\"num_turns\":3}\u001b[0m"));

    assertThat(stream.numTurns()).isEqualTo(3);
    assertThat(stream.isError()).isFalse();
  }

  @Test
  void failedToolsAreMessages() {
    read(
        List.of(
            "{\"type\":\"user\",\"message\":{\"content\":[{\"type\":\"tool_result\","
                + "\"is_error\":true,"
                + "\"content\":[{\"type\":\"text\",\"text\":\"Exit code 3\"}]}]}}",
            "{\"type\":\"user\",\"message\":{\"content\":[{\"type\":\"tool_result\","
                + "\"is_error\":false,\"content\":\"fine\"}]}}"));

    assertThat(events).containsExactly(new Message("Exit code 3", "tool_error"));
  }

  @Test
  void subagentsSpeakButTheirWordsAreNotTheAnswer() {
    read(
        List.of(
            "{\"type\":\"assistant\",\"parent_tool_use_id\":\"toolu_9\",\"message\":{\"id\":\"m1\","
                + "\"content\":[{\"type\":\"text\",\"text\":\"inner\"}]}}"));

    assertThat(events).containsExactly(new Message("inner", "text"));
    assertThat(stream.output()).isEmpty();
  }

  @Test
  void aRetriedLoginIsReportedAtOnce() {
    String retry = RecordedStream.RATE_LIMIT.lines().get(1);

    read(List.of(retry));
    assertThat(aborts).isEmpty();
    read(List.of(retry.replace("rate_limit", "authentication_failed")));
    assertThat(aborts).containsExactly("login");
    assertThat(stream.authenticationFailed()).isTrue();
  }

  @Test
  void usageAddsUp() {
    var known = new Usage(1, 2, 3, 4, 0.25, 5, false);
    var unknown = new Usage(10, 20, 30, 40, null, 50, true);

    assertThat(known.plus(unknown)).isEqualTo(new Usage(11, 22, 33, 44, 0.25, 55, true));
    assertThat(unknown.plus(known)).isEqualTo(known.plus(unknown));
    assertThat(unknown.plus(unknown).costUsd()).isNull();
    assertThat(known.plus(known).costUsd()).isEqualTo(0.5);
  }

  private void read(List<String> lines) {
    for (String line : lines) {
      stream.accept(ClaudeStream.read(line.getBytes(StandardCharsets.UTF_8)));
    }
    stream.end();
  }
}
