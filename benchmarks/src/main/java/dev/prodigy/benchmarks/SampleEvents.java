package dev.prodigy.benchmarks;

import dev.prodigy.model.AgentId;
import dev.prodigy.model.Event;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.JobId;
import dev.prodigy.model.Json;
import dev.prodigy.model.SessionId;
import dev.prodigy.storage.WriterIdentity;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Events as a MapReduce job with agents writes them: most are an agent's messages and tool calls,
/// one in twelve is a completed agent. Lines are 1.2 KB in the median and 5 KB at the 99th
/// percentile. The same seed gives the same events.
final class SampleEvents {
  static final JobId JOB = new JobId("mapreduce-benchmark");
  static final WriterIdentity WHO =
      new WriterIdentity(new SessionId("session-benchmark"), new UUID(1, 2).toString());

  private static final String WORDS =
      "the agent reads src/main/java/Service.java, finds a missing check, edits it and runs "
          + "the tests; `mvn -q verify` prints 214 tests, 0 failures\n";
  private static final int COMMIT_LENGTH = 40;

  private final RandomGenerator random =
      RandomGeneratorFactory.of("L64X128MixRandom").create(20_250_111);

  /// One of about 1.2 KB, always the same.
  static Event typical() {
    return message(ItemId.of(7), 700);
  }

  Event next() {
    ItemId item = ItemId.of(random.nextInt(1000));
    return switch (random.nextInt(12)) {
      case 0 -> completed(item);
      case 1 -> new Event.AgentStarted(agent(item), item, "mapreduce-agent-slot-3", 1);
      case 2, 3 -> new Event.AgentProgress(agent(item), item, "claude: /fix", 50, 1, 4, 0);
      case 4, 5, 6 -> tool(item);
      default -> message(item, length());
    };
  }

  private int length() {
    return random.nextInt(40) == 0 ? 3000 + random.nextInt(2500) : 400 + random.nextInt(900);
  }

  private static Event message(ItemId item, int length) {
    return new Event.ClaudeMessage(agent(item), item, text(length), "assistant", log(item));
  }

  private Event tool(ItemId item) {
    var parameters = Json.NODES.objectNode();
    parameters.put("file_path", "/home/user/project/src/main/java/Service.java");
    parameters.put("old_string", text(length() / 2));
    parameters.put("new_string", text(length() / 2));
    return new Event.ClaudeToolInvoked(agent(item), item, "Edit", "toolu_01A", parameters);
  }

  private static Event completed(ItemId item) {
    List<String> commits = List.of("0123456789abcdef".repeat(3).substring(0, COMMIT_LENGTH));
    return new Event.AgentCompleted(
        agent(item), item, Duration.ofSeconds(95), 95_000, commits, "Success", log(item), 3, 1);
  }

  private static AgentId agent(ItemId item) {
    return JOB.agent(item);
  }

  private static String log(ItemId item) {
    return "/home/user/.prodigy/logs/project/session-benchmark/" + item + "-1.jsonl";
  }

  private static String text(int length) {
    return WORDS.repeat(length / WORDS.length() + 1).substring(0, length);
  }
}
