package dev.prodigy.model;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// A MapReduce job, `mapreduce-<yyyyMMdd_HHmmss>_<6 hex>` (UTC), or `<job>-retry-<n>` for a dead
/// letter retry. Sequential runs use their session id here: it names the directory of their events.
public record JobId(String value) {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd_HHmmss").withZone(ZoneOffset.UTC);

  public JobId {
    value = Ids.require("job", value);
  }

  public static JobId mapReduce(Instant now) {
    String suffix =
        HexFormat.of().toHexDigits(RandomGenerator.getDefault().nextInt(1 << 24)).substring(2);
    return new JobId("mapreduce-" + STAMP.format(now) + "_" + suffix);
  }

  /// The id under which a sequential run's events are kept.
  public static JobId of(SessionId session) {
    return new JobId(session.value());
  }

  public JobId retry(int n) {
    return new JobId(value + "-retry-" + n);
  }

  /// Of which job this is a retry of dead letters; empty for other jobs.
  public Optional<JobId> retried() {
    int at = value.lastIndexOf("-retry-");
    boolean numbered =
        at > 0 && value.substring(at + "-retry-".length()).chars().allMatch(Character::isDigit);
    return numbered ? Optional.of(new JobId(value.substring(0, at))) : Optional.empty();
  }

  public AgentId agent(ItemId item) {
    return new AgentId(value + "_agent_" + item.index());
  }

  @Override
  public String toString() {
    return value;
  }
}
