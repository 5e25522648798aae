package dev.prodigy.storage.file;

import static dev.prodigy.storage.LogFixture.JOB;
import static dev.prodigy.storage.LogFixture.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.model.AgentId;
import dev.prodigy.model.Event;
import dev.prodigy.model.FailureReason;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.Json;
import dev.prodigy.storage.EventFilter;
import dev.prodigy.storage.LogFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands users type into a shell to read logs without us.
class OutsideReadersTest {
  private static final AgentId AGENT = new AgentId("mapreduce-123_agent_7");
  private static final String NASTY = "say \"hi\"\nC:\\x\ttab Grüße 🎉 \\n \\\\";

  @TempDir Path home;
  private LogFixture log;

  @BeforeEach
  void fixture() {
    log = new LogFixture(home);
    log.write(
        JOB,
        NOON,
        new Event.AgentFailed(
            AGENT,
            ItemId.of(7),
            NASTY,
            new FailureReason.CommandFailed(1),
            true,
            null,
            1,
            NASTY,
            Duration.ZERO),
        new Event.AgentCompleted(
            AGENT, ItemId.of(7), Duration.ofSeconds(3), 3000, List.of("abc"), null, NASTY, 1, 2));
  }

  @Test
  void everyLineSurvivesAnEchoThatExpandsEscapes() throws Exception {
    List<String> lines =
        dash("cat events-*.jsonl | while IFS= read -r line; do echo \"$line\" | jq -c .; done");
    assertThat(lines).hasSize(2);
    assertThat(Json.parse(lines.getFirst()).path("error").asString()).isEqualTo(NASTY);
  }

  @Test
  void completedAgentsSurviveAReadThatEatsBackslashes() throws Exception {
    assertThat(
            dash(
                "cat events-*.jsonl | jq -c 'select(.type == \"AgentCompleted\")' |"
                    + " while read event; do echo \"$event\" | jq -r '.agent_id'; done"))
        .containsExactly(AGENT.value());
  }

  @Test
  void allSegmentsTogetherAreOneStreamOfRecords() throws Exception {
    log.write(JOB, NOON.plusSeconds(1), LogFixture.jobCompleted());
    assertThat(dash("cat events-*.jsonl | jq -s -c 'map(.type)'"))
        .containsExactly("[\"AgentFailed\",\"AgentCompleted\",\"JobCompleted\"]");
  }

  @Test
  void findDeletesLogsAndNothingBreaks() throws Exception {
    dash("find .. -name '*.jsonl' -mtime +30 -delete");
    assertThat(log.all(EventFilter.ALL)).isEmpty();
    log.write(JOB, NOON.plusSeconds(1), LogFixture.jobCompleted());
    assertThat(log.newest(EventFilter.ALL, 1)).hasSize(1);
  }

  /// Debian's `sh`; its `echo` expands escapes.
  private List<String> dash(String command) throws IOException, InterruptedException {
    Path out = home.resolve("out");
    Process shell =
        new ProcessBuilder("dash", "-c", command)
            .directory(log.directory.resolve(JOB.value()).toFile())
            .redirectOutput(out.toFile())
            .redirectError(home.resolve("err").toFile())
            .start();
    assertThat(shell.waitFor()).as(Files.readString(home.resolve("err"))).isZero();
    assertThat(home.resolve("err")).isEmptyFile();
    return Files.readAllLines(out);
  }
}
