package dev.prodigy.workflow;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How long an agent and its commands may take.
///
/// @param agent null: no limit of its own
/// @param commands by `<type>` or `<type>_<n>`, where n counts from 0
/// @param grace between asking a process to stop and killing it
public record AgentTimeouts(
    @Nullable Limit agent,
    Policy policy,
    Map<String, Limit> commands,
    Action action,
    Duration grace) {

  public static final Duration DEFAULT_AGENT = Duration.ofMinutes(10);
  public static final Duration DEFAULT_GRACE = Duration.ofSeconds(30);
  public static final AgentTimeouts NONE =
      new AgentTimeouts(null, Policy.PER_AGENT, Map.of(), Action.DLQ, DEFAULT_GRACE);

  /// Whether the limit covers the whole attempt, each command, or both.
  public enum Policy {
    PER_AGENT,
    PER_COMMAND,
    HYBRID
  }

  /// What becomes of an item whose time is up.
  public enum Action {
    DLQ,
    SKIP,
    FAIL,
    GRACEFUL_TERMINATE,
    RETRY
  }

  public AgentTimeouts {
    commands = Collections.unmodifiableMap(new LinkedHashMap<>(commands));
  }
}
